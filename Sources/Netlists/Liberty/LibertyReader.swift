import Files
import Quantities

/// Reads the cells of a Liberty file: area, pins, directions, functions.
///
/// Other attributes and groups are skipped. Cells that a combinational netlist cannot use
/// (flip-flops,
/// latches, buses, outputs without a function) are listed in `CellLibrary.refusedCells`. An area
/// is in square micrometers, as is the custom of Liberty files, which do not state its unit.
public struct LibertyReader {
  /// The most pins of a cell.
  public static let maximumPins = 4096

  private var lexer: LibertyLexer
  private var token: LibertyToken
  private var cells: [LibraryCell] = []
  private var refused: [String: String] = [:]

  /// The groups that are open, innermost last; groups inside `skipped` ones are skipped too.
  private enum Group {
    case library, cell, skipped
    /// The pins of the current cell that the group describes.
    case pins(Range<Int>)
  }

  private var groups: [Group] = []
  private var cellNames: Set<String> = []
  private var pinNames: Set<String> = []
  private var cell = LibertyCell(name: "", location: SourceLocation(file: ""))

  /// The library in a file.
  ///
  /// - Throws: `InputError` 66 if the file is missing; 65 with `file:line:column` for what is not
  ///   Liberty or is inconsistent.
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
    guard token.kind == .word("library") else {
      throw unexpected("a Liberty file begins with 'library (name) {'")
    }
    try advance()
    let name = try arguments().first?.text ?? ""
    try expect("{", "to open the library")
    groups = [.library]
    while !groups.isEmpty { try readStatement() }
    guard token.kind == .end else { throw unexpected("nothing may follow the library") }
    return CellLibrary(name: name, cells: cells, refusedCells: refused)
  }

  /// One attribute, the head of a group, or the end of the innermost group.
  private mutating func readStatement() throws {
    if token.kind == .symbol("}") {
      try advance()
      if case .cell = groups.removeLast() { try finishCell() }
      return
    }
    if token.kind == .symbol(";") { return try advance() }
    guard let name = token.text else {
      throw token.kind == .end
        ? error("the file ends inside a group: a '}' is missing; is it cut off?")
        : unexpected("an attribute or a group is needed here")
    }
    let location = token.location
    try advance()
    if token.kind == .symbol(":") {
      try advance()
      try attribute(name, try value(of: name))
      return
    }
    let arguments = try arguments()
    if token.kind == .symbol("{") {
      try advance()
      try open(name, arguments, at: location)
    } else if token.kind == .symbol(";") {
      try advance()
    }
  }

  private mutating func open(
    _ name: String, _ arguments: [LibertyToken], at location: SourceLocation
  ) throws {
    switch (groups.last, name) {
    case (.library, "cell"):
      let cellName = arguments.first?.text ?? ""
      guard !cellName.isEmpty else { throw error("a cell needs a name", at: location) }
      guard cellNames.insert(cellName).inserted else {
        throw error("cell '\(cellName)' is there already: keep one", at: location)
      }
      cell = LibertyCell(name: cellName, location: location)
      groups.append(.cell)
    case (.cell, "pin"):
      let first = cell.pins.count
      for argument in arguments {
        let pin = argument.text ?? ""
        guard !pin.isEmpty else { throw error("a pin needs a name", at: location) }
        guard pinNames.insert(pin).inserted else {
          throw error("pin '\(pin)' is there already: keep one", at: argument.location)
        }
        cell.pins.append(.init(name: pin, location: argument.location))
      }
      guard cell.pins.count <= Self.maximumPins else {
        throw error("a cell of more than \(Self.maximumPins) pins is too large", at: location)
      }
      groups.append(.pins(first..<cell.pins.count))
    case (.cell, "ff"), (.cell, "latch"), (.cell, "statetable"), (.cell, "ff_bank"),
      (.cell, "latch_bank"):
      cell.refusal = "is sequential"
      groups.append(.skipped)
    case (.cell, "bus"), (.cell, "bundle"):
      cell.refusal = cell.refusal ?? "has a bus or a bundle of pins"
      groups.append(.skipped)
    default: groups.append(.skipped)
    }
  }

  private mutating func finishCell() throws {
    pinNames.removeAll()
    if let resolved = try cell.resolved() {
      cells.append(resolved)
    } else {
      refused[cell.name] = cell.refusal
    }
  }

  private mutating func attribute(_ name: String, _ value: [LibertyToken]) throws {
    guard let first = value.first, let text = first.text else { return }
    switch (groups.last, name) {
    case (.cell, "area"):
      guard value.count == 1, let area = Double(text), area.isFinite, area >= 0 else {
        throw error("area '\(text)' is not a finite number of at least 0", at: first.location)
      }
      // Square micrometers to square meters; the division rounds once.
      cell.area = Area(area / 1e12)
    case (.pins(let pins), "direction"):
      for pin in pins {
        guard cell.pins[pin].direction == nil else {
          throw error("the pin has a direction already: keep one", at: first.location)
        }
        cell.pins[pin].direction = text
      }
    case (.pins(let pins), "function"):
      guard case .quoted = first.kind else {
        throw error("a function is written in quotes", at: first.location)
      }
      let start = SourceLocation(
        file: first.location.file, line: first.location.line, column: first.location.column + 1)
      let function = try LibertyFunction(text, at: start)
      for pin in pins {
        guard cell.pins[pin].function == nil else {
          throw error("the pin has a function already: keep one", at: first.location)
        }
        cell.pins[pin].function = function
      }
    default: return
    }
  }

  // MARK: - Tokens

  private mutating func advance() throws { token = try lexer.next() }

  private mutating func expect(_ character: Character, _ context: String) throws {
    guard token.kind == .symbol(character) else {
      throw unexpected("'\(character)' is needed \(context)")
    }
    try advance()
  }

  /// The tokens between `:` and `;`, which is moved over.
  private mutating func value(of name: String) throws -> [LibertyToken] {
    var value: [LibertyToken] = []
    while token.kind != .symbol(";") {
      guard token.kind != .end, token.kind != .symbol("{"), token.kind != .symbol("}") else {
        throw unexpected("attribute '\(name)' must end with ';'")
      }
      value.append(token)
      try advance()
    }
    try advance()
    guard !value.isEmpty else { throw error("attribute '\(name)' has no value") }
    return value
  }

  /// `(a, b, …)`: the words and texts in it.
  private mutating func arguments() throws -> [LibertyToken] {
    try expect("(", "after a name that no ':' follows")
    var arguments: [LibertyToken] = []
    while token.kind != .symbol(")") {
      guard token.text != nil || token.kind == .symbol(",") || token.kind == .symbol(":") else {
        throw unexpected("')' is needed to close the arguments")
      }
      if token.text != nil { arguments.append(token) }
      try advance()
    }
    try advance()
    return arguments
  }

  private func error(_ message: String, at location: SourceLocation? = nil) -> InputError {
    InputError(.badData, at: location ?? token.location, message)
  }

  private func unexpected(_ need: String) -> InputError {
    error("\(token.shown) is not expected: \(need)")
  }
}
