/// Words as `$readmemh` reads them: one a line.
enum HexWords {
  /// Words of a buffer; `x` for one that is never read.
  static func text(_ words: [UInt16?], bits: Int) -> String {
    let digits = (bits + 3) / 4
    return words.map { word in
      word.map { padded(UInt64($0), digits) } ?? String(repeating: "x", count: digits)
    }.joined(separator: "\n") + "\n"
  }

  /// Numbers in two's complement of so many bits, at most 64.
  static func text(_ numbers: [Int64], bits: Int) -> String {
    let mask = UInt64.max >> UInt64(64 - bits)
    return numbers.map { padded(UInt64(bitPattern: $0) & mask, (bits + 3) / 4) }
      .joined(separator: "\n") + "\n"
  }

  private static func padded(_ number: UInt64, _ digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
