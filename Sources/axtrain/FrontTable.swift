import DesignSpaceExploration
import Files
import Reporting

/// The Pareto front as a sweep prints it: narrow enough for a terminal of 80 columns.
enum FrontTable {
  static func text(_ result: SweepResult) -> String {
    let table = result.table
    guard !result.ranking.front.isEmpty else { return "No point is ranked.\n" }
    let front = result.ranking.front
    // What all rows share is said below the table: names need the room.
    var shown = ["clock", "supply_v"].filter { column in
      Set(front.map { table[$0, column].formatted }).count > 1
    }
    if result.hasMemoryRails { shown.append("memory_supply_v") }
    let heads = ["supply_v": "volts", "memory_supply_v": "mem V"]
    let columns =
      [ColumnDefinition("multiplier", ""), ColumnDefinition("method", "")]
      + shown.map { ColumnDefinition(heads[$0] ?? $0, "") }
      + [
        ColumnDefinition("accuracy %", ""), ColumnDefinition("nJ", ""), ColumnDefinition("", ""),
      ]
    let rows = front.map { row -> [CellValue] in
      let mean = table[row, "accuracy_percent"].number ?? .nan
      let half = table.accuracyHalfWidth(row) ?? .nan
      let mark =
        row == result.chosen ? "chosen" : row == result.ranking.knee ? "knee" : ""
      return [table[row, "multiplier"], table[row, "method"]] + shown.map { table[row, $0] } + [
        .text("\(fixed(mean)) ± \(fixed(half))"),
        .real(table[row, "energy_on_chip_nj"].number ?? .nan), .text(mark),
      ]
    }
    return TextTable(ResultTable(columns: columns, rows: rows), width: Terminal.columns).text
  }

  /// Two decimals.
  private static func fixed(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
