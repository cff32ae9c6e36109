/// A netlist under construction by a generator: the logic operations that generators need, mapped
/// to `GeneratorCells`.
///
/// Constants are folded and equal gates are shared as they are asked for, so a generator may state
/// the general case (`and(x, 0)`, a full adder with a constant) and leave no dead logic behind.
struct GeneratedDesign {
  /// A gate that is there already: its cell and its inputs, sorted where their order is free.
  private struct Placement: Hashable {
    let cell: String
    let inputs: [NetID]
  }

  static let zero = Netlist.constantZero
  static let one = Netlist.constantOne

  private var builder: NetlistBuilder
  private var placements: [Placement: [NetID]] = [:]
  private var inverses: [NetID: NetID] = [Self.zero: Self.one, Self.one: Self.zero]
  private var usedNames: Set<String> = []

  init(name: String) { builder = NetlistBuilder(name: name) }

  mutating func input(_ name: String, width: Int) -> [NetID] {
    builder.addInput(name, width: width)
  }

  mutating func output(_ name: String, bits: [NetID]) { builder.addOutput(name, bits: bits) }

  /// ¬a.
  mutating func inverted(_ a: NetID, name: String = "") -> NetID {
    if let known = inverses[a] { return known }
    let net = place(GeneratorCells.inverter, name, [a])[0]
    inverses[a] = net
    inverses[net] = a
    return net
  }

  /// ¬(a ∧ b).
  mutating func nand(_ a: NetID, _ b: NetID, name: String = "") -> NetID {
    if a == Self.zero || b == Self.zero || inverses[a] == b { return Self.one }
    if a == Self.one || a == b { return inverted(b, name: name) }
    if b == Self.one { return inverted(a, name: name) }
    return place(GeneratorCells.nand2, name, [a, b])[0]
  }

  /// ¬(a ∨ b).
  mutating func nor(_ a: NetID, _ b: NetID, name: String = "") -> NetID {
    if a == Self.one || b == Self.one || inverses[a] == b { return Self.zero }
    if a == Self.zero || a == b { return inverted(b, name: name) }
    if b == Self.zero { return inverted(a, name: name) }
    return place(GeneratorCells.nor2, name, [a, b])[0]
  }

  /// a ⊕ b.
  mutating func xor(_ a: NetID, _ b: NetID, name: String = "") -> NetID {
    if a == b { return Self.zero }
    if inverses[a] == b { return Self.one }
    if a == Self.zero { return b }
    if b == Self.zero { return a }
    if a == Self.one { return inverted(b, name: name) }
    if b == Self.one { return inverted(a, name: name) }
    return place(GeneratorCells.xor2, name, [a, b])[0]
  }

  /// a ∧ b, from a NAND2 and an inverter.
  mutating func and(_ a: NetID, _ b: NetID, name: String = "") -> NetID {
    if a == Self.one || a == b { return b }
    if b == Self.one { return a }
    return inverted(
      nand(a, b, name: name.isEmpty ? "" : name + "_nand"),
      name: name.isEmpty ? "" : name + "_inv")
  }

  /// a ∨ b, from a NOR2 and an inverter, or from a NAND2 where both inverses are there.
  mutating func or(_ a: NetID, _ b: NetID) -> NetID {
    if a == Self.zero || a == b { return b }
    if b == Self.zero { return a }
    if let notA = inverses[a], let notB = inverses[b] { return nand(notA, notB) }
    return inverted(nor(a, b))
  }

  /// a + b = 2·carry + sum, from XOR2, NAND2 and INV.
  mutating func halfAdder(
    _ a: NetID, _ b: NetID, name: String = ""
  ) -> (sum: NetID, carry: NetID) {
    let sum = xor(a, b, name: name.isEmpty ? "" : name + "_sum")
    return (sum, and(a, b, name: name.isEmpty ? "" : name + "_carry"))
  }

  /// a + b + c = 2·carry + sum, from FA; from less where an input is constant or two are related.
  mutating func fullAdder(
    _ a: NetID, _ b: NetID, _ c: NetID, name: String = ""
  ) -> (sum: NetID, carry: NetID) {
    for (x, y, z) in [(a, b, c), (b, a, c), (c, a, b)] {
      if x == Self.zero { return halfAdder(y, z, name: name) }
      if x == Self.one { return (inverted(xor(y, z)), or(y, z)) }
      if y == z { return (x, y) }
      if inverses[y] == z { return (inverted(x), x) }
    }
    let outputs = place(GeneratorCells.fullAdder, name, [a, b, c])
    return (outputs[1], outputs[0])
  }

  /// Places the cells of a netlist.
  ///
  /// - Parameter inputs: the nets that stand for its input bits.
  /// - Returns: what stands for each of its nets.
  /// - Precondition: it is made of the library's cells alone.
  mutating func place(
    _ netlist: Netlist, of library: CellLibrary, inputs: [NetID: NetID]
  ) -> [NetID: NetID] {
    var nets = inputs
    (nets[Self.zero], nets[Self.one]) = (Self.zero, Self.one)
    for gate in netlist.gates {
      nets[gate.output] = builder.addNet("\(netlist.cells[gate.cell].name).\(gate.pin)")
    }
    for placed in netlist.connectedCells(in: library) {
      guard let cell = placed.cell else {
        preconditionFailure("'\(placed.instance.cell)' is no cell of the library")
      }
      func net(_ pin: String) -> NetID? { placed.nets[pin].flatMap { nets[$0] } }
      builder.addCell(
        cell, name: uniqueName(placed.instance.name, cell),
        inputs: cell.inputs.map { net($0) ?? Self.zero }, outputs: cell.outputs.map { net($0.pin) })
    }
    return nets
  }

  /// The finished netlist. Cells whose outputs turned out not to be needed are left out.
  func finish() -> Netlist {
    do {
      return try builder.finish()
    } catch {
      preconditionFailure("a generator drives each net once, from nets that exist: \(error)")
    }
  }

  /// Places a cell, or finds the one that computes the same. All cells here are symmetric in their
  /// inputs.
  private mutating func place(_ cell: LibraryCell, _ name: String, _ inputs: [NetID]) -> [NetID] {
    let placement = Placement(cell: cell.name, inputs: inputs.sorted())
    if let known = placements[placement] { return known }
    let name = uniqueName(name, cell)
    let outputs = cell.outputs.map { builder.addNet("\(name).\($0.pin)") }
    builder.addCell(cell, name: name, inputs: inputs, outputs: outputs)
    placements[placement] = outputs
    return outputs
  }

  /// The name, or `<cell>_<count>` for an empty one; numbered where it is taken.
  private mutating func uniqueName(_ name: String, _ cell: LibraryCell) -> String {
    var candidate = name.isEmpty ? "\(cell.name.lowercased())_\(placements.count)" : name
    var count = 2
    while !usedNames.insert(candidate).inserted {
      candidate = "\(name.isEmpty ? cell.name.lowercased() : name)_\(placements.count)_\(count)"
      count += 1
    }
    return candidate
  }
}
