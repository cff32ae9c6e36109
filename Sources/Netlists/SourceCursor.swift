import Files

/// A place in a text that moves forward byte by byte and knows its line and column.
struct SourceCursor {
  let file: String
  private let bytes: [UInt8]
  private(set) var position = 0
  private(set) var line = 1
  private var lineStart = 0

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    self.bytes = bytes
  }

  /// Columns count bytes.
  var location: SourceLocation { place.location(in: file) }

  var place: SourcePlace {
    SourcePlace(line: Int32(line), column: Int32(position - lineStart + 1))
  }

  /// The byte at the cursor, or nil at the end.
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The byte after the cursor's, or nil.
  var following: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

  /// How many bytes the text has.
  var count: Int { bytes.count }

  /// The bytes from a position to the cursor.
  func bytes(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

  /// The byte some places after the cursor's, or 0 where the text ends.
  func byte(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  mutating func advance() {
    guard position < bytes.count else { return }
    position += 1
    if bytes[position - 1] == 0x0A {
      line += 1
      lineStart = position
    }
  }

  /// Moves over the bytes that satisfy a condition and returns them as text.
  mutating func take(while condition: (UInt8) -> Bool) -> String {
    String(decoding: slice(while: condition), as: UTF8.self)
  }

  /// Moves over the bytes that satisfy a condition and returns them.
  @inline(__always)
  mutating func slice(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = position
    while let byte = current, condition(byte) { advance() }
    return bytes[start..<position]
  }

  /// Moves behind the next occurrence of two bytes; false if there is none.
  mutating func skip(past first: Character, _ second: Character) -> Bool {
    while let byte = current {
      let isEnd = byte == first.asciiValue && following == second.asciiValue
      advance()
      if isEnd {
        advance()
        return true
      }
    }
    return false
  }

  /// The byte at the cursor for a message: the character if it can be printed.
  var shown: String {
    guard let byte = current else { return "the end of the file" }
    return (0x21...0x7E).contains(byte)
      ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }

  func error(_ message: String, at place: SourceLocation? = nil) -> InputError {
    InputError(.badData, at: place ?? location, message)
  }
}

extension UInt8 {
  var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
  var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
