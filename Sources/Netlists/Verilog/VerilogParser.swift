import Files

/// Reads the modules of a Verilog text. Nothing here recurses.
struct VerilogParser {
  static let synthesis =
    "synthesize the design to gates first (yosys -p 'read_verilog IN.v; synth -flatten; "
    + "write_verilog -noattr OUT.v')"

  var lexer: VerilogLexer
  var token: VerilogToken
  var module: SourceModule
  var portNames: Set<NameID> = []
  var instanceNames: Set<NameID> = []
  /// The bits of all constants of the file.
  var constantBits = 0
  /// Whether `generate` is open.
  var isInGenerate = false
  var notes: [String] = []
  private var modules: [SourceModule] = []
  private var positions: [NameID: Int] = [:]

  init(_ bytes: [UInt8], file: String) throws {
    lexer = VerilogLexer(bytes, file: file)
    token = try lexer.next()
    module = SourceModule(name: NameID(index: 0), place: token.place)
  }

  /// The modules of the text, at least one.
  ///
  /// - Throws: `InputError` 65 at what is not structural Verilog.
  mutating func parse() throws -> SourceDesign {
    repeat {
      guard isKeyword("module") || isKeyword("macromodule") else {
        if isKeyword("primitive") || isKeyword("config") {
          throw error("'\(lexer.names[token.name])' is not read: only modules are")
        }
        throw unexpected(
          modules.isEmpty
            ? "a netlist begins with 'module'" : "only another module may follow 'endmodule'")
      }
      try advance()
      try parseModule()
    } while token.kind != .end
    return SourceDesign(
      file: lexer.cursor.file, byteCount: lexer.cursor.count, names: lexer.names,
      modules: modules, positions: positions, moduleWord: "module", notes: notes)
  }

  private mutating func parseModule() throws {
    let (name, place) = try identifier("the module's name")
    module = SourceModule(name: name, place: place)
    portNames.removeAll(keepingCapacity: true)
    instanceNames.removeAll(keepingCapacity: true)
    isInGenerate = false
    if let known = positions[name] {
      throw error(
        "module '\(lexer.names[name])' is there already, at line \(modules[known].place.line): "
          + "rename one", at: place)
    }
    try parseHeader()
    while !isKeyword("endmodule") {
      guard token.kind != .end else {
        throw error(
          "the file ends inside module '\(lexer.names[name])': 'endmodule' is missing; is it cut "
            + "off?")
      }
      try parseItem()
    }
    try advance()
    if isSymbol(.colon) {
      try advance()
      let (label, place) = try identifier("the module's name")
      guard label == name else {
        throw error("module '\(lexer.names[name])' ends as '\(lexer.names[label])'", at: place)
      }
    }
    declareImplicitNets()
    for (port, place) in module.ports {
      guard let signal = module.signalPositions[port], module.signals[signal].direction != .wire
      else {
        throw error(
          "port '\(lexer.names[port])' has no direction: declare it input or output in the module",
          at: place)
      }
    }
    positions[name] = modules.count
    modules.append(module)
  }

  // MARK: - Tokens

  mutating func advance() throws { token = try lexer.next() }

  func isSymbol(_ symbol: VerilogSymbol) -> Bool { token.kind == .symbol(symbol) }

  func isKeyword(_ word: String) -> Bool {
    token.kind == .keyword && lexer.names[token.name] == word
  }

  mutating func expect(_ symbol: VerilogSymbol, _ context: @autoclosure () -> String) throws {
    guard isSymbol(symbol) else {
      throw unexpected("'\(symbol.rawValue)' is needed \(context())")
    }
    try advance()
  }

  /// A name that is not a keyword.
  mutating func identifier(
    _ what: @autoclosure () -> String
  ) throws -> (name: NameID, place: SourcePlace) {
    guard token.kind == .identifier else { throw unexpected("\(what()) is needed here") }
    let found = (token.name, token.place)
    try advance()
    return found
  }

  func error(_ message: String, at place: SourcePlace? = nil) -> InputError {
    lexer.error(message, at: place ?? token.place)
  }

  /// What stands at the cursor cannot be made of gates without a synthesizer.
  func notStructural(_ construct: String) -> InputError {
    error("\(construct) is not read: \(Self.synthesis)")
  }

  func unexpected(_ need: String) -> InputError {
    let shown =
      switch token.kind {
      case .identifier, .keyword: "'\(lexer.names[token.name])'"
      case .number: "'\(token.value)'"
      case .constant: "a \(lexer.constantBits.count)-bit constant"
      case .symbol(let symbol): "'\(symbol.rawValue)'"
      case .end: "the end of the file"
      }
    return error("\(shown) is not expected: \(need)")
  }

  /// `[7:0]`, or `[3]` if a lone index is allowed; nil if no bracket opens here.
  mutating func optionalRange(allowingIndex: Bool) throws -> SourceRange? {
    guard isSymbol(.leftBracket) else { return nil }
    try advance()
    let left = try bound()
    var right = left
    if isSymbol(.colon) {
      try advance()
      right = try bound()
    } else if !allowingIndex {
      throw unexpected("a range is written [7:0]")
    }
    try expect(.rightBracket, "to close the range")
    return SourceRange(left: left, right: right)
  }

  private mutating func bound() throws -> Int {
    guard token.kind == .number else {
      throw unexpected("a bit number is needed; expressions and parameters are not read")
    }
    let value = Int(token.value)
    try advance()
    return value
  }
}
