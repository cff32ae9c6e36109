import Files

extension VerilogParser {
  /// One declaration, assign or instance.
  mutating func parseItem() throws {
    guard case .identifier(let word, let isEscaped) = token.kind else {
      throw unexpected("a declaration, an assign or a cell instance is needed here")
    }
    if isEscaped || !VerilogKeywords.all.contains(word) { return try parseInstances() }
    switch word {
    case "input", "output", "inout", "wire": try parseDeclaration()
    case "assign": try parseAssigns()
    default:
      throw VerilogKeywords.gatePrimitives.contains(word)
        ? error("gate primitive '\(word)' is not read: use a cell of the library instead")
        : error(
          "'\(word)' is not structural Verilog: synthesize the design to cells of the library "
            + "first (yosys: synth -flatten; abc -liberty)")
    }
  }

  /// `assign target = source, … ;`
  private mutating func parseAssigns() throws {
    let location = token.location
    repeat {
      try advance()
      let target = try expression()
      try expect("=", "in the assign")
      module.assignments.append(
        .init(target: target, source: try expression(), location: location))
    } while isSymbol(",")
    try expect(";", "after the assign")
  }

  /// `CELL name (.PIN(net), … ), … ;`
  private mutating func parseInstances() throws {
    let (cell, location) = try identifier("a cell's name")
    if isSymbol("#") {
      throw error("parameters are not read: cell '\(cell)' must be used without '#'")
    }
    while true {
      let (name, place) = try identifier("the name of an instance of '\(cell)'")
      guard instanceNames.insert(name).inserted else {
        throw error("instance '\(name)' is there already: rename one", at: place)
      }
      if isSymbol("[") { throw error("instance arrays are not read: write out '\(name)'") }
      module.instances.append(
        .init(cell: cell, name: name, location: location, connections: try connections()))
      guard isSymbol(",") else { break }
      try advance()
    }
    try expect(";", "after the instance")
  }

  private mutating func connections() throws -> [(
    pin: String, expression: VerilogModule.Expression?, location: SourceLocation
  )] {
    var connections: [(String, VerilogModule.Expression?, SourceLocation)] = []
    try expect("(", "to open the connections")
    while !isSymbol(")") {
      guard isSymbol(".") else {
        throw unexpected("connections are named, as in .A(net); ordered ones are not read")
      }
      let location = token.location
      try advance()
      guard case .identifier(let pin, _) = token.kind else {
        throw unexpected("a pin's name follows '.'")
      }
      try advance()
      try expect("(", "after the pin's name")
      let value = isSymbol(")") ? nil : try expression()
      try expect(")", "to close the connection of pin '\(pin)'")
      connections.append((pin, value, location))
      guard isSymbol(",") else { break }
      try advance()
    }
    try expect(")", "to close the connections")
    return connections
  }

  /// A net, a bit, a part, a constant, or a concatenation of these.
  mutating func expression() throws -> VerilogModule.Expression {
    var expression = VerilogModule.Expression(operands: [], location: token.location)
    var depth = 0
    while true {
      while isSymbol("{") {
        depth += 1
        try advance()
      }
      let location = token.location
      expression.operands.append((try operand(), location))
      while depth > 0 && isSymbol("}") {
        depth -= 1
        try advance()
      }
      guard depth > 0 else { break }
      try expect(",", "between the parts of a concatenation")
    }
    if case .symbol(let character) = token.kind, "&|^~+-*/%?!<>".contains(character) {
      throw operatorError(character)
    }
    return expression
  }

  private func operatorError(_ character: Character) -> InputError {
    error(
      "operator '\(character)' is not structural: map it to cells of the library first "
        + "(yosys: synth -flatten; abc -liberty)")
  }

  private mutating func operand() throws -> VerilogModule.Operand {
    switch token.kind {
    case .constant(let bits):
      try advance()
      return .constant(bits)
    case .number(let value):
      try advance()
      throw isSymbol("{")
        ? error("a replication is not read: write the parts of the concatenation out")
        : error("number '\(value)' has no width: write a sized constant, as in 1'b0")
    case .symbol(let character) where "~!&|^+-(".contains(character):
      throw operatorError(character)
    default:
      let (name, _) = try identifier("a net or a constant")
      return .reference(name: name, select: try optionalRange(allowingIndex: true))
    }
  }
}
