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

  /// Prints a table; `summary` names the columns that fit a terminal.
  func print(_ table: ResultTable, summary: [String]) throws {
    let text: String
    switch format {
    case .table: text = TextTable(table, columns: summary).text
    case .csv: text = table.csv
    case .json: text = table.json.prettyText
    }
    let terminated = text.hasSuffix("\n") ? text : text + "\n"
    if let output {
      try OutputFile.write(terminated, to: output)
    } else {
      Swift.print(terminated, terminator: "")
    }
  }
}
