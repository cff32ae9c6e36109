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

  /// Prints a table.
  ///
  /// - Parameter summary: the columns that fit a terminal, each with a short title for people; CSV and
  ///   JSON have every column under its own name.
  func print(_ table: ResultTable, summary: KeyValuePairs<String, String>) throws {
    try print(table, people: Self.shown(table, summary))
  }

  /// Prints a table that people see in another form.
  func print(_ table: ResultTable, people shown: @autoclosure () -> ResultTable) throws {
    let text: String
    switch format {
    case .table: text = TextTable(shown()).text
    case .csv: text = table.csv
    case .json: text = table.json.prettyText
    }
    try write(text)
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
    let terminated = text.hasSuffix("\n") ? text : text + "\n"
    if let output {
      try OutputFile.write(terminated, to: output)
    } else {
      Swift.print(terminated, terminator: "")
    }
  }
}
