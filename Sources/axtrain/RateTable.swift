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
    var supplies: [Double: SupplyOfRate] = [:]
    var rows: [(key: [String], cells: [Double: CellValue])] = []
    for row in result.table.rows.indices {
      guard let rate = points[row].bitErrorRate else { continue }
      if supplies[rate] == nil { supplies[rate] = SupplyOfRate(result.table, row: row) }
      let key = ["multiplier", "method", "supply_v"].map { result.table[row, $0].formatted }
      if rows.last?.key != key { rows.append((key, [:])) }
      rows[rows.count - 1].cells[rate] = .text(
        CellValue.format(result.table[row, "accuracy_percent"].number ?? .nan, digits: 3))
    }
    let shown = Array(rates.prefix(7))
    // Rows of one supply need no column of it.
    let hasSupplies = Set(rows.map { $0.key[2] }).count > 1
    let columns =
      [ColumnDefinition("multiplier", ""), ColumnDefinition("method", "")]
      + (hasSupplies ? [ColumnDefinition("volts", "")] : [])
      + shown.map { ColumnDefinition("\(CellValue.format(100 * $0, digits: 3)) %", "") }
    let table = ResultTable(
      columns: columns,
      rows: rows.map { row in
        [.text(String(row.key[0].prefix(20))), .text(row.key[1])]
          + (hasSupplies ? [.text(row.key[2])] : []) + shown.map { row.cells[$0] ?? .missing }
      } + supplyRow(shown.map { supplies[$0] }, leading: hasSupplies ? 2 : 1))
    let isExtrapolated = shown.contains { supplies[$0]?.isExtrapolated == true }
    let note =
      "\(SupplyOfRate.mark) outside the supplies that the memory's failure law is fitted on\n"
    let hidden = rates.count - shown.count
    return "Accuracy in percent by the rate of wrong bits:\n"
      + TextTable(table, width: Terminal.columns).text + (isExtrapolated ? note : "")
      + (hidden > 0 ? "\(hidden) more rates are in points.csv\n" : "")
  }

  /// The supplies of the memory whose failure law has the rates, in volts; no row where it has none.
  ///
  /// - Parameter leading: cells between the row's name and the first rate.
  private static func supplyRow(_ supplies: [SupplyOfRate?], leading: Int) -> [[CellValue]] {
    guard supplies.contains(where: { $0 != nil }) else { return [] }
    let cells = supplies.map { supply -> CellValue in
      supply.map { .text($0.volts + ($0.isExtrapolated ? SupplyOfRate.mark : "")) } ?? .missing
    }
    return [
      [.text("law's memory, V")] + [CellValue](repeating: .missing, count: leading) + cells
    ]
  }
}
