import Files

/// The text of a result table in pieces of some rows each: together they are the text of the whole
/// table, which then need not be in memory.
public struct PiecewiseTable: Sendable {
  public enum Format: Sendable { case csv, json }

  private let columns: [ColumnDefinition]
  private let format: Format

  public init(columns: [ColumnDefinition], as format: Format) {
    self.columns = columns
    self.format = format
  }

  /// What stands before the first piece.
  public var head: String {
    switch format {
    case .csv: ResultTable(columns: columns).csv
    case .json: "[\n  "
    }
  }

  /// What stands between two pieces.
  public var separator: String {
    switch format {
    case .csv: ""
    case .json: ",\n  "
    }
  }

  /// What stands behind the last piece.
  public var tail: String {
    switch format {
    case .csv: ""
    case .json: "\n]\n"
    }
  }

  /// A piece.
  ///
  /// - Parameter rows: one or more, each with a cell a column.
  public func text(of rows: [[CellValue]]) -> String {
    precondition(!rows.isEmpty, "a piece without rows")
    switch format {
    case .csv: return rows.map { ResultTable.csvLine($0) }.joined()
    case .json:
      return rows.map { row in
        ResultTable.json(row, columns).prettyText(atLevel: 1)
      }.joined(separator: separator)
    }
  }
}
