import Files

extension VerilogParser {
  /// `supply0 gnd, vss;`: nets that are constant.
  mutating func parseSupply(isOne: Bool) throws {
    repeat {
      try advance()
      let (name, place) = try identifier("a net's name")
      try declare(name, Declared(), at: place)
      let node = Int32(module.nodes.count)
      module.nodes.append(.init(kind: .name, a: name.index, place: place))
      module.nodes.append(
        .init(kind: .constant, a: Int32(module.constants.count), b: 1, place: place))
      module.constants.append(isOne)
      module.items.append(
        .assignment(
          .init(
            target: SourceExpression(first: node, root: node),
            source: SourceExpression(first: node + 1, root: node + 1), place: place)))
    } while isSymbol(.comma)
    try expect(.semicolon, "after the declaration")
  }

  /// Moves over `specify … endspecify`: delays of a simulation model, no function.
  mutating func skipSpecify() throws {
    let start = token.place
    while !isKeyword("endspecify") {
      guard token.kind != .end else {
        throw error("a specify block begins here and does not end: close it", at: start)
      }
      try advance()
    }
    try advance()
  }

  /// Declares the nets that a module declares by using them: single wires at pins, at gate
  /// primitives or as targets of assigns (IEEE 1364-2005, 4.5).
  ///
  /// A name that stands in the module once is left undeclared, and so an error: it is more likely
  /// misspelt.
  mutating func declareImplicitNets() {
    guard lexer.allowsImplicitNets else { return }
    var candidates: [(name: NameID, place: SourcePlace)] = []
    func look(_ expression: SourceExpression) {
      for index in expression.nodes where module.nodes[index].kind == .name {
        let name = NameID(index: module.nodes[index].a)
        if module.signalPositions[name] == nil {
          candidates.append((name, module.nodes[index].place))
        }
      }
    }
    for connection in module.connections { connection.expression.map(look) }
    for item in module.items {
      if case .assignment(let assignment) = item { look(assignment.target) }
    }
    guard !candidates.isEmpty else { return }
    var uses: [Int32: Int] = [:]
    for node in module.nodes where node.kind == .name { uses[node.a, default: 0] += 1 }
    var declared: [String] = []
    for (name, place) in candidates
    where module.signalPositions[name] == nil && uses[name.index, default: 0] > 1 {
      module.signalPositions[name] = module.signals.count
      module.signals.append(
        .init(name: name, direction: .wire, range: nil, isSigned: false, place: place))
      declared.append(lexer.names[name])
    }
    guard !declared.isEmpty else { return }
    let shown = declared.prefix(8).joined(separator: ", ") + (declared.count > 8 ? " …" : "")
    notes.append("nets of '\(lexer.names[module.name])' without declaration: \(shown)")
  }
}
