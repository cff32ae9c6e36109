/// A JSON value whose text is canonical: keys sorted by their bytes, one way to write each number,
/// so that equal values have equal digests.
public enum JSONValue: Sendable, Equatable {
  case null
  case flag(Bool)
  case integer(Int)
  /// Written with the fewest digits that read back as the same number; what JSON cannot write (not
  /// a number, infinities) becomes null.
  case real(Double)
  case text(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// A number of single precision, with the fewest digits that read back as the same one.
  public static func shortest(_ value: Float) -> JSONValue {
    guard let short = Double(value.description), Float(short) == value else {
      return .real(Double(value))
    }
    return .real(short)
  }

  /// The value without white space.
  public var canonicalText: String { text(indentedBy: nil, level: 0) }

  /// The value for people: two spaces a level, one entry a line, a line feed at the end.
  public var prettyText: String { text(indentedBy: 2, level: 0) + "\n" }

  /// The value for people as it stands in others: so many levels deep, without a line feed at the end.
  public func prettyText(atLevel level: Int) -> String { text(indentedBy: 2, level: level) }

  private func text(indentedBy step: Int?, level: Int) -> String {
    switch self {
    case .null: return "null"
    case .flag(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .real(let value): return value.isFinite ? "\(value)" : "null"
    case .text(let value): return Self.quoted(value)
    case .array(let items):
      let texts = items.map { $0.text(indentedBy: step, level: level + 1) }
      return Self.bracketed("[", texts, "]", step: step, level: level)
    case .object(let fields):
      let separator = step == nil ? ":" : ": "
      let sorted = fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let texts = sorted.map {
        Self.quoted($0.key) + separator + $0.value.text(indentedBy: step, level: level + 1)
      }
      return Self.bracketed("{", texts, "}", step: step, level: level)
    }
  }

  private static func bracketed(
    _ open: String, _ items: [String], _ close: String, step: Int?, level: Int
  ) -> String {
    guard let step, !items.isEmpty else { return open + items.joined(separator: ",") + close }
    let inner = "\n" + String(repeating: " ", count: step * (level + 1))
    let outer = "\n" + String(repeating: " ", count: step * level)
    return open + inner + items.joined(separator: "," + inner) + outer + close
  }

  /// A JSON string, quotes included, that is also safe inside an HTML script element and that
  /// `StrictYAML` reads as the same text: `<`, `>`, `&`, quotes, what neither scripts nor YAML can
  /// hold, and a `?` that looks like the beginning of a key are escaped.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    var last: Unicode.Scalar = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"", "<", ">", "&", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}",
        "\u{FFFE}", "\u{FFFF}", "\0"..<" ":
        result += escaped(scalar)
      case "?" where ":-[{,?".unicodeScalars.contains(last): result += escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
      if !scalar.properties.isWhitespace { last = scalar }
    }
    return result + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
