/// A netlist under construction by a generator: the logic operations that generators need, mapped
/// to `GeneratorCells`.
struct GeneratedDesign {
  private var builder: NetlistBuilder

  init(name: String) { builder = NetlistBuilder(name: name) }

  mutating func input(_ name: String, width: Int) -> [NetID] {
    builder.addInput(name, width: width)
  }

  mutating func output(_ name: String, bits: [NetID]) { builder.addOutput(name, bits: bits) }

  mutating func inverted(_ a: NetID, name: String) -> NetID {
    place(GeneratorCells.inverter, name, [a])[0]
  }

  mutating func nand(_ a: NetID, _ b: NetID, name: String) -> NetID {
    place(GeneratorCells.nand2, name, [a, b])[0]
  }

  mutating func xor(_ a: NetID, _ b: NetID, name: String) -> NetID {
    place(GeneratorCells.xor2, name, [a, b])[0]
  }

  /// a ∧ b, from a NAND2 and an inverter.
  mutating func and(_ a: NetID, _ b: NetID, name: String) -> NetID {
    inverted(nand(a, b, name: name + "_nand"), name: name + "_inv")
  }

  /// a + b = 2·carry + sum, from XOR2, NAND2 and INV.
  mutating func halfAdder(_ a: NetID, _ b: NetID, name: String) -> (sum: NetID, carry: NetID) {
    (xor(a, b, name: name + "_sum"), and(a, b, name: name + "_carry"))
  }

  /// a + b + c = 2·carry + sum, from FA.
  mutating func fullAdder(
    _ a: NetID, _ b: NetID, _ c: NetID, name: String
  ) -> (sum: NetID, carry: NetID) {
    let outputs = place(GeneratorCells.fullAdder, name, [a, b, c])
    return (outputs[1], outputs[0])
  }

  /// The finished netlist. Cells whose outputs turned out not to be needed are left out.
  func finish() -> Netlist {
    do {
      return try builder.finish()
    } catch {
      preconditionFailure("a generator drives each net once, from nets that exist: \(error)")
    }
  }

  private mutating func place(_ cell: LibraryCell, _ name: String, _ inputs: [NetID]) -> [NetID] {
    let outputs = cell.outputs.map { builder.addNet("\(name).\($0.pin)") }
    builder.addCell(cell, name: name, inputs: inputs, outputs: outputs)
    return outputs
  }
}
