import Files

/// A result table for a terminal: aligned, at most so many columns wide, numbers to the right with
/// four significant digits.
public struct TextTable: Sendable {
  /// The rendered lines, each ending in a line feed.
  public let text: String

  private static let gap = 2
  private static let narrowest = 6

  /// Renders some columns of a table.
  ///
  /// Names wrap at their underscores. If it does not fit, the widest texts are cut (with `…`, in the
  /// middle where their beginnings are alike), and after that the last columns are left out, which a line
  /// below says.
  ///
  /// - Parameters:
  ///   - names: the columns to show, in this order; all of the table's if nil. Unknown names are
  ///     passed over.
  ///   - width: terminal columns, at least 20.
  public init(_ table: ResultTable, columns names: [String]? = nil, width: Int = 80) {
    precondition(width >= 20, "a table needs 20 columns")
    let chosen = names?.compactMap { table.index(of: $0) } ?? Array(table.columns.indices)
    var columns = chosen.map { index in
      Column(
        name: table.columns[index].name, cells: table.rows.map { $0[index] },
        header: Self.wrapped(table.columns[index].name, cells: table.rows.map { $0[index] }))
    }
    var omitted: [String] = []
    while Self.total(columns) > width {
      let widest = columns.indices.filter { !columns[$0].isNumeric }
        .max { columns[$0].width < columns[$1].width }
      if let widest, columns[widest].width > Self.narrowest {
        columns[widest].width -= 1
      } else if columns.count > 1 {
        omitted.insert(columns.removeLast().name, at: 0)
      } else {
        columns[0].width = width
      }
    }
    for index in columns.indices { columns[index].chooseCut() }
    text = Self.render(columns, rowCount: table.rows.count) + Self.note(omitted, width: width)
  }

  private static func total(_ columns: [Column]) -> Int {
    columns.map(\.width).reduce(0, +) + gap * max(0, columns.count - 1)
  }

  private static func render(_ columns: [Column], rowCount: Int) -> String {
    let height = columns.map(\.header.count).max() ?? 0
    var lines: [String] = []
    for line in 0..<height {
      // Headers stand on the rule below them.
      lines.append(
        joined(columns) { column in
          let skipped = height - column.header.count
          return line < skipped ? "" : column.header[line - skipped]
        })
    }
    lines.append(
      columns.map { String(repeating: "-", count: $0.width) }.joined(separator: "  "))
    for row in 0..<rowCount { lines.append(joined(columns) { $0.texts[row] }) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func joined(_ columns: [Column], _ text: (Column) -> String) -> String {
    var line = columns.map { $0.padded(text($0)) }.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func note(_ omitted: [String], width: Int) -> String {
    guard !omitted.isEmpty else { return "" }
    let words = "Not shown for lack of room: \(omitted.joined(separator: ", "))"
      .split(separator: " ")
    var lines = [""]
    for word in words {
      let text = TerminalText.cut(String(word), to: width)
      let line = lines[lines.count - 1]
      if line.isEmpty {
        lines[lines.count - 1] = text
      } else if TerminalText.width(of: line) + 1 + TerminalText.width(of: text) <= width {
        lines[lines.count - 1] += " " + text
      } else {
        lines.append(text)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The name in lines no wider than its cells, or than its longest word.
  private static func wrapped(_ name: String, cells: [CellValue]) -> [String] {
    let words = InputError.printable(name).split(separator: "_", omittingEmptySubsequences: false)
    let body = cells.map { TerminalText.width(of: Column.text($0)) }.max() ?? 0
    let limit = max(body, words.map { $0.count + 1 }.max() ?? 0, 8)
    var lines: [String] = []
    for (index, word) in words.enumerated() {
      let part = index + 1 < words.count ? word + "_" : String(word)
      if let last = lines.last, last.count + part.count <= limit {
        lines[lines.count - 1] = last + part
      } else {
        lines.append(part)
      }
    }
    return lines
  }
}

private struct Column {
  let name: String
  let header: [String]
  let texts: [String]
  let isNumeric: Bool
  var width: Int
  /// Of its widest text.
  private let fullWidth: Int
  /// Whether texts are cut in the middle.
  private var keepsEnds = false

  init(name: String, cells: [CellValue], header: [String]) {
    self.name = InputError.printable(name)
    self.header = header
    texts = cells.map(Self.text)
    isNumeric = cells.contains { $0.number != nil } && cells.allSatisfy(Self.isNumberOrMissing)
    fullWidth = (texts + header).map { TerminalText.width(of: $0) }.max() ?? 0
    width = fullWidth
  }

  static func text(_ cell: CellValue) -> String {
    switch cell {
    case .real(let value), .precise(let value): return CellValue.format(value, digits: 4)
    case .text, .integer, .flag, .missing: break
    }
    return InputError.printable(cell.formatted)
  }

  private static func isNumberOrMissing(_ cell: CellValue) -> Bool {
    cell.number != nil || cell == .missing
  }

  /// Cuts in the middle where texts that differ would look alike.
  mutating func chooseCut() {
    guard width < fullWidth else { return }
    let ends = Set(texts.map { TerminalText.cut($0, to: width) })
    let middles = Set(texts.map { TerminalText.cutMiddle($0, to: width) })
    keepsEnds = middles.count > ends.count
  }

  func padded(_ text: String) -> String {
    let cut =
      keepsEnds
      ? TerminalText.cutMiddle(text, to: width) : TerminalText.cut(text, to: width)
    let space = String(repeating: " ", count: width - TerminalText.width(of: cut))
    return isNumeric ? space + cut : cut + space
  }
}
