import Files

extension Elaboration {
  /// The nets of an expression, least significant first, with a gate for each bit of each operator.
  ///
  /// - Parameter width: that of what the expression is assigned to, by Verilog's rules: extended or
  ///   cut; nil for the expression's own.
  mutating func value(_ expression: SourceExpression, width: Int?) throws -> [NetID] {
    let root = module.nodes[Int(expression.root)]
    if expression.first == expression.root, root.kind == .name || root.kind == .bit {
      let signal = try signal(of: root)
      if width == nil || root.kind == .bit && width == 1
        || root.kind == .name && module.signals[signal].width == width
      {
        return try nets(signal, select(of: root), at: root.place)
      }
    }
    var widths = try ExpressionWidths(expression, module, design)
    widths.extend(to: width ?? 1, expression, module)
    var values: [[NetID]] = []
    values.reserveCapacity(expression.nodes.count)
    for index in expression.nodes {
      let final = widths.final[index - widths.first]
      try spend(final, at: module.nodes[index].place)
      var bits = try bits(of: module.nodes[index], widths, values)
      if bits.count < final {
        let isSigned = widths.isSigned[index - widths.first]
        let fill = isSigned ? bits[bits.count - 1] : Netlist.constantZero
        bits += Array(repeating: fill, count: final - bits.count)
      }
      values.append(bits)
    }
    let bits = values[values.count - 1]
    return width.map { Array(bits.prefix($0)) } ?? bits
  }

  /// The nets of what is driven, least significant first.
  mutating func target(_ expression: SourceExpression) throws -> [NetID] {
    var values: [[NetID]] = []
    let first = expression.nodes.lowerBound
    for index in expression.nodes {
      let node = module.nodes[index]
      guard node.kind.isTarget else {
        throw error(
          node.kind.isConstant
            ? "a constant cannot be driven: name a net"
            : "an operator cannot be driven: name a net, a part of one or a concatenation",
          node.place)
      }
      if node.kind == .concatenation {
        let operands = module.lists[Int(node.a)..<Int(node.a + node.b)]
        var bits: [NetID] = []
        for operand in operands.reversed() {
          bits += values[Int(operand) - first]
          try checkWidth(bits.count, at: node.place)
        }
        try spend(bits.count, at: node.place)
        values.append(bits)
        continue
      }
      let signal = try signal(of: node)
      guard module.signals[signal].direction != .input else {
        throw error(
          "'\(design.names[module.signals[signal].name])' is an input port: it cannot be driven "
            + "inside of the module", node.place)
      }
      values.append(try nets(signal, select(of: node), at: node.place))
    }
    return values[values.count - 1]
  }

  private func signal(of node: SourceExpression.Node) throws -> Int {
    try design.signal(NameID(index: node.a), in: module, at: node.place)
  }

  private func select(of node: SourceExpression.Node) -> SourceRange? {
    node.kind == .name ? nil : SourceRange(left: Int(node.b), right: Int(node.c))
  }

  /// The nets of a node whose operands have theirs; those of an operand that is not extended.
  private mutating func bits(
    of node: SourceExpression.Node, _ widths: ExpressionWidths, _ values: [[NetID]]
  ) throws -> [NetID] {
    func operand(_ index: Int32) -> [NetID] { values[Int(index) - widths.first] }
    switch node.kind {
    case .name, .bit, .part:
      return try nets(try signal(of: node), select(of: node), at: node.place)
    case .constant, .signedConstant, .unsizedConstant, .unsizedSignedConstant:
      return module.constants[Int(node.a)..<Int(node.a + node.b)].map {
        $0 ? Netlist.constantOne : Netlist.constantZero
      }
    case .not: return try bitwise(PrimitiveCells.inverter, [operand(node.a)], node.place)
    case .and: return try bitwise(.and, operand(node.a), operand(node.b), node.place)
    case .or: return try bitwise(.or, operand(node.a), operand(node.b), node.place)
    case .xor: return try bitwise(.xor, operand(node.a), operand(node.b), node.place)
    case .xnor: return try bitwise(.xnor, operand(node.a), operand(node.b), node.place)
    case .add, .subtract:
      return try sum(
        operand(node.a), operand(node.b), subtracting: node.kind == .subtract, node.place)
    case .reduceAnd: return [try reduced(.and, operand(node.a), node.place)]
    case .reduceNand: return [try reduced(.nand, operand(node.a), node.place)]
    case .reduceOr: return [try reduced(.or, operand(node.a), node.place)]
    case .reduceNor, .logicalNot: return [try reduced(.nor, operand(node.a), node.place)]
    case .reduceXor: return [try reduced(.xor, operand(node.a), node.place)]
    case .reduceXnor: return [try reduced(.xnor, operand(node.a), node.place)]
    case .logicalAnd, .logicalOr:
      let left = try truth(operand(node.a), "left", node.place)
      let right = try truth(operand(node.b), "right", node.place)
      return try bitwise(node.kind == .logicalAnd ? .and : .or, [left], [right], node.place)
    case .conditional:
      let condition = try truth(operand(node.a), "condition", node.place)
      let (whenTrue, whenFalse) = (operand(node.b), operand(node.c))
      let conditions = Array(repeating: condition, count: whenTrue.count)
      return try bitwise(
        PrimitiveCells.multiplexer, [whenFalse, whenTrue, conditions], node.place)
    case .shiftLeft, .shiftRight, .arithmeticShiftRight:
      return try shifted(operand(node.a), node, widths)
    case .concatenation:
      let operands = module.lists[Int(node.a)..<Int(node.a + node.b)]
      var bits: [NetID] = []
      for index in operands.reversed() { bits += operand(index) }
      return bits
    case .replication:
      let part = operand(node.b)
      return (0..<Int(node.a)).flatMap { _ in part }
    }
  }

  /// The bits of a shift by a constant.
  private func shifted(
    _ bits: [NetID], _ node: SourceExpression.Node, _ widths: ExpressionWidths
  ) throws -> [NetID] {
    let amount = module.nodes[Int(node.b)]
    guard amount.kind.isConstant else {
      throw error(
        "a shift by what is not a constant is not read: \(VerilogParser.synthesis)", node.place)
    }
    var distance = 0
    for bit in (0..<Int(amount.b)).reversed() where distance < bits.count {
      distance = distance * 2 + (module.constants[Int(amount.a) + bit] ? 1 : 0)
    }
    distance = min(distance, bits.count)
    if node.kind == .shiftLeft {
      return Array(repeating: Netlist.constantZero, count: distance)
        + bits.prefix(bits.count - distance)
    }
    let isSigned = widths.isSigned[widths.position(of: node.a)]
    let fill =
      node.kind == .arithmeticShiftRight && isSigned
      ? bits[bits.count - 1] : Netlist.constantZero
    return bits.dropFirst(distance) + Array(repeating: fill, count: distance)
  }
}
