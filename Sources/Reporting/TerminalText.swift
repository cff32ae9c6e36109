/// How wide text is on a terminal.
enum TerminalText {
  /// Terminal columns: two for East Asian wide characters and pictographs, one for others.
  static func width(of text: String) -> Int {
    text.reduce(0) { $0 + width(of: $1) }
  }

  /// The text, or as much of it as fits before an ellipsis.
  static func cut(_ text: String, to limit: Int) -> String {
    guard width(of: text) > limit else { return text }
    var result = ""
    var used = 1
    for character in text {
      used += width(of: character)
      if used > limit { break }
      result.append(character)
    }
    return result + "…"
  }

  /// The text, or as much of its beginning and its end as fits around an ellipsis.
  static func cutMiddle(_ text: String, to limit: Int) -> String {
    guard width(of: text) > limit else { return text }
    let head = cut(text, to: (limit - 1) / 2 + 1)
    var tail = ""
    var used = width(of: head)
    for character in text.reversed() {
      used += width(of: character)
      if used > limit { break }
      tail.insert(character, at: tail.startIndex)
    }
    return head + tail
  }

  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1
    }
  }
}
