import Files

/// Reads the tokens of one structural module. Nothing here recurses: nesting is counted.
struct VerilogParser {
  var lexer: VerilogLexer
  var token: VerilogToken
  var module: VerilogModule
  var portNames: Set<String> = []
  var instanceNames: Set<String> = []

  init(_ text: String, file: String) throws {
    lexer = VerilogLexer(text, file: file)
    token = try lexer.next()
    module = VerilogModule(name: "", location: token.location)
  }

  /// The one module of the text.
  ///
  /// - Throws: `InputError` 65 at what is not structural Verilog.
  mutating func parse() throws -> VerilogModule {
    guard isKeyword("module") else {
      throw unexpected("a netlist begins with 'module'")
    }
    try advance()
    let (name, location) = try identifier("the module's name")
    module = VerilogModule(name: name, location: location)
    try parseHeader()
    while !isKeyword("endmodule") {
      guard token.kind != .end else {
        throw error("the file ends inside module '\(name)': 'endmodule' is missing; is it cut off?")
      }
      try parseItem()
    }
    try advance()
    guard token.kind == .end else {
      throw isKeyword("module")
        ? error("a second module begins here: one module a file is read; flatten the design first")
        : unexpected("nothing may follow 'endmodule'")
    }
    return module
  }

  // MARK: - Tokens

  mutating func advance() throws { token = try lexer.next() }

  func isSymbol(_ character: Character) -> Bool { token.kind == .symbol(character) }

  func isKeyword(_ word: String) -> Bool { token.kind == .identifier(word, isEscaped: false) }

  mutating func expect(_ character: Character, _ context: String) throws {
    guard isSymbol(character) else { throw unexpected("'\(character)' is needed \(context)") }
    try advance()
  }

  /// A name that is not a keyword.
  mutating func identifier(_ what: String) throws -> (name: String, location: SourceLocation) {
    guard case .identifier(let name, let isEscaped) = token.kind,
      isEscaped || !VerilogKeywords.all.contains(name)
    else { throw unexpected("\(what) is needed here") }
    let location = token.location
    try advance()
    return (name, location)
  }

  func error(_ message: String, at location: SourceLocation? = nil) -> InputError {
    InputError(.badData, at: location ?? token.location, message)
  }

  func unexpected(_ need: String) -> InputError {
    error("\(token.shown) is not expected: \(need)")
  }

  /// `[7:0]`, or `[3]` if a lone index is allowed; nil if no bracket opens here.
  mutating func optionalRange(allowingIndex: Bool) throws -> VerilogRange? {
    guard isSymbol("[") else { return nil }
    try advance()
    let left = try bound()
    var right = left
    if isSymbol(":") {
      try advance()
      right = try bound()
    } else if !allowingIndex {
      throw unexpected("a range is written [7:0]")
    }
    try expect("]", "to close the range")
    return VerilogRange(left: left, right: right)
  }

  private mutating func bound() throws -> Int {
    guard case .number(let value) = token.kind else {
      throw unexpected("a bit number is needed; expressions and parameters are not read")
    }
    try advance()
    return value
  }
}
