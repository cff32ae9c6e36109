/// A comma-separated table with one header line, read strictly (RFC 4180; lines that begin with `#`
/// before the header are comments, where our own data files name their source; the byte-order mark that
/// spreadsheets write first is passed over).
public struct CSVTable: Sendable {
  public let file: String
  public let header: [String]
  /// The line that the header begins on, below comments.
  public let headerLine: Int
  /// The records, each with as many fields as the header.
  public let rows: [Row]
  /// The places of each name in the header.
  private let places: [String: [Int]]

  /// One record and the line it begins on.
  public struct Row: Sendable {
    public let line: Int
    public let fields: [String]
    /// Whether no field has quotes: fields then stand one comma apart.
    fileprivate let isPlain: Bool
  }

  /// Reads a CSV file.
  ///
  /// - Parameter required: columns that must be there.
  /// - Throws: `InputError` 66 if missing; 65 at the line where a record has too few or too many
  ///   fields or a quote does not end, at a control byte other than tabs and line ends, and at the
  ///   header's line if a required column is missing or stands there twice.
  public init(contentsOf path: String, requiring required: [String] = []) throws {
    try self.init(text: InputFile.text(of: path), file: path, requiring: required)
  }

  /// Reads CSV text; `file` is the name for messages.
  public init(text: String, file: String, requiring required: [String] = []) throws {
    self.file = file
    var records = try Self.records(text, file: file)
    guard !records.isEmpty else {
      throw InputError(
        .badData, at: SourceLocation(file: file), "is empty: a header line is needed")
    }
    let first = records.removeFirst()
    (header, headerLine) = (first.fields, first.line)
    places = Dictionary(grouping: header.indices) { first.fields[$0] }
    rows = records
    for name in required where places[name] == nil {
      let hint = InputError.nearest(to: name, among: header).map { "; nearest is '\($0)'" } ?? ""
      throw InputError(
        .badData, at: SourceLocation(file: file, line: headerLine),
        "column '\(name)' is missing\(hint)")
    }
    for name in required { _ = try place(of: name) }
    for row in rows where row.fields.count != header.count {
      throw InputError(
        .badData, at: location(row),
        "has \(row.fields.count) fields where the header has \(header.count): "
          + "is the file cut off?")
    }
  }

  /// The place of a column that stands in the header once.
  private func place(of column: String) throws -> Int {
    let location = SourceLocation(file: file, line: headerLine)
    guard let places = places[column] else {
      throw InputError(.badData, at: location, "column '\(column)' is missing")
    }
    guard places.count == 1 else {
      throw InputError(
        .badData, at: location, "column '\(column)' stands there twice: which one is meant?")
    }
    return places[0]
  }

  /// The field of a row under a column.
  ///
  /// - Throws: `InputError` 65 at the header's line if the column is missing or stands there twice.
  public func text(_ row: Row, _ column: String) throws -> String {
    row.fields[try place(of: column)]
  }

  /// Where a row begins.
  public func location(_ row: Row) -> SourceLocation {
    SourceLocation(file: file, line: row.line)
  }

  /// Where the field of a row under a column begins; where the row does if quotes hide it, or the header
  /// does not have the column once.
  public func location(_ row: Row, _ column: String) -> SourceLocation {
    guard let place = try? place(of: column) else { return location(row) }
    return location(row, place: place)
  }

  /// The same of the field at a place of the row, from 0.
  public func location(_ row: Row, place: Int) -> SourceLocation {
    guard row.isPlain else { return location(row) }
    return SourceLocation(
      file: file, line: row.line,
      column: row.fields[..<place].reduce(1) { $0 + $1.unicodeScalars.count + 1 })
  }

  /// The field of a row as a finite number: see `Double.init(decimal:)`.
  ///
  /// - Throws: `InputError` 65 at the field if it is none; as `text`.
  public func number(_ row: Row, _ column: String) throws -> Double {
    let field = try text(row, column)
    guard let value = Double(decimal: field) else {
      let isPadded = field.allSatisfy { $0.isNumber || "+-.".contains($0) } && Double(field) != nil
      throw InputError(
        .badData, at: location(row, column),
        "'\(field)' in column '\(column)' "
          + (isPadded
            ? "begins with a zero, which some readers take for octal: leave it out"
            : "is not a finite number"))
    }
    return value
  }

  private static func records(_ text: String, file: String) throws -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var start = 1
    var quoted = false
    var isComment = false
    var afterQuote = false
    var isPlain = true
    let bytes = Array(text.utf8)
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var lineStart = index
    /// Of the byte that was read last.
    func refusal(_ message: String) -> InputError {
      InputError(
        .badData, at: SourceLocation(file: file, line: line, column: index - lineStart), message)
    }
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
      afterQuote = false
    }
    func endRow() {
      if !(fields.isEmpty && field.isEmpty) && !isComment {
        endField()
        rows.append(Row(line: start, fields: fields, isPlain: isPlain))
      }
      fields.removeAll()
      field.removeAll(keepingCapacity: true)
      isComment = false
      afterQuote = false
      isPlain = true
      start = line + 1
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      // A NUL would end a number early.
      guard byte >= 0x20 && byte != 0x7F || [0x09, 0x0A, 0x0D].contains(byte) else {
        let code = String(byte, radix: 16)
        throw refusal("byte 0x\(byte < 16 ? "0" : "")\(code) is no text: is this a CSV file?")
      }
      defer { if byte == 0x0A { lineStart = index } }
      if quoted {
        if byte == UInt8(ascii: "\"") {
          if index < bytes.count, bytes[index] == byte {
            field.append(byte)
            index += 1
          } else {
            quoted = false
            afterQuote = true
          }
        } else {
          if byte == 0x0A { line += 1 }
          field.append(byte)
        }
        continue
      }
      switch byte {
      case 0x0A:
        endRow()
        line += 1
      case 0x0D:
        guard index == bytes.count || [0x0A, 0x0D].contains(bytes[index]) else {
          throw refusal("a carriage return stands inside a line: end lines with a line feed")
        }
      case UInt8(ascii: ",") where !isComment: endField()
      case UInt8(ascii: "\"") where field.isEmpty && !isComment && !afterQuote:
        (quoted, isPlain) = (true, false)
      case UInt8(ascii: "#") where rows.isEmpty && fields.isEmpty && field.isEmpty:
        isComment = true
      default: if !isComment { field.append(byte) }
      }
    }
    guard !quoted else {
      throw InputError(
        .badData, at: SourceLocation(file: file, line: start), "a quoted field does not end")
    }
    endRow()
    return rows
  }
}
