import DesignSpaceExploration
import Files
import Reporting

/// Accuracy by method and given rate of wrong bits, as a sweep prints it: narrow enough for a terminal
/// of 80 columns.
enum RateTable {
  /// - Returns: nil where the points give no rates.
  static func text(_ result: SweepResult) -> String? {
    let points = result.points
    var rates: [Double] = []
    for case let rate? in points.map(\.bitErrorRate) where !rates.contains(rate) {
      rates.append(rate)
    }
    guard !rates.isEmpty else { return nil }
    var rows: [(key: [String], cells: [Double: CellValue])] = []
    for row in result.table.rows.indices {
      guard let rate = points[row].bitErrorRate else { continue }
      let key = ["multiplier", "method", "supply_v"].map { result.table[row, $0].formatted }
      if rows.last?.key != key { rows.append((key, [:])) }
      rows[rows.count - 1].cells[rate] = .text(
        CellValue.format(result.table[row, "accuracy_percent"].number ?? .nan, digits: 3))
    }
    let shown = Array(rates.prefix(7))
    let columns =
      [ColumnDefinition("multiplier", ""), ColumnDefinition("method", "")]
      + shown.map { ColumnDefinition("\(CellValue.format(100 * $0, digits: 3)) %", "") }
    let table = ResultTable(
      columns: columns,
      rows: rows.map { row in
        [.text(String(row.key[0].prefix(20))), .text(row.key[1])]
          + shown.map { row.cells[$0] ?? .missing }
      })
    return "Accuracy in percent by the rate of wrong bits:\n"
      + TextTable(table, width: Terminal.columns).text
  }
}
