extension StrictYAML {
  /// A text as a scalar, key or value, that this reader gives back as the same text.
  ///
  /// Plain where that is surely so; else between double quotes on one line, where whatever is no
  /// Latin, Greek or Cyrillic letter or printable ASCII is an escape. So are `"`, `&`, `*` and `?`:
  /// the refusal of costly texts looks for these without regard to quotes. Keys have at most 1,024
  /// characters in YAML, escapes included.
  public static func scalar(_ text: String) -> String {
    let isPlain = text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+\/-]*(:[A-Za-z0-9._+-]+)*/) != nil
    if isPlain { return text }
    // The parser drops one byte-order mark at the beginning of a text.
    let mark = text.unicodeScalars.first == "\u{FEFF}" ? quoted("\u{FEFF}") : ""
    return "\"" + mark + text.unicodeScalars.map(quoted).joined() + "\""
  }

  /// A scalar within double quotes.
  private static func quoted(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\": return "\\\\"
    case "\"", "&", "*", "?": break
    case " "..."~": return String(scalar)
    case "\u{C0}"..<"\u{530}" where isLetter(scalar): return String(scalar)
    default: break
    }
    let digits = String(scalar.value, radix: 16)
    let (mark, length) =
      scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x1_0000 ? ("u", 4) : ("U", 8)
    return "\\\(mark)" + String(repeating: "0", count: length - digits.count) + digits
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter: true
    default: false
    }
  }
}
