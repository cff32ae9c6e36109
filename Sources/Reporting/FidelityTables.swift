import Files
import NetworkEvaluation

/// The rows of a comparison of fidelities for a terminal: each number with its 95 % interval, in two tables
/// of at most 80 columns.
public enum FidelityTables {
  /// - Parameter table: with the columns of `FidelityComparison`.
  /// - Returns: error rate and accuracy in percent; bias, and variance over 1,000. Three digits, of
  ///   accuracies four.
  public static func tables(of table: ResultTable) -> [ResultTable] {
    [
      part(
        of: table,
        [
          ("wrong %", "error_rate", 100, 3), ("low", "error_rate_low", 100, 3),
          ("high", "error_rate_high", 100, 3), ("acc %", "accuracy_percent", 1, 4),
          ("low", "accuracy_low_percent", 1, 4), ("high", "accuracy_high_percent", 1, 4),
        ]),
      part(
        of: table,
        [
          ("bias", "bias", 1, 3), ("low", "bias_low", 1, 3), ("high", "bias_high", 1, 3),
          ("var/1000", "variance", 1e-3, 3), ("low", "variance_low", 1e-3, 3),
          ("high", "variance_high", 1e-3, 3),
        ]),
    ]
  }

  private static func part(
    of table: ResultTable,
    _ columns: [(title: String, name: String, factor: Double, digits: Int)]
  ) -> ResultTable {
    func definition(_ name: String) -> String {
      table.index(of: name).map { table.columns[$0].definition } ?? ""
    }
    return ResultTable(
      columns: [ColumnDefinition("fidelity", definition("fidelity"))]
        + columns.map { ColumnDefinition($0.title, definition($0.name)) },
      rows: table.rows.indices.map { row in
        [.text("\(table[row, "fidelity"].formatted), \(table[row, "detail"].formatted)")]
          + columns.map { column in
            table[row, column.name].number.map {
              rounded($0 * column.factor, digits: column.digits)
            } ?? .missing
          }
      })
  }

  private static func rounded(_ value: Double, digits: Int) -> CellValue {
    Double(CellValue.format(value, digits: digits)).map { .real($0) } ?? .real(value)
  }
}
