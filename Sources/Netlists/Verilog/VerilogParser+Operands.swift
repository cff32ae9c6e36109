import Files

extension VerilogParser {
  /// A net, a bit or a part of one, or a constant: the position of its node.
  mutating func operand() throws -> Int32 {
    let place = token.place
    let position = Int32(module.nodes.count)
    switch token.kind {
    case .constant:
      let kind: SourceExpression.Kind =
        lexer.isConstantSized
        ? (lexer.isConstantSigned ? .signedConstant : .constant)
        : (lexer.isConstantSigned ? .unsizedSignedConstant : .unsizedConstant)
      try addConstant(lexer.constantBits, kind, at: place)
      try advance()
    case .number:
      let value = token.value
      try addConstant(
        (0..<32).map { value >> UInt64($0) & 1 == 1 }, .unsizedSignedConstant, at: place)
      try advance()
    case .symbol(.dollar): throw notStructural("a system function")
    default:
      let (name, _) = try identifier("a net or a constant")
      var node = SourceExpression.Node(kind: .name, a: name.index, place: place)
      if isSymbol(.leftBracket) {
        if let range = try optionalRange(allowingIndex: true) {
          // A lone index and a part of one bit are the same.
          node = SourceExpression.Node(
            kind: range.left == range.right ? .bit : .part, a: name.index, b: Int32(range.left),
            c: Int32(range.right), place: place)
        }
      }
      module.nodes.append(node)
      if isSymbol(.leftParenthesis) { throw notStructural("a function call") }
      if isSymbol(.period) {
        throw error("a name in another module is not read: connect it by a port")
      }
      if isSymbol(.leftBracket) {
        throw error("'\(lexer.names[name])' is selected twice: only vectors are read")
      }
    }
    return position
  }

  private mutating func addConstant(
    _ bits: [Bool], _ kind: SourceExpression.Kind, at place: SourcePlace
  ) throws {
    // A short text may ask for many bits.
    constantBits += bits.count
    guard constantBits <= VerilogReader.maximumBits else {
      throw error(
        "the constants of the file have more than \(VerilogReader.maximumBits) bits: split it",
        at: place)
    }
    module.nodes.append(
      .init(kind: kind, a: Int32(module.constants.count), b: Int32(bits.count), place: place))
    module.constants += bits
  }

  /// How often a replication repeats: the value of a constant.
  mutating func replicationCount(_ node: Int32) throws -> Int32 {
    let node = module.nodes[Int(node)]
    guard node.kind.isConstant else {
      throw error("a replication is counted by a constant, as in {4{a}}", at: node.place)
    }
    var count = 0
    for bit in (0..<Int(node.b)).reversed() where count <= VerilogReader.maximumWidth {
      count = count * 2 + (module.constants[Int(node.a) + bit] ? 1 : 0)
    }
    guard (1...VerilogReader.maximumWidth).contains(count) else {
      throw error(
        "a replication repeats 1 to \(VerilogReader.maximumWidth) times", at: node.place)
    }
    return Int32(count)
  }
}
