import Files

/// A word of Verilog and where it stands.
struct VerilogToken {
  enum Kind: Equatable {
    /// A simple or escaped identifier; keywords are identifiers that are not escaped.
    case identifier(String, isEscaped: Bool)
    /// An unsized decimal number.
    case number(Int)
    /// A sized constant, least significant bit first.
    case constant([Bool])
    case symbol(Character)
    case end
  }

  let kind: Kind
  let location: SourceLocation

  /// The token as it is shown in a message.
  var shown: String {
    switch kind {
    case .identifier(let name, _): "'\(name)'"
    case .number(let value): "'\(value)'"
    case .constant(let bits): "a \(bits.count)-bit constant"
    case .symbol(let character): "'\(character)'"
    case .end: "the end of the file"
    }
  }
}

/// Splits Verilog text into tokens; comments, attributes `(* … *)` and directives that do not touch
/// the function of a netlist are skipped.
struct VerilogLexer {
  private var cursor: SourceCursor

  private static let ignoredDirectives: Set<String> = [
    "timescale", "default_nettype", "celldefine", "endcelldefine", "resetall",
  ]

  init(_ text: String, file: String) { cursor = SourceCursor(text, file: file) }

  /// The next token; `.end` at the end of the text, again and again.
  mutating func next() throws -> VerilogToken {
    try skipBlanks()
    let location = cursor.location
    guard let byte = cursor.current else { return VerilogToken(kind: .end, location: location) }
    if byte.isASCIILetter || byte == UInt8(ascii: "_") {
      let name = cursor.take(while: Self.isIdentifierByte)
      return VerilogToken(kind: .identifier(name, isEscaped: false), location: location)
    }
    if byte == UInt8(ascii: "\\") {
      cursor.advance()
      let name = cursor.take { (0x21...0x7E).contains($0) }
      guard !name.isEmpty else {
        throw cursor.error("a name must follow the backslash", at: location)
      }
      return VerilogToken(kind: .identifier(name, isEscaped: true), location: location)
    }
    if byte.isASCIIDigit || byte == UInt8(ascii: "'") {
      return try VerilogToken(kind: number(location), location: location)
    }
    guard (0x21...0x7E).contains(byte) else {
      throw cursor.error("\(cursor.shown) is not Verilog: is this a text file?")
    }
    cursor.advance()
    return VerilogToken(kind: .symbol(Character(UnicodeScalar(byte))), location: location)
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
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
      case (UInt8(ascii: "("), UInt8(ascii: "*")):
        cursor.advance()
        cursor.advance()
        guard cursor.skip(past: "*", ")") else {
          throw cursor.error("an attribute begins here and does not end: close it", at: start)
        }
      case (UInt8(ascii: "`"), _):
        cursor.advance()
        let name = cursor.take(while: Self.isIdentifierByte)
        guard Self.ignoredDirectives.contains(name) else {
          throw cursor.error(
            "directive '`\(name)' is not read: preprocess the file first (iverilog -E)", at: start)
        }
        _ = cursor.take { $0 != 0x0A }
      default:
        guard byte.isASCIISpace else { return }
        cursor.advance()
      }
    }
  }

  /// Reads `12`, `8'hA5`, `4'b01_01`, `4'd9`, `3'o7`.
  private mutating func number(_ start: SourceLocation) throws -> VerilogToken.Kind {
    let digits = cursor.take { $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
      .filter { $0 != "_" }
    guard cursor.current == UInt8(ascii: "'") else {
      guard let value = Int(digits), value <= Int(Int32.max) else {
        throw cursor.error("number '\(digits)' is too large", at: start)
      }
      return .number(value)
    }
    cursor.advance()
    guard let width = Int(digits), (1...VerilogReader.maximumWidth).contains(width) else {
      throw cursor.error(
        "a constant needs a width of 1 to \(VerilogReader.maximumWidth) bits, as in 1'b0",
        at: start)
    }
    let base = cursor.take { $0.isASCIILetter || $0 == UInt8(ascii: "_") }
    var text = cursor.take(while: Self.isIdentifierByte)
    // `8'hA5`: letters of hexadecimal digits follow the base letter directly.
    text = (String(base.dropFirst()) + text).filter { $0 != "_" }
    guard let bits = Self.bits(of: text, base: base.first) else {
      throw cursor.error(
        "constant '\(width)'\(base.prefix(1))\(text)' is not read: write binary, octal, decimal "
          + "or hexadecimal digits without x and z, as in 8'hA5", at: start)
    }
    guard bits.dropFirst(width).allSatisfy({ !$0 }) else {
      throw cursor.error(
        "constant '\(width)'\(base.prefix(1))\(text)' does not fit in \(width) bits", at: start)
    }
    return .constant((0..<width).map { $0 < bits.count && bits[$0] })
  }

  /// The bits of digits, least significant first, or nil if they are none.
  private static func bits(of digits: String, base: Character?) -> [Bool]? {
    guard !digits.isEmpty, let base else { return nil }
    if base == "d" || base == "D" {
      guard let value = UInt64(digits) else { return nil }
      return (0..<64).map { value >> UInt64($0) & 1 == 1 }
    }
    let digitWidths: [Character: Int] = ["b": 1, "B": 1, "o": 3, "O": 3, "h": 4, "H": 4]
    guard let width = digitWidths[base] else { return nil }
    var bits: [Bool] = []
    for digit in digits.reversed() {
      guard let value = digit.hexDigitValue, value < 1 << width else { return nil }
      for bit in 0..<width { bits.append(value >> bit & 1 == 1) }
    }
    return bits
  }
}
