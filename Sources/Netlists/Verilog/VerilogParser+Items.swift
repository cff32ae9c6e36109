import Files

extension VerilogParser {
  /// One declaration, assign, gate primitive or instance.
  mutating func parseItem() throws {
    if token.kind == .identifier {
      return isLogic ? try parseDeclaration() : try parseInstances()
    }
    if isSymbol(.semicolon) { return try advance() }
    guard token.kind == .keyword else {
      throw unexpected("a declaration, an assign or a cell instance is needed here")
    }
    let word = lexer.names[token.name]
    switch word {
    case "input", "output", "inout", "wire", "tri": try parseDeclaration()
    case "supply0", "supply1": try parseSupply(isOne: word == "supply1")
    case "specify": try skipSpecify()
    case "generate" where !isInGenerate, "endgenerate" where isInGenerate:
      // Without loops and conditions a generate region is what stands in it.
      isInGenerate.toggle()
      try advance()
    case "assign": try parseAssigns()
    case "buf": try parsePrimitives(.buffer, word)
    case "not": try parsePrimitives(.inverter, word)
    case "parameter", "localparam", "defparam":
      throw error("parameters are not read: write the netlist for one set of parameters")
    case "module", "macromodule":
      throw error("a module begins inside another: 'endmodule' is missing before it")
    default:
      if let function = PrimitiveCells.Function(rawValue: word) {
        return try parsePrimitives(.gate(function), word)
      }
      throw notStructural("'\(word)'")
    }
  }

  /// `assign target = source, … ;`
  private mutating func parseAssigns() throws {
    let place = token.place
    repeat {
      try advance()
      if isSymbol(.hash) { throw delayError() }
      let target = try expression()
      try expect(.equals, "in the assign")
      module.items.append(
        .assignment(.init(target: target, source: try expression(), place: place)))
    } while isSymbol(.comma)
    try expect(.semicolon, "after the assign")
  }

  private func delayError() -> InputError {
    error("a delay or parameter list '#' is not read: leave it out")
  }

  /// `and name (y, a, b), (z, c, d);`
  private mutating func parsePrimitives(
    _ kind: SourceModule.Primitive.Kind, _ word: String
  ) throws {
    try advance()
    if isSymbol(.hash) { throw delayError() }
    while true {
      let place = token.place
      var name: NameID?
      if token.kind == .identifier {
        name = token.name
        try advance()
        try addInstanceName(name, at: place)
      }
      let terminals = try connections()
      guard terminals.count >= 2,
        module.connections[terminals].allSatisfy({ $0.pin == nil && $0.expression != nil })
      else {
        throw error(
          "gate primitive '\(word)' has its output first and then its inputs, as in \(word) (y, a)",
          at: place)
      }
      module.items.append(
        .primitive(.init(kind: kind, name: name, place: place, connections: terminals)))
      guard isSymbol(.comma) else { break }
      try advance()
    }
    try expect(.semicolon, "after the gate")
  }

  /// `CELL name (.PIN(net), … ), … ;`
  private mutating func parseInstances() throws {
    let (cell, place) = try identifier("a cell's name")
    if isSymbol(.hash) {
      throw error(
        "parameters are not read: '\(lexer.names[cell])' must be used without '#'")
    }
    while true {
      let cellName = lexer.names[cell]
      let (name, namePlace) = try identifier("the name of an instance of '\(cellName)'")
      try addInstanceName(name, at: namePlace)
      if isSymbol(.leftBracket) {
        throw error("instance arrays are not read: write out '\(lexer.names[name])'")
      }
      module.items.append(
        .instance(
          .init(cell: cell, name: name, place: place, connections: try connections())))
      guard isSymbol(.comma) else { break }
      try advance()
    }
    try expect(.semicolon, "after the instance")
  }

  private mutating func addInstanceName(_ name: NameID?, at place: SourcePlace) throws {
    guard let name, !instanceNames.insert(name).inserted else { return }
    throw error("instance '\(lexer.names[name])' is there already: rename one", at: place)
  }

  /// `(.A(x), .Y())` or `(x, y)`.
  private mutating func connections() throws -> Range<Int> {
    let first = module.connections.count
    try expect(.leftParenthesis, "to open the connections")
    if isSymbol(.rightParenthesis) {
      try advance()
      return first..<first
    }
    let isNamed = isSymbol(.period)
    while true {
      guard isSymbol(.period) == isNamed else {
        throw error("connections are all named, as in .A(net), or all ordered")
      }
      let place = token.place
      var pin: NameID?
      if isNamed {
        try advance()
        guard token.kind == .identifier || token.kind == .keyword else {
          throw unexpected("a pin's name follows '.'")
        }
        pin = token.name
        try advance()
        try expect(.leftParenthesis, "after the pin's name")
      }
      let isOpen = isSymbol(.rightParenthesis) || isSymbol(.comma)
      let value = isOpen ? nil : try expression()
      if isNamed {
        let shown = pin.map { lexer.names[$0] } ?? ""
        try expect(.rightParenthesis, "to close the connection of pin '\(shown)'")
      }
      module.connections.append(.init(pin: pin, expression: value, place: place))
      guard isSymbol(.comma) else { break }
      try advance()
    }
    try expect(.rightParenthesis, "to close the connections")
    return first..<module.connections.count
  }
}
