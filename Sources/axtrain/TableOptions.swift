import ArgumentParser
import Files
import Reporting

/// How a command prints its table.
struct TableOptions: ParsableArguments {
  @Option(help: "table, csv or json.")
  var format = TableFormat.table

  @Option(name: .shortAndLong, help: "Write to this file instead of standard output.")
  var output: String?

  enum TableFormat: String, ExpressibleByArgument, CaseIterable { case table, csv, json }

  /// Columns that a table may take: a file has room for all of its names.
  private var width: Int { output == nil ? Terminal.columns : .max }

  /// Prints a table.
  ///
  /// - Parameters:
  ///   - heading: a line before it, for people alone; what all of its rows share.
  ///   - summary: the columns that fit a terminal, each with a short title for people; CSV and JSON
  ///     have every column under its own name.
  func print(
    _ table: ResultTable, heading: String? = nil, summary: KeyValuePairs<String, String>
  ) throws {
    try write(
      head(heading)
        + Self.text(of: table, as: format, width: width, people: Self.shown(table, summary)))
  }

  private func head(_ heading: String?) -> String {
    heading.map { format == .table ? $0 + "\n" : "" } ?? ""
  }

  /// Prints a table that people see in another form.
  func print(_ table: ResultTable, people shown: @autoclosure () -> ResultTable) throws {
    try write(Self.text(of: table, as: format, width: width, people: shown()))
  }

  /// Prints a table that people see in several parts, a blank line between them.
  func print(_ table: ResultTable, people parts: [ResultTable]) throws {
    guard format == .table else { return try print(table, people: table) }
    try write(
      parts.map { Self.text(of: $0, as: .table, width: width, people: $0) }.joined(separator: "\n"))
  }

  /// Prints a table that people alone see, after a line.
  func print(people shown: ResultTable, heading: String) throws {
    try write(head(heading) + Self.text(of: shown, as: .table, width: width, people: shown))
  }

  /// The format of a table that is written in pieces; nil where people see it, whole.
  func pieces(_ columns: [ColumnDefinition]) -> PiecewiseTable? {
    switch format {
    case .table: nil
    case .csv: PiecewiseTable(columns: columns, as: .csv)
    case .json: PiecewiseTable(columns: columns, as: .json)
    }
  }

  /// Writes pieces as they come, to a file that stands under its name only when whole.
  ///
  /// - Throws: `InputError` 73 or 74 if they cannot be written; what the body throws.
  func writing(_ body: ((String) throws -> Void) throws -> Void) throws {
    guard format != .table else { return try body { _ in } }
    guard let output else {
      return try OutputFile.writePiecesToStandardOutput { file in try body { file.write($0) } }
    }
    try OutputFile.checkIsNoInput(output)
    try OutputFile.writePieces(to: output) { file in try body { file.write($0) } }
  }

  /// A table as `print(_:summary:)` prints it.
  static func text(
    of table: ResultTable, as format: TableFormat, summary: KeyValuePairs<String, String>
  ) -> String {
    text(of: table, as: format, width: Terminal.columns, people: shown(table, summary))
  }

  private static func text(
    of table: ResultTable, as format: TableFormat, width: Int,
    people shown: @autoclosure () -> ResultTable
  ) -> String {
    let text =
      switch format {
      case .table: TextTable(shown(), width: width).text
      case .csv: table.csv
      case .json: table.json.prettyText
      }
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  /// The chosen columns under their titles.
  private static func shown(
    _ table: ResultTable, _ summary: KeyValuePairs<String, String>
  ) -> ResultTable {
    let indices = summary.compactMap { table.index(of: $0.key) }
    precondition(indices.count == summary.count, "the summary names an unknown column")
    return ResultTable(
      columns: zip(summary, indices).map {
        ColumnDefinition($0.value, table.columns[$1].definition)
      },
      rows: table.rows.map { row in indices.map { row[$0] } })
  }

  private func write(_ text: String) throws {
    if let output {
      try OutputFile.checkIsNoInput(output)
      try OutputFile.write(text, to: output)
    } else {
      Swift.print(text, terminator: "")
    }
  }
}
