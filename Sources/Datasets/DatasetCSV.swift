import ArrayFiles
import Files

/// Reads examples from CSV: a header, a column of labels, and columns of numbers.
///
/// Fields are decimal numbers without quotes. Read by the byte and kept as bytes while all are whole
/// numbers from 0 to 255: a table of text fields would take dozens of times the memory.
struct DatasetCSV {
  private let bytes: [UInt8]
  private let file: String
  private var line: Int
  private var lineStart: Int
  /// Features while all are whole numbers up to 255, and from the first on that is not.
  private var wholes: [UInt8] = []
  private var reals: [Float] = []
  private var isReal = false
  private var labels: [UInt8] = []

  /// What a file holds: its examples, and its header for comparison with another file's.
  private struct Contents {
    let examples: RawExamples
    let columns: [String]
    /// Of the header.
    let line: Int
  }

  /// Reads the examples of a training file, and of a test file where there is one.
  ///
  /// Features are taken by their place, so both files must have the same columns at the same places.
  ///
  /// - Parameter paths: one file or two.
  /// - Throws: `InputError` 66 if one is missing; 65 at the line and byte of whatever is no example,
  ///   and at the header of a test file with other columns.
  static func parts(
    contentsOf paths: [String], labelColumn: String
  ) throws -> (training: RawExamples, test: RawExamples?) {
    let parts = try paths.map { path in
      try contents(
        bytes: InputFile.bytes(of: path, limit: ArrayFile.maximumBytes), file: path,
        labelColumn: labelColumn)
    }
    guard parts.count > 1 else { return (parts[0].examples, nil) }
    let (names, others) = (parts[0].columns, parts[1].columns)
    if let place = zip(names, others).enumerated().first(where: { $1.0 != $1.1 })?.offset {
      throw InputError(
        .badData, at: SourceLocation(file: paths[1], line: parts[1].line),
        "column \(place + 1) is '\(others[place])', and '\(names[place])' in \(paths[0]): both files "
          + "need the same columns in the same order")
    }
    return (parts[0].examples, parts[1].examples)
  }

  /// Reads the examples of a file's bytes.
  ///
  /// - Throws: `InputError` 65 at the line and byte of whatever is no example.
  static func examples(
    bytes: [UInt8], file: String, labelColumn: String
  ) throws -> RawExamples {
    try contents(bytes: bytes, file: file, labelColumn: labelColumn).examples
  }

  private static func contents(
    bytes: [UInt8], file: String, labelColumn: String
  ) throws -> Contents {
    let (header, start, line) = try header(bytes, file: file)
    guard let labelIndex = header.firstIndex(of: labelColumn), header.count >= 2,
      header.lastIndex(of: labelColumn) == labelIndex
    else {
      let near = InputError.nearest(to: labelColumn, among: header)
      let hint = near.map { $0 == labelColumn ? "" : "; nearest is '\($0)'" } ?? ""
      throw InputError(
        .badData, at: SourceLocation(file: file, line: line - 1),
        "needs columns of features and one column '\(labelColumn)'\(hint)")
    }
    var reader = DatasetCSV(bytes: bytes, file: file, line: line, lineStart: start)
    try reader.read(columns: header.count, labelIndex: labelIndex)
    let examples = RawExamples(
      features: reader.isReal ? .reals(reader.reals) : .bytes(reader.wholes),
      featureShape: [header.count - 1], labels: reader.labels)
    return Contents(examples: examples, columns: header, line: line - 1)
  }

  private init(bytes: [UInt8], file: String, line: Int, lineStart: Int) {
    self.bytes = bytes
    self.file = file
    self.line = line
    self.lineStart = lineStart
  }

  /// The names of the columns, and the byte and line after them; comments (`#`) may stand before.
  private static func header(
    _ bytes: [UInt8], file: String
  ) throws -> (names: [String], next: Int, line: Int) {
    // Spreadsheets write a byte-order mark before UTF-8.
    var (start, line) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 1)
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let isBlank = bytes[start..<end].allSatisfy { $0 == 0x0D }
      line += 1
      if !isBlank && bytes[start] != UInt8(ascii: "#") {
        guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
          throw InputError(
            .badData, at: SourceLocation(file: file, line: line - 1),
            "the header is not UTF-8 text; save it as UTF-8")
        }
        let blank = String(repeating: "\n", count: line - 2)
        let table = try CSVTable(text: blank + text, file: file)
        return (table.header, min(end + 1, bytes.count), line)
      }
      start = end + 1
    }
    throw InputError(
      .badData, at: SourceLocation(file: file), "is empty: a header line is needed")
  }

  private mutating func read(columns: Int, labelIndex: Int) throws {
    var index = lineStart
    while index < bytes.count {
      if bytes[index] == 0x0A || bytes[index] == 0x0D {
        index += 1
        if bytes[index - 1] == 0x0A { beginLine(at: index) }
        continue
      }
      var column = 0
      var isOpen = true
      while isOpen {
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: ","), bytes[index] != 0x0A {
          index += 1
        }
        guard column < columns else { break }
        isOpen = index < bytes.count && bytes[index] == UInt8(ascii: ",")
        try take(start..<index, isLabel: column == labelIndex)
        column += 1
        if isOpen { index += 1 }
      }
      guard column == columns, !isOpen else {
        let found = isOpen ? "more than \(columns)" : "\(column)"
        throw refusal(
          at: lineStart, "has \(found) fields where the header has \(columns): is the file cut off?"
        )
      }
      if index < bytes.count { index += 1 }
      beginLine(at: index)
    }
    guard !labels.isEmpty else {
      throw InputError(.badData, at: SourceLocation(file: file), "has no examples")
    }
  }

  private mutating func beginLine(at index: Int) {
    line += 1
    lineStart = index
  }

  private mutating func take(_ field: Range<Int>, isLabel: Bool) throws {
    let range = trimmed(field)
    let whole = smallWhole(range)
    if isLabel {
      guard let label = try whole ?? UInt8(exactly: real(range)) else {
        throw refusal(
          at: range.lowerBound, "label '\(text(range))' is not a whole number from 0 to 255")
      }
      labels.append(label)
      return
    }
    if let whole, !isReal {
      wholes.append(whole)
    } else {
      if !isReal {
        reals = wholes.map { Float($0) }
        wholes = []
        isReal = true
      }
      reals.append(try whole.map { Float($0) } ?? real(range))
    }
    guard max(wholes.count, reals.count) <= NumericArray.maximumElements else {
      throw refusal(
        at: lineStart, "is too large: at most \(NumericArray.maximumElements) features are read")
    }
  }

  /// A whole number of at most three digits up to 255.
  private func smallWhole(_ range: Range<Int>) -> UInt8? {
    guard (1...3).contains(range.count) else { return nil }
    var value = 0
    for byte in bytes[range] {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return UInt8(exactly: value)
  }

  private func real(_ range: Range<Int>) throws -> Float {
    let isPlain = bytes[range].allSatisfy {
      (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E || $0 | 0x20 == 0x65
    }
    guard isPlain, range.count <= 64, let value = Float(text(range)), value.isFinite else {
      throw refusal(at: range.lowerBound, "'\(text(range))' is not a finite number")
    }
    return value
  }

  /// Without blanks around it, and without the carriage return of a line's end.
  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var range = range
    while let first = bytes[range].first, first == 0x20 || first == 0x09 {
      range = range.lowerBound + 1..<range.upperBound
    }
    while let last = bytes[range].last, last == 0x20 || last == 0x09 || last == 0x0D {
      range = range.lowerBound..<range.upperBound - 1
    }
    return range
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.prefix(65)], as: UTF8.self)
  }

  private func refusal(at byte: Int, _ message: String) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: file, line: line, column: byte - lineStart + 1), message)
  }
}
