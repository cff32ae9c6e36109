extension StrictYAML {
  /// Refuses what would cost the parser gigabytes or minutes before it is asked.
  ///
  /// - Throws: `InputError` 65 at the place of an anchor, an alias, a `?` key, or brackets nested
  ///   deeper than the largest depth.
  static func refuseCostly(_ text: String, file: String) throws {
    // "\r\n" is one character in Swift and a lone "\r" ends a line of YAML too.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
      Array.init)
    try refuseAliases(lines, file: file)
    try refuseHidden(lines, file: file)
  }

  private static let reason =
    "anchors and aliases ('&', '*') are not read: write the value out, or quote the text"

  /// Whether a value or key may begin after this last character that is not blank.
  private static func beginsValue(after last: Character?) -> Bool {
    last.map { ":-[{,?".contains($0) } ?? true
  }

  /// An anchor or alias stands where a value begins and has a name; `R & D` is text.
  private static func refuseAliases(_ lines: [[Character]], file: String) throws {
    var depth = 0
    var quote: Character?
    for (number, characters) in lines.enumerated() {
      var last: Character?
      var dashes = 0
      for (column, character) in characters.enumerated() {
        let place = SourceLocation(file: file, line: number + 1, column: column + 1)
        let follows = column + 1 < characters.count ? characters[column + 1] : " "
        if let open = quote {
          if character == open { quote = nil }
        } else if (character == "\"" || character == "'") && beginsValue(after: last) {
          quote = character
        } else if character == "#" && (column == 0 || characters[column - 1].isWhitespace) {
          break
        } else if (character == "*" || character == "&") && beginsValue(after: last),
          !follows.isWhitespace
        {
          throw InputError(.badData, at: place, reason)
        } else if character == "-" && beginsValue(after: last) && follows.isWhitespace {
          dashes += 1
        } else if character == "[" || character == "{" {
          depth += 1
        } else if character == "]" || character == "}" {
          depth -= 1
        }
        if depth + dashes > maximumDepth {
          throw InputError(
            .badData, at: place, "is nested deeper than \(maximumDepth) levels")
        }
        if !character.isWhitespace { last = character }
      }
    }
  }

  /// The pass above can be led to misread quotes; this one does not look at them. It refuses an
  /// alias of an anchor that was seen, and keys after `?`: only those can be large, and the parser
  /// hashes a key once more for each level it stands in.
  private static func refuseHidden(_ lines: [[Character]], file: String) throws {
    var anchors: Set<String> = []
    for (number, characters) in lines.enumerated() {
      var last: Character?
      for (column, character) in characters.enumerated() {
        let place = SourceLocation(file: file, line: number + 1, column: column + 1)
        if character == "&" || character == "*" {
          let name = String(
            characters[(column + 1)...].prefix {
              $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")
            })
          if character == "&" {
            anchors.insert(name)
          } else if !name.isEmpty && anchors.contains(name) {
            throw InputError(.badData, at: place, reason)
          }
        } else if character == "?" && beginsValue(after: last),
          column + 1 == characters.count || characters[column + 1].isWhitespace
        {
          throw InputError(
            .badData, at: place, "keys that begin with '?' are not read: write 'key: value'")
        }
        if !character.isWhitespace { last = character }
      }
    }
  }
}
