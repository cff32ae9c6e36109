import Files

extension Elaboration {
  /// A gate for each bit of operands of equal width.
  mutating func bitwise(
    _ cell: LibraryCell, _ operands: [[NetID]], _ place: SourcePlace
  ) throws -> [NetID] {
    let width = operands[0].count
    var bits: [NetID] = []
    bits.reserveCapacity(width)
    let name = gateName(cell.name, place)
    for bit in 0..<width {
      let indexed = IndexedName(name, index: width == 1 ? nil : bit)
      bits.append(try gate(cell, operands.map { $0[bit] }, indexed, place))
    }
    return bits
  }

  mutating func bitwise(
    _ function: PrimitiveCells.Function, _ left: [NetID], _ right: [NetID], _ place: SourcePlace
  ) throws -> [NetID] {
    try bitwise(PrimitiveCells.gate(function, inputs: 2), [left, right], place)
  }

  /// All bits joined to one.
  mutating func reduced(
    _ function: PrimitiveCells.Function, _ bits: [NetID], _ place: SourcePlace
  ) throws -> NetID {
    try tree(function, bits, gateName(function.rawValue, place), place)
  }

  /// Whether a number is not 0: itself if it has one bit.
  mutating func truth(_ bits: [NetID], _ role: String, _ place: SourcePlace) throws -> NetID {
    bits.count == 1
      ? bits[0] : try tree(.or, bits, "\(gateName("or", place)).\(role)", place)
  }

  /// A gate of any number of inputs: a tree where they are more than a cell has.
  mutating func tree(
    _ function: PrimitiveCells.Function, _ inputs: [NetID], _ name: String, _ place: SourcePlace
  ) throws -> NetID {
    let most = PrimitiveCells.maximumInputs
    var level = inputs
    var number = 0
    while level.count > most {
      var next: [NetID] = []
      for start in stride(from: 0, to: level.count, by: most) {
        let group = Array(level[start..<min(start + most, level.count)])
        if group.count == 1 {
          next.append(group[0])
          continue
        }
        let cell = PrimitiveCells.gate(function.joining, inputs: group.count)
        next.append(try gate(cell, group, "\(name).\(number)", place))
        number += 1
      }
      level = next
    }
    return try gate(PrimitiveCells.gate(function, inputs: level.count), level, name, place)
  }

  /// A cell of one output. What reads constants only, as the bits do by which a vector is extended,
  /// is a constant and no cell.
  mutating func gate(
    _ cell: LibraryCell, _ inputs: [NetID], _ name: String, _ place: SourcePlace
  ) throws -> NetID {
    try gate(cell, inputs, IndexedName(name), place)
  }

  private mutating func gate(
    _ cell: LibraryCell, _ inputs: [NetID], _ name: IndexedName, _ place: SourcePlace
  ) throws -> NetID {
    if inputs.allSatisfy({ $0 <= Netlist.constantOne }) {
      var pattern: UInt64 = 0
      for (bit, net) in inputs.enumerated() where net == Netlist.constantOne {
        pattern |= 1 << UInt64(bit)
      }
      let isOne = cell.outputs[0].truthTable >> pattern & 1 == 1
      return isOne ? Netlist.constantOne : Netlist.constantZero
    }
    let net = try newNet(name, at: place)
    builder.addCell(
      cell, name: name, inputs: inputs, outputs: [net], at: location(place))
    return net
  }

  /// The name of an operator's gate: the operator and where it stands, as in `and@12:17`.
  func gateName(_ function: String, _ place: SourcePlace) -> String {
    "\(scope.path)\(function)@\(place.line):\(place.column)"
  }

  /// `and g (y, a, b);`, `not (y1, y2, a);`
  mutating func add(_ primitive: SourceModule.Primitive) throws {
    let terminals = module.connections[primitive.connections]
    let outputCount: Int
    switch primitive.kind {
    case .gate: outputCount = 1
    case .buffer, .inverter: outputCount = terminals.count - 1
    }
    var outputs: [(net: NetID, place: SourcePlace)] = []
    var inputs: [NetID] = []
    for (number, terminal) in terminals.enumerated() {
      guard let expression = terminal.expression else { continue }
      let isOutput = number < outputCount
      let bits =
        isOutput ? try target(expression) : try connected(expression, width: 1)
      guard bits.count == 1 else {
        throw error(
          "width mismatch: \(Self.bits(bits.count)) at a terminal of a gate, which takes one; select a "
            + "bit, as in name[0]", terminal.place)
      }
      if isOutput { outputs.append((bits[0], terminal.place)) } else { inputs.append(bits[0]) }
    }
    let name: String
    if let given = primitive.name {
      name = scope.path + design.names[given]
    } else {
      switch primitive.kind {
      case .gate(let function): name = gateName(function.rawValue, primitive.place)
      case .buffer: name = gateName("buf", primitive.place)
      case .inverter: name = gateName("not", primitive.place)
      }
    }
    for (number, output) in outputs.enumerated() {
      let name = outputs.count == 1 ? name : "\(name).\(number)"
      let driver: NetID
      switch primitive.kind {
      case .gate(let function): driver = try tree(function, inputs, name, primitive.place)
      case .buffer: driver = try gate(PrimitiveCells.buffer, inputs, name, primitive.place)
      case .inverter: driver = try gate(PrimitiveCells.inverter, inputs, name, primitive.place)
      }
      builder.addAlias(output.net, of: driver, at: location(output.place))
    }
  }
}
