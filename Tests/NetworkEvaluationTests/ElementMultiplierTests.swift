import Accelerators
import Characterization
import ErrorTables
import Files
import LogicSimulation
import Netlists
import Quantities
import QuantizedNetworks
import Randomness
import Technology
import TestSupport
import Testing

@testable import NetworkEvaluation

@Suite("The gates before an element's product register")
struct ElementMultiplierTests {
  /// A multiplier, and the words that it serves.
  struct Words: Sendable, CustomTestStringConvertible {
    let family: MultiplierFamily
    let width: Int
    let encoding: OperandEncoding
    let bits: (activation: Int, weight: Int)
    var testDescription: String { "\(family) \(encoding.rawValue) \(bits)" }
  }

  static let words = [
    Words(family: .exact(.dadda), width: 7, encoding: .signMagnitude, bits: (8, 8)),
    Words(family: .exact(.dadda), width: 8, encoding: .signMagnitude, bits: (8, 5)),
    Words(family: .exact(.array), width: 4, encoding: .signMagnitude, bits: (2, 3)),
    Words(family: .truncated(columns: 6), width: 7, encoding: .signMagnitude, bits: (8, 8)),
    // Magnitudes of 0 have products here.
    Words(
      family: .compressorTree(.momeni, columns: 8), width: 8, encoding: .signMagnitude, bits: (8, 8)
    ),
    Words(family: .mitchell, width: 8, encoding: .signMagnitude, bits: (6, 8)),
    Words(family: .exact(.dadda), width: 8, encoding: .offset, bits: (8, 8)),
    Words(family: .exact(.dadda), width: 8, encoding: .offset, bits: (3, 6)),
    Words(family: .exact(.dadda), width: 8, encoding: .twosComplement, bits: (4, 7)),
  ]

  @Test(
    "give the product of each pair of stored words, of cells with other names too",
    arguments: words, ["ptm45", "sky130_fd_sc_hd"])
  func products(_ words: Words, cells: String) throws {
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/\(cells).lib"))
    let isTwosComplement = words.encoding == .twosComplement
    let circuit = try words.family.netlist(
      MultiplierShape(width: words.width, isSigned: isTwosComplement)
    ).mapped(to: library).netlist
    let multiplier = try ModelMultiplier(
      circuit, name: "m", file: "m.v", sign: isTwosComplement ? .signed : .unsigned,
      spec: QuantizationSpec(
        encoding: words.encoding, weightBits: words.bits.weight,
        activationBits: words.bits.activation), cells: library)
    let netlist = multiplier.netlist
    #expect(netlist.cells.allSatisfy { library[$0.cell] != nil })
    if case .compressorTree = words.family { #expect(multiplier.table.zeroHasProduct) }
    #expect(multiplier.element.isSigned == (words.encoding != .offset))
    if words.encoding == .signMagnitude, words.bits == (words.width + 1, words.width + 1) {
      // Longer and larger by what handles the signs.
      #expect(netlist.depth > circuit.depth && netlist.gates.count > circuit.gates.count)
    } else if words.encoding != .signMagnitude {
      // Without what only higher bits of the product need.
      let isWhole = words.bits == (words.width, words.width)
      #expect((netlist == circuit) == isWhole)
      #expect((netlist.gates.count < circuit.gates.count) == !isWhole)
    }
    let productBits = netlist.outputs[0].bits.count
    #expect(productBits == words.bits.activation + words.bits.weight)
    let table = ProductTable(
      simulating: netlist, operandA: netlist.inputs[0], operandB: netlist.inputs[1],
      product: netlist.outputs[0])
    for weight in 0..<1 << words.bits.weight {
      for activation in 0..<1 << words.bits.activation {
        let (a, w) = (UInt8(activation), UInt8(weight))
        let expected = multiplier.table.product(a, w)
        let mask: Int32 = 1 << Int32(productBits) - 1
        guard Int32(table[activation, weight]) == expected & mask,
          multiplier.element.inputs(a, w)
            == UInt64(activation) | UInt64(weight) << UInt64(words.bits.activation)
        else {
          Issue.record("\(a) × \(w) is \(expected), the gates give \(table[activation, weight])")
          return
        }
      }
    }
  }

  @Test("give the product of words of more than 8 bits", arguments: [true, false])
  func wide(zeroHasProduct: Bool) throws {
    let library = GeneratorCells.library
    let family: MultiplierFamily =
      zeroHasProduct ? .compressorTree(.momeni, columns: 8) : .exact(.dadda)
    let circuit = family.netlist(MultiplierShape(width: 11, widthB: 9, isSigned: false))
    let multiplier = try GateMultiplier(
      wide: circuit, name: "m", file: "m.v", sign: .unsigned, encoding: .signMagnitude,
      activationBits: 12, weightBits: 10, cells: library)
    guard case .wide(let products) = multiplier.products else {
      Issue.record("no wide words")
      return
    }
    var stream = RandomStream(seed: 1, purpose: .test)
    let corners: [UInt16] = [0, 1 << 9, 1 << 11, (1 << 9) - 1, (1 << 10) - 1, 1]
    func words(_ bits: Int) -> [UInt16] {
      corners.map { $0 & (1 << UInt16(bits) - 1) }
        + (0..<500).map { _ in UInt16(truncatingIfNeeded: stream.next()) >> UInt16(16 - bits) }
    }
    let (activations, weights) = (words(12), words(10))
    let inputs = zip(activations, weights).map { multiplier.element.inputs($0, $1) }
    let run = EventDrivenSimulator(netlist: multiplier.netlist).run(
      previous: inputs, current: inputs,
      delays: [Int64](repeating: 1, count: multiplier.netlist.gates.count), captureTimes: [])
    let expected = products.numbers(activations, weights)
    #expect(run.settled.map { Int64(bitPattern: UInt64($0) << 42) >> 42 } == expected)
  }

  /// An exact multiplier of sign-magnitude bytes, with the one of magnitudes that it is made of.
  private static func signMagnitude(
    _ library: CellLibrary
  ) throws -> (multiplier: ModelMultiplier, magnitudes: Netlist) {
    let magnitudes = try MultiplierFamily.exact(.dadda).netlist(MultiplierShape(width: 7))
      .mapped(to: library).netlist
    let multiplier = try ModelMultiplier(
      magnitudes, name: "m", file: "m.v", sign: .unsigned,
      spec: QuantizationSpec(encoding: .signMagnitude), cells: library)
    return (multiplier, magnitudes)
  }

  @Test("energy, area and clock of an array are those of all of an element's gates")
  func costs() throws {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let cells = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib"))
    let (multiplier, magnitudes) = try Self.signMagnitude(cells)
    var words = AcceleratorSpec.Overrides(bankVectors: 32)
    (words.encoding, words.dataflow) = (.signMagnitude, .inputStationary)
    let spec = try AcceleratorSpec(
      contentsOf: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml")
    ).overriding(words)
    let costs = try GateLevelCosts(
      spec, multiplier: GateMultiplier(multiplier), cells: cells,
      at: GateLevelCosts.Point(
        technology: technology, file: "t.yaml", supply: Voltage(0.5), memorySupply: Voltage(0.6),
        clock: .track, transitions: 160, seed: 1), network: nil, depth: 20)
    let uniform = UniformOperands(
      dataflow: .inputStationary, encoding: .signMagnitude, activationBits: 8, weightBits: 8,
      depth: 20, count: 160, seed: 1)
    func characterizer(_ netlist: Netlist) -> Characterizer {
      Characterizer(netlist: netlist, technology: technology, dies: 16, seed: 1)
    }
    let ofElement = characterizer(multiplier.netlist)
    #expect(
      try costs.model.multiplier
        == ofElement.characterize(
          at: Voltage(0.5), clockPeriods: [],
          // Stored words stand at the gates as they are.
          stimulus: uniform.multiplier { UInt64($0) | UInt64($1) << 8 }
        ).profile)
    let path = try ofElement.criticalPath(at: Voltage(0.5))
    #expect(try path > characterizer(magnitudes).criticalPath(at: Voltage(0.5)))
    #expect(costs.clockPeriod == spec.guardBand * path)
    let area = try #require(cells.area(of: multiplier.netlist))
    #expect(try costs.multiplierArea == area && area > #require(cells.area(of: magnitudes)))
  }

  @Test("late products are as far off as numbers in two's complement are")
  func late() throws {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let multiplier = try Self.signMagnitude(GeneratorCells.library).multiplier
    let uniform = UniformOperands(
      dataflow: .weightStationary, encoding: .signMagnitude, activationBits: 8, weightBits: 8,
      depth: 1, count: 2_000, seed: 1)
    func errors(isSigned: Bool) throws -> TimingErrorTable.Point {
      let characterizer = Characterizer(
        netlist: multiplier.netlist, isSigned: isSigned, technology: technology, dies: 2, seed: 1)
      let period = try 0.6 * characterizer.criticalPath(at: Voltage(0.5))
      return try characterizer.characterize(
        at: Voltage(0.5), clockPeriods: [period],
        stimulus: uniform.multiplier(multiplier.element.inputs)
      ).timing[0]
    }
    let (signed, patterns) = (try errors(isSigned: true), try errors(isSigned: false))
    #expect(signed.masks == patterns.masks && signed.errorsPerDie[0] > 100)
    func residues(_ point: TimingErrorTable.Point) -> [Int: Int] {
      Dictionary(
        zip(point.differences.map { $0 & 0xFFFF }, point.differenceCounts), uniquingKeysWith: +)
    }
    #expect(residues(signed) == residues(patterns))
    // A product that changes its sign is off by little as a number, by nearly 2¹⁶ as a pattern.
    #expect(signed.meanSquare < patterns.meanSquare / 4)
  }

  @Test("words whose products do not fit a register are refused")
  func tooLarge() throws {
    let circuit = MultiplierFamily.compressorTree(.momeni, columns: 5)
      .netlist(MultiplierShape(width: 4))
    let error = try #require(throws: InputError.self) {
      try ModelMultiplier(
        circuit, name: "m", file: "m.v", sign: .unsigned,
        spec: QuantizationSpec(encoding: .signMagnitude, weightBits: 3, activationBits: 3),
        cells: GeneratorCells.library)
    }
    #expect(error.status == .badData && error.description.contains("a register of 3 + 3 bits"))
  }
}
