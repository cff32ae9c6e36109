import Files

/// A word of a Liberty file and where it stands.
struct LibertyToken {
  enum Kind: Equatable {
    /// A name, number or operator: whatever is neither quoted nor punctuation.
    case word(String)
    /// A quoted text, without its quotes; the location is that of the opening quote.
    case quoted(String)
    case symbol(Character)
    case end
  }

  let kind: Kind
  let location: SourceLocation

  /// The text of a word or of a quoted text.
  var text: String? {
    switch kind {
    case .word(let text), .quoted(let text): text
    case .symbol, .end: nil
    }
  }

  var shown: String {
    switch kind {
    case .word(let text), .quoted(let text): "'\(text)'"
    case .symbol(let character): "'\(character)'"
    case .end: "the end of the file"
    }
  }
}

/// Splits Liberty text into tokens; comments and line continuations are skipped.
struct LibertyLexer {
  private var cursor: SourceCursor

  private static let symbols = Set("(){}:;,".utf8)

  init(_ text: String, file: String) { cursor = SourceCursor(text, file: file) }

  /// The next token; `.end` at the end of the text, again and again.
  mutating func next() throws -> LibertyToken {
    try skipBlanks()
    let location = cursor.location
    guard let byte = cursor.current else { return LibertyToken(kind: .end, location: location) }
    if Self.symbols.contains(byte) {
      cursor.advance()
      return LibertyToken(kind: .symbol(Character(UnicodeScalar(byte))), location: location)
    }
    if byte == UInt8(ascii: "\"") { return try quoted(location) }
    let word = cursor.take {
      (0x21...0x7E).contains($0) && !Self.symbols.contains($0) && $0 != UInt8(ascii: "\"")
    }
    guard !word.isEmpty else {
      throw cursor.error("\(cursor.shown) is not Liberty: is this a text file?")
    }
    return LibertyToken(kind: .word(word), location: location)
  }

  private mutating func quoted(_ start: SourceLocation) throws -> LibertyToken {
    cursor.advance()
    var text = ""
    while true {
      text += cursor.take { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      guard let byte = cursor.current else {
        throw cursor.error("a quoted text begins here and does not end: close it", at: start)
      }
      cursor.advance()
      if byte == UInt8(ascii: "\"") { return LibertyToken(kind: .quoted(text), location: start) }
      // A backslash before a line break continues the text; before a quote it keeps the quote.
      if cursor.current == UInt8(ascii: "\"") {
        text += "\""
        cursor.advance()
      }
    }
  }

  private mutating func skipBlanks() throws {
    while let byte = cursor.current {
      let start = cursor.location
      switch (byte, cursor.following) {
      case (UInt8(ascii: "/"), UInt8(ascii: "/")):
        _ = cursor.take { $0 != 0x0A }
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        cursor.advance()
        cursor.advance()
        guard cursor.skip(past: "*", "/") else {
          throw cursor.error("a comment begins here and does not end: close it", at: start)
        }
      case (UInt8(ascii: "\\"), let next?) where next.isASCIISpace:
        cursor.advance()
      default:
        guard byte.isASCIISpace else { return }
        cursor.advance()
      }
    }
  }
}
