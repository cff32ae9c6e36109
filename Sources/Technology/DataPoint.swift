import Files
import Foundation

/// One point of a fit.
public struct DataPoint: Sendable, Equatable {
  public let x: Double
  public let y: Double
  public let sigma: Double?
  /// Where it stands in the file.
  public let line: Int

  /// The points of a CSV file, ascending in x.
  ///
  /// - Throws: `InputError` as `DataFit.init`.
  static func read(_ path: String, _ request: DataFit.Request) throws -> [DataPoint] {
    let columns = [request.x, request.y] + (request.sigma.map { [$0] } ?? [])
    let table = try CSVTable(
      contentsOf: path, requiring: columns + request.conditions.map(\.column))
    let rows = try selected(table, request.conditions)
    guard rows.count <= DataFit.maximumPoints else {
      throw InputError(
        .badData, at: SourceLocation(file: path),
        "has \(rows.count) points; at most \(DataFit.maximumPoints) are fitted")
    }
    var points: [DataPoint] = []
    var seen: [Double: CSVTable.Row] = [:]
    for row in rows {
      let x = try table.number(row, request.x)
      guard x > 0 else {
        throw InputError(
          .badData, at: table.location(row, request.x),
          "'\(request.x)' must be positive, not \(x)")
      }
      if let other = seen.updateValue(row, forKey: x) {
        throw InputError(
          .badData, at: table.location(row, request.x),
          "repeats \(request.x) = \(x) of line \(other.line): "
            + (try advice(table, row, other, except: columns)))
      }
      let y = try table.number(row, request.y)
      try check(y, request, row, of: table)
      let sigma = try request.sigma.map { column in
        let sigma = try table.number(row, column)
        guard sigma > 0 else {
          throw InputError(
            .badData, at: table.location(row, column), "'\(column)' must be positive, not \(sigma)")
        }
        return sigma
      }
      points.append(DataPoint(x: x, y: y, sigma: sigma, line: row.line))
    }
    return points.sorted { $0.x < $1.x }
  }

  private static func check(
    _ y: Double, _ request: DataFit.Request, _ row: CSVTable.Row, of table: CSVTable
  ) throws {
    let (isInside, range) =
      switch request.law.domain {
      case .positive: (y > 0, "positive")
      case .insideUnitInterval: (y > 0 && y < 1, "between 0 and 1, both excluded")
      case .unitInterval: (y >= 0 && y <= 1, "from 0 to 1")
      }
    guard isInside else {
      throw InputError(
        .badData, at: table.location(row, request.y),
        "'\(request.y)' must be \(range) for the law '\(request.law.rawValue)', not \(y)")
    }
  }

  private static func selected(
    _ table: CSVTable, _ conditions: [(column: String, value: String)]
  ) throws -> [CSVTable.Row] {
    var rows = table.rows
    for (column, value) in conditions {
      let number = Double(decimal: value)
      let before = rows
      rows = try rows.filter { row in
        let field = try table.text(row, column)
        if field == value { return true }
        return number != nil && Double(decimal: field) == number
      }
      guard rows.isEmpty, !before.isEmpty else { continue }
      let known = Set(try before.map { try table.text($0, column) }).sorted()
      let hint = InputError.nearest(to: value, among: known).map { "; nearest is '\($0)'" } ?? ""
      throw InputError(
        .badData, at: SourceLocation(file: table.file),
        "no row has \(column) = '\(value)'\(hint); there are \(listed(known))")
    }
    return rows
  }

  private static func listed(_ values: [String]) -> String {
    values.prefix(8).joined(separator: ", ") + (values.count > 8 ? " …" : "")
  }

  /// How two rows with the same x may be told apart.
  private static func advice(
    _ table: CSVTable, _ row: CSVTable.Row, _ other: CSVTable.Row, except columns: [String]
  ) throws -> String {
    for column in table.header where !columns.contains(column) {
      let (one, two) = (try table.text(row, column), try table.text(other, column))
      guard one != two else { continue }
      return "they differ in '\(column)': choose by --where \(column)=\(two)"
    }
    return "keep one row a value"
  }
}
