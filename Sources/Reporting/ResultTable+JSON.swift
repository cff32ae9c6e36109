import DesignSpaceExploration
import Files

extension ResultTable {
  /// The table as an array of objects, one a row, with numbers to nine significant digits as in
  /// the CSV; a missing value or what JSON cannot write is null.
  public var json: JSONValue {
    .array(rows.map { Self.json($0, columns) })
  }

  /// A row as an object.
  static func json(_ row: [CellValue], _ columns: [ColumnDefinition]) -> JSONValue {
    .object(
      Dictionary(
        zip(columns.map(\.name), row.map(\.json)), uniquingKeysWith: { first, _ in first }))
  }
}

extension CellValue {
  /// The cell as JSON sees it.
  var json: JSONValue {
    switch self {
    case .text(let text): .text(text)
    case .integer(let value): .integer(value)
    case .real, .precise: Double(formatted).map(JSONValue.real) ?? .null
    case .flag(let value): .flag(value)
    case .missing: .null
    }
  }
}
