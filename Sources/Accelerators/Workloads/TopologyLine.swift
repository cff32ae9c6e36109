import Files

/// A line of a SCALE-Sim topology, cut into its fields.
enum TopologyLine {
  /// The fields without blanks around them, without a comment, and without empty ones at the end.
  ///
  /// A field in double quotes is what stands between them, with `""` for a quote. A `#` outside quotes
  /// begins a comment, but not within the name, the first field.
  /// - Throws: `InputError` 65 for quotes that do not end, and what follows them in their field.
  static func fields(_ line: Substring, at place: SourceLocation) throws -> [String] {
    var fields: [String] = []
    var rest = line.drop(while: \.isWhitespace)
    while true {
      if rest.first == "\"" {
        fields.append(try quoted(&rest, at: place))
      } else if !rest.starts(with: "#") {
        fields.append(plain(&rest, isName: fields.isEmpty))
      }
      guard rest.first == "," else { break }
      rest = rest.dropFirst().drop(while: \.isWhitespace)
    }
    while fields.last == "" { fields.removeLast() }
    return fields
  }

  /// Takes a field up to its comma or comment.
  private static func plain(_ rest: inout Substring, isName: Bool) -> String {
    let end = rest.firstIndex { $0 == "," || $0 == "#" && !isName } ?? rest.endIndex
    defer { rest = rest[end...] }
    return trimmed(rest[..<end])
  }

  /// Takes a field that begins with a quote, and the blanks behind it.
  private static func quoted(_ rest: inout Substring, at place: SourceLocation) throws -> String {
    var field = ""
    repeat {
      rest = rest.dropFirst()
      guard let end = rest.firstIndex(of: "\"") else {
        throw InputError(
          .badData, at: place, "a field's quotes do not end: write '\"' at its end")
      }
      field += rest[..<end]
      rest = rest[end...].dropFirst()
      if rest.first == "\"" { field += "\"" }
    } while rest.first == "\""
    rest = rest.drop(while: \.isWhitespace)
    guard rest.first.map({ $0 == "," || $0 == "#" }) ?? true else {
      throw InputError(
        .badData, at: place,
        "'\(rest.prefix { $0 != "," })' follows the quotes of a field: write a comma between")
    }
    return trimmed(field[...])
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
