import Files
import Quantities

/// Reads a Liberty file: cells with their pins, functions and areas, and, where it has them,
/// capacitances, non-linear delay tables, internal power and leakage.
///
/// Other attributes and groups are skipped. Cells that a combinational netlist cannot use
/// (flip-flops, latches, buses, outputs without a function) are listed in
/// `CellLibrary.refusedCells`. An area is in square micrometers, as is the custom of Liberty files,
/// which do not state its unit. Timing arcs other than combinational ones, current-source models and
/// derating factors are skipped; of arcs for several states (`when`) all are kept.
public struct LibertyReader {
  /// The most pins of a cell.
  public static let maximumPins = 4096
  /// The most points of an axis of a table.
  public static let maximumAxis = 256
  /// The most numbers in all tables of a library: 256 MB.
  public static let maximumNumbers = 1 << 25
  /// The most timing arcs and internal power groups of a cell.
  public static let maximumArcs = 4096
  /// How deep groups may stand in each other.
  public static let maximumDepth = 64

  var lexer: LibertyLexer
  private(set) var token: LibertyToken
  var cells: [LibraryCell] = []
  var refused: [String: String] = [:]

  /// The groups that are open, innermost last; groups inside `skipped` ones are skipped too.
  enum Group {
    case library, cell, template, skipped, leakage
    case conditions(String)
    /// The pins of the current cell that the group describes.
    case pins(Range<Int>)
    case timing, internalPower
    case table(LibertyTableKind)
  }

  var groups: [Group] = []
  var cellNames: Set<String> = []
  var pinNames: Set<String> = []
  var cell = LibertyCell(name: "", location: SourceLocation(file: ""))
  var timing = LibertyCell.TimingGroup(pins: 0..<0, location: SourceLocation(file: ""))
  var power = LibertyCell.PowerGroup(pins: 0..<0, location: SourceLocation(file: ""))
  var leakageState = LibertyCell.LeakageState()
  var template = LibertyTemplate()
  var table = LibertyTableText()
  var templates: [String: LibertyTemplate] = [:]
  var header = LibertyHeader()
  /// Numbers in tables so far.
  var numberCount = 0

  /// The library in a file.
  ///
  /// - Throws: `InputError` 66 if the file is missing; 65 with `file:line:column` for what is not
  ///   Liberty, is inconsistent, or exceeds a limit above.
  public static func library(contentsOf path: String) throws -> CellLibrary {
    try library(text: InputFile.text(of: path), file: path)
  }

  /// The library in a text; `file` is its name for messages.
  public static func library(text: String, file: String) throws -> CellLibrary {
    var reader = try LibertyReader(text, file: file)
    return try reader.read()
  }

  private init(_ text: String, file: String) throws {
    lexer = LibertyLexer(text, file: file)
    token = try lexer.next()
  }

  private mutating func read() throws -> CellLibrary {
    guard token.kind == .word, lexer.text(token) == "library" else {
      throw unexpected("a Liberty file begins with 'library (name) {'")
    }
    try advance()
    let name = try arguments().first.map(lexer.text) ?? ""
    try expect("{", "to open the library")
    groups = [.library]
    while !groups.isEmpty { try readStatement() }
    guard token.kind == .end else { throw unexpected("nothing may follow the library") }
    return CellLibrary(
      name: name, cells: cells, refusedCells: refused, conditions: header.conditions)
  }

  /// One attribute, the head of a group, or the end of the innermost group.
  private mutating func readStatement() throws {
    if token.isSymbol("}") {
      try advance()
      return try close(groups.removeLast())
    }
    if token.isSymbol(";") { return try advance() }
    guard token.hasText else {
      throw token.kind == .end
        ? error("the file ends inside a group: a '}' is missing; is it cut off?")
        : unexpected("an attribute or a group is needed here")
    }
    let name = token
    try advance()
    if token.isSymbol(":") {
      try advance()
      let values = try value(of: name)
      if case .skipped = groups.last { return }
      return try attribute(lexer.text(name), values)
    }
    let arguments = try arguments()
    if token.isSymbol("{") {
      guard groups.count < Self.maximumDepth else {
        throw error("groups stand more than \(Self.maximumDepth) deep in each other: too deep")
      }
      try advance()
      if case .skipped = groups.last { return groups.append(.skipped) }
      return try open(lexer.text(name), arguments, at: name.start)
    }
    if token.isSymbol(";") { try advance() }
    if case .skipped = groups.last { return }
    try complexAttribute(lexer.text(name), arguments, at: name.start)
  }

  // MARK: - Tokens

  private mutating func advance() throws { token = try lexer.next() }

  private mutating func expect(_ symbol: Unicode.Scalar, _ context: String) throws {
    guard token.isSymbol(symbol) else { throw unexpected("'\(symbol)' is needed \(context)") }
    try advance()
  }

  /// The tokens between `:` and `;`, which is moved over.
  private mutating func value(of name: LibertyToken) throws -> [LibertyToken] {
    var value: [LibertyToken] = []
    while !token.isSymbol(";") {
      // Many files leave the ';' out at the end of a line, and tools read them.
      if let last = value.last, token.kind != .end, lexer.isLineBroken(between: last, token) {
        return value
      }
      guard token.kind != .end, !token.isSymbol("{"), !token.isSymbol("}") else {
        throw unexpected("attribute '\(lexer.text(name))' must end with ';'")
      }
      value.append(token)
      try advance()
    }
    try advance()
    guard !value.isEmpty else {
      throw error("attribute '\(lexer.text(name))' has no value", at: name.start)
    }
    return value
  }

  /// `(a, b, …)`: the words and texts in it.
  private mutating func arguments() throws -> [LibertyToken] {
    try expect("(", "after a name that no ':' follows")
    var arguments: [LibertyToken] = []
    while !token.isSymbol(")") {
      guard token.hasText || token.isSymbol(",") || token.isSymbol(":") else {
        throw unexpected("')' is needed to close the arguments")
      }
      if token.hasText { arguments.append(token) }
      try advance()
    }
    try advance()
    return arguments
  }

  func location(_ offset: Int) -> SourceLocation { lexer.location(offset) }

  func error(_ message: String, at offset: Int? = nil) -> InputError {
    lexer.error(message, at: offset ?? token.start)
  }

  private func unexpected(_ need: String) -> InputError {
    error("\(lexer.shown(token)) is not expected: \(need)")
  }
}
