import Files
import Foundation
import Quantities
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Accelerators

@Suite("Energy by tables")
struct LayerEnergyTests {
  private static func table(_ name: String) throws -> EnergyTable {
    try EnergyTable(contentsOf: Repository.path("HardwareSpecs/Energy/\(name).yaml"))
  }

  private static func spec(
    _ dataflow: Dataflow, rows: Int, columns: Int, bankVectors: Int, widths: (Int, Int) = (8, 8),
    words: (weight: Int, activation: Int, output: Int) = (1 << 22, 1 << 22, 8192)
  ) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: rows, columns: columns, dataflow: dataflow, operandWidth: widths.0,
      weightWidth: widths.1, accumulator: AccumulatorSpec(width: 32, overflow: .wrap),
      bankVectors: bankVectors, weightBufferWords: words.weight,
      activationBufferWords: words.activation, outputBufferWords: words.output, guardBand: 1,
      nominalSupply: Voltage(1))
  }

  private static func estimate(
    _ spec: AcceleratorSpec, _ m: Int, _ k: Int, _ n: Int
  ) throws -> LayerEstimate {
    try AnalyticalModel(spec: spec).estimate(
      try GEMM(name: "layer", m: m, k: k, n: n), .physical)
  }

  @Test("2×2×2 on 2×2 costs what Models.md computes by hand")
  func byHand() throws {
    let spec = Self.spec(
      .weightStationary, rows: 2, columns: 2, bankVectors: 1024, words: (8192, 32_768, 8192))
    let energy = LayerEnergy(
      of: try Self.estimate(spec, 2, 2, 2), on: spec, by: try Self.table("horowitz45"))
    let text = try InputFile.text(of: Repository.path("Documentation/Models.md"))
    var documented: [String: Double] = [:]
    for row in text.matches(of: /\n\| `([a-z_]+)` \| [^|]*= ([0-9.]+) pJ \|/) {
      documented[String(row.output.1)] = Double(row.output.2)
    }
    for component in LayerEnergy.Component.allCases {
      let texts = [energy.components[component], documented[component.rawValue]].map { energy in
        energy.map { CellValue.format($0, digits: 12) }
      }
      #expect(texts[0] == texts[1], "\(component)")
    }
    #expect(documented.count == energy.components.count + 1)
    #expect(documented["total"] == 2046 && abs(energy.total - 2046) < 1e-9)
    #expect(energy.notCounted == [.registers, .interconnect] && energy.extrapolated.isEmpty)
  }

  @Test("components add up, and twice the images cost twice the energy")
  func doubling() throws {
    var stream = RandomStream(seed: 61, purpose: .test)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    for name in ["horowitz45", "eyeriss"] {
      let table = try Self.table(name)
      for dataflow in Dataflow.allCases {
        for _ in 0..<20 {
          // Whole tiles of M, so that nothing is shared between the halves.
          let (rows, columns, bank) = (draw(1...9), draw(1...9), draw(1...9))
          // Buffers of what a fold needs, so that nothing stays for the next one.
          let (part, words) =
            switch dataflow {
            case .weightStationary: (bank, (rows * columns, rows, columns))
            case .inputStationary: (columns, (rows, rows * columns, columns))
            case .outputStationary: (rows, (columns, rows, rows * columns))
            }
          let spec = Self.spec(
            dataflow, rows: rows, columns: columns, bankVectors: bank,
            widths: (draw(2...16), draw(2...16)), words: words)
          let (m, k, n) = (part * draw(1...5), rows + draw(1...40), columns + draw(1...40))
          let once = LayerEnergy(of: try Self.estimate(spec, m, k, n), on: spec, by: table)
          let twice = LayerEnergy(of: try Self.estimate(spec, 2 * m, k, n), on: spec, by: table)
          for (component, energy) in once.components {
            let doubled = try #require(twice.components[component])
            #expect(abs(doubled - 2 * energy) <= 1e-12 * doubled, "\(component) \(dataflow)")
          }
          let sum = once.components.values.reduce(0, +)
          #expect(abs(sum - once.total) <= 1e-12 * sum && sum > 0)
          #expect(abs(once.onChip + (once.components[.dram] ?? 0) - once.total) <= 1e-12 * sum)
        }
      }
    }
  }

  @Test("words that move are those that the registers' clocks count")
  func traffic() throws {
    var stream = RandomStream(seed: 62, purpose: .test)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    for dataflow in Dataflow.allCases {
      for _ in 0..<30 {
        let spec = Self.spec(
          dataflow, rows: draw(1...9), columns: draw(1...9), bankVectors: draw(1...9),
          widths: (draw(2...8), draw(2...8)))
        let estimate = try Self.estimate(spec, draw(1...40), draw(1...40), draw(1...40))
        let counts = estimate.counts
        let moved = RegisterTraffic(of: estimate, on: spec).movedBits
        let valid = (dataflow == .outputStationary ? 2 : 3) * spec.processingElements
        // Registers that pass nothing on: products, sums or operands that stay, valid bits; the bank.
        let held =
          switch dataflow {
          case .weightStationary: spec.weightWidth * counts.heldLoads
          case .inputStationary: spec.operandWidth * counts.heldLoads
          case .outputStationary: 32 * counts.multiplications
          }
        let others =
          spec.productWidth * counts.multiplications + held + valid * counts.cycles
          + counts.bankBitsWritten
        #expect(moved == Double(counts.registerBitClocks - others), "\(dataflow)")
      }
    }
  }

  @Test("a law gives its points, lies between them on straight lines, and says where it ends")
  func law() throws {
    guard case .operations(let costs) = try Self.table("horowitz45").costs else {
      return #expect(Bool(false), "a table of operations")
    }
    for (bytes, energy) in [(8192.0, 10e-12), (32_768, 20e-12), (1_048_576, 100e-12)] {
      #expect(costs.sram[bytes].value == energy && costs.sram.covers(bytes))
    }
    #expect(abs(costs.sram[16_384].value / 10e-12 - 2.0.squareRoot()) < 1e-12)
    #expect(abs(costs.sram[2048].value / 5e-12 - 1) < 1e-12 && !costs.sram.covers(2048))
    #expect(abs(costs.multiply[16].value - (0.2e-12 * 3.1e-12).squareRoot()) < 1e-24)
    #expect(!costs.multiply.covers(4) && !costs.add.covers(33))
    let small = Self.spec(.weightStationary, rows: 2, columns: 2, bankVectors: 4, widths: (4, 4))
    let energy = LayerEnergy(
      of: try Self.estimate(small, 4, 4, 4), on: small, by: try Self.table("horowitz45"))
    #expect(
      energy.extrapolated == [.multiplier, .bank, .weightBuffer, .activationBuffer, .outputBuffer])
  }

  @Test("a vector unit's operations cost additions of an activation's width by the table, by hand")
  func vectorUnit() throws {
    let spec = Self.spec(.weightStationary, rows: 2, columns: 2, bankVectors: 4)
    let addition = try VectorLayer.addition(name: "add", batch: 2, channels: 5, positions: 9)
    let estimate = AnalyticalModel(spec: spec).estimate(addition, lanes: 4)
    let energy = LayerEnergy(of: estimate, on: spec, by: try Self.table("horowitz45"))
    // 90 additions of 8 bits.
    #expect(abs((energy.components[.vectorUnit] ?? 0) - 90 * 0.03) < 1e-12)
    let ratios = LayerEnergy(of: estimate, on: spec, by: try Self.table("eyeriss"))
    #expect(ratios.notCounted.contains(.vectorUnit))
  }

  @Test("beside Eyeriss's ratios Horowitz's are those of Validation.md")
  func ratios() throws {
    guard case .operations(let joules) = try Self.table("horowitz45").costs,
      case .accesses(let ratios) = try Self.table("eyeriss").costs
    else { return #expect(Bool(false), "both tables") }
    let unit = joules.multiply[16] + joules.add[32]
    let text = try InputFile.text(of: Repository.path("Documentation/Validation.md"))
    for (name, energy, ratio) in [
      ("buffer of 32 KB", joules.sram[32_768] / 4, ratios.buffer),
      ("DRAM", joules.dram / 4, ratios.dram),
    ] {
      let ours = (energy / unit * 10).rounded() / 10
      #expect(
        text.contains(
          "\(name): \(ours) against \(Int(ratio))"))
    }
  }

  @Test(
    "a table that is none is refused at its line",
    arguments: [
      (
        "add: [{bits: 8, energy: 0.03 pJ}, {bits: 32, energy: 0.1 pJ}]",
        "add: [{bits: 8, energy: -1 pJ}, {bits: 32, energy: 0.1 pJ}]", 8, "outside"
      ),
      ("{bits: 32, energy: 3.1 pJ}]", "{bits: 8, energy: 3.1 pJ}]", 7, "bits rise"),
      (
        "multiply: [{bits: 8, energy: 0.2 pJ}, {bits: 32, energy: 3.1 pJ}]",
        "multiply: [{bits: 8, energy: 0.2 pJ}]", 7, "two entries"
      ),
      ("kind: operations", "kind: guesses", 3, "guesses"),
      ("dram_64bit: 1.3 nJ", "dram: 200", nil, "dram"),
      ("dram_64bit: 1.3 nJ", "dram_64bit: 1.3 nV", 14, "unit"),
    ])
  func refusals(old: String, new: String, line: Int?, word: String) throws {
    let text = try InputFile.text(of: Repository.path("HardwareSpecs/Energy/horowitz45.yaml"))
    #expect(text.contains(old))
    let folder = try TemporaryFolder()
    let path = try folder.write(text.replacingOccurrences(of: old, with: new), to: "t.yaml")
    let error = try #require(throws: InputError.self) { try EnergyTable(contentsOf: path) }
    #expect(error.status == .badData && error.message.contains(word), "\(error)")
    if let line { #expect(error.location?.line == line, "\(error)") }
  }
}
