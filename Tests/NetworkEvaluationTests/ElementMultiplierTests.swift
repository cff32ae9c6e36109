import ErrorTables
import Files
import LogicSimulation
import Netlists
import QuantizedNetworks
import Randomness
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
  ]

  @Test(
    "give the product of each pair of stored words, of cells with other names too",
    arguments: words, ["ptm45", "sky130_fd_sc_hd"])
  func products(_ words: Words, cells: String) throws {
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/\(cells).lib"))
    let circuit = try words.family.netlist(MultiplierShape(width: words.width))
      .mapped(to: library).netlist
    let multiplier = try ModelMultiplier(
      circuit, name: "m", file: "m.v", sign: .unsigned,
      spec: QuantizationSpec(
        encoding: words.encoding, weightBits: words.bits.weight,
        activationBits: words.bits.activation), cells: library)
    let netlist = multiplier.netlist
    #expect(netlist.cells.allSatisfy { library[$0.cell] != nil })
    if case .compressorTree = words.family { #expect(multiplier.table.zeroHasProduct) }
    let signed = words.encoding == .signMagnitude
    #expect(multiplier.element.isSigned == signed)
    // Longer and larger by what handles the signs.
    #expect((netlist.depth > circuit.depth) == signed)
    #expect((netlist.gates.count > circuit.gates.count) == signed)
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
}
