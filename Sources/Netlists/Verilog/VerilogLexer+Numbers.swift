extension VerilogLexer {
  /// Reads `12`, `8'hA5`, `4'b01_01`, `4'sd9`, `'o7`.
  mutating func number(_ start: SourcePlace) throws -> VerilogToken {
    let digits = String(
      cursor.take { $0.isASCIIDigit || $0 == UInt8(ascii: "_") }.prefix(64).filter { $0 != "_" })
    let afterDigits = cursor
    try skipBlanks()
    guard cursor.current == UInt8(ascii: "'") else {
      cursor = afterDigits
      guard let value = UInt64(digits), value <= UInt64(Int32.max) else {
        throw error("number '\(digits)' is too large", at: start)
      }
      return VerilogToken(kind: .number, value: value, place: start)
    }
    cursor.advance()
    var width: Int?
    if !digits.isEmpty {
      guard let given = Int(digits), (1...VerilogReader.maximumWidth).contains(given) else {
        throw error(
          "a constant has a width of 1 to \(VerilogReader.maximumWidth) bits, as in 1'b0",
          at: start)
      }
      width = given
    }
    try constant(width: width, start)
    return VerilogToken(kind: .constant, place: start)
  }

  /// The base and the digits after the apostrophe.
  private mutating func constant(width: Int?, _ start: SourcePlace) throws {
    isConstantSigned = cursor.current == UInt8(ascii: "s") || cursor.current == UInt8(ascii: "S")
    isConstantSized = width != nil
    if isConstantSigned { cursor.advance() }
    let base = cursor.current.map { UnicodeScalar($0 | 0x20) } ?? " "
    let digitWidths: [UnicodeScalar: Int] = ["b": 1, "o": 3, "h": 4, "d": 0]
    guard let digitWidth = digitWidths[base] else {
      throw error(
        "a constant has a base of b, o, d or h after the apostrophe, as in 1'b0", at: start)
    }
    cursor.advance()
    try skipBlanks()
    let digits = cursor.slice(while: Self.isIdentifierByte).filter { $0 != UInt8(ascii: "_") }
    let shown =
      "\(width.map(String.init) ?? "")'\(isConstantSigned ? "s" : "")\(base)"
      + String(decoding: digits.prefix(32), as: UTF8.self) + (digits.count > 32 ? "…" : "")
    guard digits.count <= VerilogReader.maximumWidth,
      let bits = digitWidth == 0 ? Self.decimal(digits) : Self.bits(digits, digitWidth)
    else {
      throw error(
        "constant \(shown) is not read: write binary, octal, decimal or hexadecimal digits without "
          + "x and z, as in 8'hA5", at: start)
    }
    let used = (bits.lastIndex(of: true) ?? 0) + 1
    guard width == nil || used <= width ?? 0 else {
      throw error("constant \(shown) does not fit in \(width ?? 0) bits", at: start)
    }
    let count = width ?? max(32, used)
    constantBits = (0..<count).map { $0 < bits.count && bits[$0] }
  }

  private static func decimal(_ digits: [UInt8]) -> [Bool]? {
    guard let value = UInt64(String(decoding: digits, as: UTF8.self)) else { return nil }
    return (0..<64).map { value >> UInt64($0) & 1 == 1 }
  }

  /// The bits of digits of a base 2, 8 or 16, least significant first, or nil if they are none.
  private static func bits(_ digits: [UInt8], _ width: Int) -> [Bool]? {
    guard !digits.isEmpty else { return nil }
    var bits: [Bool] = []
    bits.reserveCapacity(digits.count * width)
    for digit in digits.reversed() {
      guard let value = Character(UnicodeScalar(digit)).hexDigitValue, value < 1 << width else {
        return nil
      }
      for bit in 0..<width { bits.append(value >> bit & 1 == 1) }
    }
    return bits
  }
}
