import Files

extension VerilogParser {
  /// What a declaration says about each of its names.
  struct Declared {
    var direction = SourceModule.Direction.wire
    var isSigned = false
    var range: SourceRange?
  }

  /// The port list: names alone, or declarations (ANSI).
  mutating func parseHeader() throws {
    if isSymbol(.hash) {
      throw error("parameters are not read: write the netlist for one set of parameters")
    }
    if isSymbol(.leftParenthesis) {
      try advance()
      if isDirection {
        try parseANSIPorts()
      } else {
        while !isSymbol(.rightParenthesis) {
          let (name, place) = try identifier("a port's name")
          try addPort(name, at: place)
          guard isSymbol(.comma) else { break }
          try advance()
        }
      }
      try expect(.rightParenthesis, "to close the port list")
    }
    try expect(.semicolon, "after the port list")
  }

  private var isDirection: Bool {
    isKeyword("input") || isKeyword("output") || isKeyword("inout")
  }

  private mutating func parseANSIPorts() throws {
    var declared = Declared()
    while true {
      if isDirection { declared = try declarationHead() }
      let (name, place) = try identifier("a port's name")
      try addPort(name, at: place)
      try declare(name, declared, at: place)
      guard isSymbol(.comma) else { return }
      try advance()
    }
  }

  /// `input signed [7:0] a, b;`, `wire x = a & b;` and the like in the body.
  mutating func parseDeclaration() throws {
    let declared = try declarationHead()
    while true {
      let (name, place) = try identifier("a net's name")
      try declare(name, declared, at: place)
      if declared.direction != .wire && !portNames.contains(name) {
        throw error(
          "'\(lexer.names[name])' is not in the port list of the module: add it there", at: place)
      }
      if isSymbol(.leftBracket) {
        let shown = lexer.names[name]
        throw error("'\(shown)' is an array: only vectors, as in wire [7:0] \(shown), are read")
      }
      if isSymbol(.equals) {
        let equals = token.place
        try advance()
        let node = Int32(module.nodes.count)
        module.nodes.append(.init(kind: .name, a: name.index, place: place))
        let target = SourceExpression(first: node, root: node)
        module.items.append(
          .assignment(.init(target: target, source: try expression(), place: equals)))
      }
      guard isSymbol(.comma) else { break }
      try advance()
    }
    try expect(.semicolon, "after the declaration")
  }

  /// Moves over direction, net type, sign and range.
  private mutating func declarationHead() throws -> Declared {
    var declared = Declared()
    if isKeyword("inout") { throw error("'inout' ports are not read: use input or output") }
    if isDirection {
      declared.direction = isKeyword("input") ? .input : .output
      try advance()
    }
    if isKeyword("wire") || isKeyword("tri") || isLogic { try advance() }
    if isKeyword("reg") { throw notStructural("'reg'") }
    if isKeyword("signed") || isKeyword("unsigned") {
      declared.isSigned = isKeyword("signed")
      try advance()
    }
    let place = token.place
    if let range = try optionalRange(allowingIndex: false) {
      guard range.width <= VerilogReader.maximumVector else {
        throw error(
          "a vector of \(range.width) bits is too wide: at most \(VerilogReader.maximumVector) "
            + "are read", at: place)
      }
      declared.range = range
    }
    return declared
  }

  /// Whether SystemVerilog's `logic` stands here, which is a wire where one gate drives it.
  var isLogic: Bool { token.kind == .identifier && lexer.names[token.name] == "logic" }

  private mutating func addPort(_ name: NameID, at place: SourcePlace) throws {
    guard portNames.insert(name).inserted else {
      throw error("port '\(lexer.names[name])' is listed twice", at: place)
    }
    module.ports.append((name, place))
  }

  mutating func declare(
    _ name: NameID, _ declared: Declared, at place: SourcePlace
  ) throws {
    guard let position = module.signalPositions[name] else {
      module.signalPositions[name] = module.signals.count
      module.signals.append(
        .init(
          name: name, direction: declared.direction, range: declared.range,
          isSigned: declared.isSigned, place: place))
      return
    }
    // A port may be declared a wire as well, with the same range.
    var known = module.signals[position]
    guard known.range == declared.range,
      (known.direction == .wire) != (declared.direction == .wire)
    else {
      throw error(
        "'\(lexer.names[name])' is declared already, at line \(known.place.line): declare each "
          + "net once, its ranges alike", at: place)
    }
    if declared.direction != .wire { known.direction = declared.direction }
    known.isSigned = known.isSigned || declared.isSigned
    module.signals[position] = known
  }
}
