import Files

/// The table of `axtrain validate` for people: what fits 80 columns, of the columns that CSV and
/// JSON have all of.
enum ValidationSummary {
  private static let columns: KeyValuePairs<String, String> = [
    "name": "name", "width_a": "bits", "gates": "gates", "mae_percent": "MAE %", "wce": "WCE",
    "mre_percent": "MRE %", "area_um2": "um2", "critical_path_ps": "ps",
    "switching_energy_fj": "fJ", "status": "state",
  ]

  /// The rows with the operands in one column (`8x8u`, `16x4s`) and samples named by the state.
  static func table(_ rows: ResultTable) -> ResultTable {
    var summary = ResultTable(
      columns: columns.map { column in
        ColumnDefinition(
          column.value, rows.columns.first { $0.name == column.key }?.definition ?? "")
      })
    for row in rows.rows.indices {
      summary.append(columns.map { cell(rows, row, $0.key) })
    }
    return summary
  }

  private static func cell(_ rows: ResultTable, _ row: Int, _ column: String) -> CellValue {
    switch column {
    case "width_a":
      guard case .integer(let a) = rows[row, "width_a"],
        case .integer(let b) = rows[row, "width_b"], case .flag(let isSigned) = rows[row, "signed"]
      else { return .missing }
      return .text("\(a)x\(b)\(isSigned ? "s" : "u")")
    case "status":
      let status = rows[row, "status"].formatted
      guard rows[row, "sampled"] == .flag(true) else { return .text(status) }
      return .text(status == "ok" ? "sampled" : "\(status), sampled")
    default: return rows[row, column]
    }
  }
}
