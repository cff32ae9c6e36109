import Foundation

/// The definition of a column: the one place where its name, unit and meaning are written.
public struct ColumnDefinition: Sendable, Hashable {
  /// The name in CSV headers, JSON keys and SQL views; the unit is part of it.
  public let name: String
  /// What the number is, its unit and its range, in one sentence.
  public let definition: String

  public init(_ name: String, _ definition: String) {
    self.name = name
    self.definition = definition
  }
}

/// One cell of a result table.
public enum CellValue: Sendable, Hashable {
  case text(String)
  case integer(Int)
  case real(Double)
  /// A number that is printed in full: the shortest text that reads back as the same number.
  case precise(Double)
  case flag(Bool)
  case missing

  /// The cell as CSV, JSON and people see it: reals with at most nine significant digits (`%.9g`),
  /// so that a
  /// number reads well and is the same text on every machine; an empty text for a missing value.
  public var formatted: String {
    switch self {
    case .text(let text): text
    case .integer(let value): String(value)
    case .real(let value): Self.format(value, digits: 9)
    case .precise(let value): value.isFinite ? "\(value)" : Self.format(value, digits: 17)
    case .flag(let value): value ? "true" : "false"
    case .missing: ""
    }
  }

  /// The number in a cell, if it holds one.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value), .precise(let value): value
    case .text, .flag, .missing: nil
    }
  }

  /// A number with so many significant digits, without trailing zeros; as C's `%g` prints
  /// it in the C locale.
  public static func format(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    // `String(format:)` without a locale is the C locale's %g: same text on every machine.
    return String(format: "%.\(digits)g", value)
  }
}

/// Rows under defined columns: what every command prints and every report is made of.
public struct ResultTable: Sendable, Equatable {
  public let columns: [ColumnDefinition]
  /// Each row has one cell a column.
  public private(set) var rows: [[CellValue]]

  public init(columns: [ColumnDefinition], rows: [[CellValue]] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row does not fit the columns")
    self.columns = columns
    self.rows = rows
  }

  public mutating func append(_ row: [CellValue]) {
    precondition(row.count == columns.count, "a row does not fit the columns")
    rows.append(row)
  }

  /// The position of a column.
  public func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// The cell of a row under a column; missing if there is no such column.
  public subscript(row: Int, column: String) -> CellValue {
    index(of: column).map { rows[row][$0] } ?? .missing
  }

  /// The cells of one column, or nil if there is none of that name.
  public func cells(_ name: String) -> [CellValue]? {
    index(of: name).map { column in rows.map { $0[column] } }
  }

  /// The table as CSV (RFC 4180, LF): the first line is the header. Text that a spreadsheet would
  /// run
  /// as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a carriage return) is led by an
  /// apostrophe.
  public var csv: String {
    var text = columns.map(\.name).joined(separator: ",") + "\n"
    for row in rows { text += Self.csvLine(row) }
    return text
  }

  /// A row as CSV, with its line feed.
  public static func csvLine(_ row: [CellValue]) -> String {
    row.map(csvField).joined(separator: ",") + "\n"
  }

  static func csvField(_ cell: CellValue) -> String {
    guard case .text(var text) = cell else { return cell.formatted }
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
      text = "'" + text
    }
    let needsQuotes = text.unicodeScalars.contains { ",\"\n\r'".unicodeScalars.contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
