extension Double {
  /// A finite number as files write it: digits with an optional sign, point and power of ten (`e`).
  ///
  /// Nil for anything else: hexadecimal digits, `inf` and `nan`, white space or a NUL anywhere, a number
  /// beyond the largest `Double`, and a leading zero before a digit, which some readers take for octal.
  public init?(decimal text: String) {
    let isPlain = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    let isPadded =
      digits.first == UInt8(ascii: "0")
      && digits.dropFirst().first.map { (0x30...0x39).contains($0) } ?? false
    guard isPlain, !isPadded, let value = Double(text), value.isFinite else { return nil }
    self = value
  }
}
