import Files

/// A place in JSON text (RFC 8259) that moves on; reads objects, strings and lists of counts.
struct JSONCursor {
  private let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int
  private let file: String

  init(_ bytes: [UInt8], in range: Range<Int>, file: String) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.file = file
  }

  var isAtEnd: Bool { position >= end }

  func peek() -> UInt8? { position < end ? bytes[position] : nil }

  func refusal(_ message: String, at place: Int? = nil) -> InputError {
    InputError(
      .badData, at: SourceLocation(file: file), "at byte \(place ?? position): \(message)")
  }

  mutating func skipSpaces() {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Calls the body after each key of an object, and at the key's place; it reads the value.
  mutating func object(_ body: (inout JSONCursor, String, Int) throws -> Void) throws {
    try take("{")
    if try takeIf("}") { return }
    repeat {
      skipSpaces()
      let place = position
      let key = try string()
      try take(":")
      try body(&self, key, place)
    } while try takeIf(",")
    try take("}")
  }

  /// A list of integers of 0 or more.
  mutating func integers(atMost limit: Int) throws -> [Int] {
    var numbers: [Int] = []
    try take("[")
    if try takeIf("]") { return [] }
    repeat {
      guard numbers.count < limit else { throw refusal("at most \(limit) numbers are read here") }
      numbers.append(try integer())
    } while try takeIf(",")
    try take("]")
    return numbers
  }

  private mutating func integer() throws -> Int {
    skipSpaces()
    let start = position
    var value = 0
    while let byte = peek(), (48...57).contains(byte) {
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(Int(byte - 48))
      guard !first, !second else { throw refusal("a number is too large", at: start) }
      value = sum
      position += 1
    }
    guard position > start, bytes[start] != 48 || position == start + 1 else {
      throw refusal("an integer of 0 or more is needed", at: start)
    }
    return value
  }

  mutating func string() throws -> String {
    try take("\"")
    let start = position
    var text: [UInt8] = []
    while true {
      guard let byte = peek() else { throw refusal("a text does not end", at: start) }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw refusal("a text is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw refusal("a control character stands in a text", at: position - 1)
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws -> Unicode.Scalar {
    let place = position - 1
    guard let byte = peek() else { throw refusal("a text does not end", at: place) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw refusal("an unknown escape", at: place)
    }
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A code point above 65,535 is written as two surrogates.
    guard unit < 0xDC00, peek() == UInt8(ascii: "\\") else {
      throw refusal("half of a surrogate pair", at: place)
    }
    position += 1
    guard peek() == UInt8(ascii: "u") else { throw refusal("half of a surrogate pair", at: place) }
    position += 1
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw refusal("half of a surrogate pair", at: place) }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw refusal("four hexadecimal digits are needed")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func take(_ expected: Unicode.Scalar) throws {
    guard try takeIf(expected) else { throw refusal("'\(expected)' is needed") }
  }

  private mutating func takeIf(_ expected: Unicode.Scalar) throws -> Bool {
    skipSpaces()
    guard let byte = peek() else {
      throw refusal("the header ends in the middle: is the file cut off?")
    }
    guard byte == UInt8(ascii: expected) else { return false }
    position += 1
    return true
  }
}
