import Files

/// A word of a Liberty file, as ranges of its bytes.
struct LibertyToken {
  enum Kind: Equatable {
    /// A name, number or operator: whatever is neither quoted nor punctuation.
    case word
    /// A quoted text.
    case quoted
    case symbol(UInt8)
    case end
  }

  let kind: Kind
  /// Where the token begins; of a quoted text, its opening quote.
  let start: Int
  /// The bytes of the text, without quotes.
  let text: Range<Int>

  var hasText: Bool { kind == .word || kind == .quoted }

  func isSymbol(_ symbol: Unicode.Scalar) -> Bool { kind == .symbol(UInt8(ascii: symbol)) }
}

/// Splits Liberty text into tokens; comments and line continuations are skipped.
///
/// Places are counted only for messages, and numbers are read where they stand: libraries of tens of
/// megabytes are mostly numbers.
struct LibertyLexer {
  let file: String
  private let bytes: [UInt8]
  /// Where each line begins.
  private let lineStarts: [Int]
  private var position = 0

  private static let symbols = Set("(){}:;,".utf8)
  /// For each byte whether it may stand in a word.
  private static let isWordByte: [Bool] = (0..<256).map { value in
    let byte = UInt8(value)
    return (0x21...0x7E).contains(byte) && !symbols.contains(byte) && byte != UInt8(ascii: "\"")
  }

  init(_ text: String, file: String) {
    self.file = file
    let bytes = Array(text.utf8)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
    self.bytes = bytes
    lineStarts = starts
  }

  /// The place of a byte; columns count bytes.
  func location(_ offset: Int) -> SourceLocation {
    // The last line that begins at or before the offset.
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return SourceLocation(file: file, line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// The text of a token; in a quoted text a backslash that continues a line or keeps a quote is
  /// left out.
  func text(_ token: LibertyToken) -> String {
    let range = token.text
    guard token.kind == .quoted, bytes[range].contains(UInt8(ascii: "\\")) else {
      return String(decoding: bytes[range], as: UTF8.self)
    }
    return String(decoding: bytes[range].filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
  }

  func shown(_ token: LibertyToken) -> String {
    switch token.kind {
    case .word, .quoted: "'\(text(token))'"
    case .symbol(let byte): "'\(Character(UnicodeScalar(byte)))'"
    case .end: "the end of the file"
    }
  }

  /// The next token; `.end` at the end of the text, again and again.
  mutating func next() throws -> LibertyToken {
    try skipBlanks()
    let start = position
    guard start < bytes.count else {
      return LibertyToken(kind: .end, start: start, text: start..<start)
    }
    let byte = bytes[start]
    if Self.symbols.contains(byte) {
      position += 1
      return LibertyToken(kind: .symbol(byte), start: start, text: start..<position)
    }
    if byte == UInt8(ascii: "\"") { return try quoted(start) }
    while position < bytes.count && Self.isWordByte[Int(bytes[position])] {
      // A backslash before a line break or a blank is no part of a word.
      if bytes[position] == UInt8(ascii: "\\") && isBlank(position + 1) { break }
      position += 1
    }
    guard position > start else {
      let hasShape = (0x21...0x7E).contains(byte)
      let shown =
        hasShape ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
      throw error("\(shown) is not Liberty: is this a text file?", at: start)
    }
    return LibertyToken(kind: .word, start: start, text: start..<position)
  }

  private mutating func quoted(_ start: Int) throws -> LibertyToken {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return LibertyToken(kind: .quoted, start: start, text: (start + 1)..<(position - 1))
      }
      // A backslash before a line break continues the text; before a quote it keeps the quote.
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    throw error("a quoted text begins here and does not end: close it", at: start)
  }

  private mutating func skipBlanks() throws {
    while position < bytes.count {
      let byte = bytes[position]
      let following = position + 1 < bytes.count ? bytes[position + 1] : 0
      if byte.isASCIISpace {
        position += 1
      } else if byte == UInt8(ascii: "/") && following == UInt8(ascii: "/") {
        while position < bytes.count && bytes[position] != 0x0A { position += 1 }
      } else if byte == UInt8(ascii: "/") && following == UInt8(ascii: "*") {
        try skipComment()
      } else if byte == UInt8(ascii: "\\") && following.isASCIISpace {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws {
    let start = position
    position += 2
    while position + 1 < bytes.count {
      if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
        position += 2
        return
      }
      position += 1
    }
    throw error("a comment begins here and does not end: close it", at: start)
  }

  private func isBlank(_ position: Int) -> Bool {
    position < bytes.count && bytes[position].isASCIISpace
  }

  /// Whether a line break that no backslash continues stands between two tokens.
  func isLineBroken(between first: LibertyToken, _ second: LibertyToken) -> Bool {
    for byte in bytes[first.text.upperBound..<second.start] {
      if byte == UInt8(ascii: "\\") { return false }
      if byte == 0x0A { return true }
    }
    return false
  }

  func error(_ message: String, at offset: Int) -> InputError {
    InputError(.badData, at: location(offset), message)
  }
}

// MARK: - Numbers

extension LibertyLexer {
  /// The numbers in a text, separated by commas or blanks.
  ///
  /// - Throws: `InputError` 65 at what is not a finite number, or where there are more than `limit`.
  func numbers(_ token: LibertyToken, limit: Int, into numbers: inout [Double]) throws {
    var index = token.text.lowerBound
    let end = token.text.upperBound
    while index < end {
      let byte = bytes[index]
      if byte.isASCIISpace || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\") {
        index += 1
        continue
      }
      let start = index
      while index < end && !bytes[index].isASCIISpace && bytes[index] != UInt8(ascii: ",")
        && bytes[index] != UInt8(ascii: "\\")
      {
        index += 1
      }
      guard numbers.count < limit else {
        throw error("more than \(limit) numbers in one table or axis: too large", at: start)
      }
      numbers.append(try number(start..<index))
    }
  }

  /// The number that a token is.
  func number(_ token: LibertyToken) throws -> Double { try number(token.text) }

  private func number(_ range: Range<Int>) throws -> Double {
    if let exact = Self.shortDecimal(bytes[range]) { return exact }
    let text = String(decoding: bytes[range], as: UTF8.self)
    let isDecimal = range.allSatisfy { index in
      bytes[index].isASCIIDigit || "+-.eE".utf8.contains(bytes[index])
    }
    guard isDecimal, let value = Double(text), value.isFinite else {
      throw error("'\(text)' is not a finite number", at: range.lowerBound)
    }
    return value
  }

  /// A decimal number of at most 15 digits and a power of ten of at most 22 either way, for which
  /// one multiplication or division of exact doubles rounds right (Clinger, PLDI 1990); else nil.
  private static func shortDecimal(_ text: ArraySlice<UInt8>) -> Double? {
    var (mantissa, digits, power): (Int, Int, Int) = (0, 0, 0)
    var (seesPoint, index) = (false, text.startIndex)
    let isNegative = index < text.endIndex && text[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    while index < text.endIndex {
      let byte = text[index]
      if byte.isASCIIDigit {
        mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
        if seesPoint { power -= 1 }
        guard digits <= 15 else { return nil }
      } else if byte == UInt8(ascii: ".") && !seesPoint {
        seesPoint = true
      } else if byte | 0x20 == UInt8(ascii: "e") {
        guard let exponent = Self.shortExponent(text[(index + 1)...]) else { return nil }
        power += exponent
        index = text.endIndex - 1
      } else {
        return nil
      }
      index += 1
    }
    guard digits > 0, abs(power) <= 22 else { return nil }
    let magnitude =
      power < 0 ? Double(mantissa) / powersOfTen[-power] : Double(mantissa) * powersOfTen[power]
    return isNegative ? -magnitude : magnitude
  }

  private static let powersOfTen: [Double] = (0...22).map { power in
    (0..<power).reduce(1.0) { value, _ in value * 10 }
  }

  private static func shortExponent(_ text: ArraySlice<UInt8>) -> Int? {
    var (value, index) = (0, text.startIndex)
    let isNegative = index < text.endIndex && text[index] == UInt8(ascii: "-")
    if index < text.endIndex && (isNegative || text[index] == UInt8(ascii: "+")) { index += 1 }
    guard (1...3).contains(text.endIndex - index) else { return nil }
    while index < text.endIndex {
      guard text[index].isASCIIDigit else { return nil }
      value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    return isNegative ? -value : value
  }
}
