import Files

/// Splits Verilog text into tokens; comments, attributes `(* … *)` and directives that do not touch
/// the function of a netlist are skipped, whatever bytes they hold.
struct VerilogLexer {
  /// The most bytes of a name (IEEE 1364-2005, 3.7: at least 1024).
  static let maximumNameLength = 1024

  var cursor: SourceCursor
  var names: NameTable
  /// The bits of the constant that was read last, least significant first.
  var constantBits: [Bool] = []
  var isConstantSigned = false
  var isConstantSized = true
  /// Whether nets need no declaration (`default_nettype).
  private(set) var allowsImplicitNets = true

  private static let ignoredDirectives: Set<String> = [
    "timescale", "default_nettype", "celldefine", "endcelldefine", "resetall",
  ]

  init(_ bytes: [UInt8], file: String) {
    cursor = SourceCursor(bytes, file: file)
    names = VerilogKeywords.names
    // The byte order mark of UTF-8.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { for _ in 0..<3 { cursor.advance() } }
  }

  /// The next token; `.end` at the end of the text, again and again.
  mutating func next() throws -> VerilogToken {
    try skipBlanks()
    let place = cursor.place
    guard let byte = cursor.current else { return VerilogToken(kind: .end, place: place) }
    if byte.isASCIILetter || byte == UInt8(ascii: "_") {
      let name = try intern(cursor.slice(while: Self.isIdentifierByte), at: place)
      return VerilogToken(
        kind: VerilogKeywords.contains(name) ? .keyword : .identifier, name: name, place: place)
    }
    if byte == UInt8(ascii: "\\") {
      cursor.advance()
      let bytes = cursor.slice { (0x21...0x7E).contains($0) }
      guard !bytes.isEmpty else { throw error("a name must follow the backslash", at: place) }
      return VerilogToken(kind: .identifier, name: try intern(bytes, at: place), place: place)
    }
    if byte.isASCIIDigit || byte == UInt8(ascii: "'") { return try number(place) }
    guard (0x21...0x7E).contains(byte) else {
      throw cursor.error("\(cursor.shown) is not Verilog: is this a text file?")
    }
    let (symbol, length) = VerilogSymbol.match(byte, cursor.byte(1), cursor.byte(2))
    guard symbol != .other else {
      throw cursor.error("\(cursor.shown) is not expected in Verilog")
    }
    for _ in 0..<length { cursor.advance() }
    return VerilogToken(kind: .symbol(symbol), place: place)
  }

  static func isIdentifierByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
  }

  private mutating func intern(
    _ bytes: ArraySlice<UInt8>, at place: SourcePlace
  ) throws -> NameID {
    guard bytes.count <= Self.maximumNameLength else {
      throw error(
        "a name of \(bytes.count) characters is too long: at most \(Self.maximumNameLength) are "
          + "read", at: place)
    }
    return names.intern(bytes)
  }

  func error(_ message: String, at place: SourcePlace) -> InputError {
    cursor.error(message, at: place.location(in: cursor.file))
  }

  mutating func skipBlanks() throws {
    while let byte = cursor.current {
      if byte.isASCIISpace {
        cursor.advance()
        continue
      }
      let start = cursor.location
      switch (byte, cursor.following) {
      case (UInt8(ascii: "/"), UInt8(ascii: "/")):
        _ = cursor.slice { $0 != 0x0A }
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
        let rest = cursor.slice { $0 != 0x0A }
        if name == "default_nettype" {
          let word = rest.drop { $0.isASCIISpace }.prefix { Self.isIdentifierByte($0) }
          allowsImplicitNets = !word.elementsEqual("none".utf8)
        }
      default: return
      }
    }
  }
}
