/// Finds figures in a comment: a known key, `=` or `:`, and what is said of it.
enum ClaimScanner {
  /// How much of a line is looked through, in characters.
  static let maximumLine = 4096

  /// The figures of a line, in order. The text of each is a number, or the word that stands in its
  /// place.
  static func figures(in line: Substring) -> [(key: ClaimKey, text: String)] {
    let comment = line.prefix(Self.maximumLine)
    var figures: [(key: ClaimKey, text: String)] = []
    var rest = comment
    while let separator = rest.firstIndex(where: { $0 == "=" || $0 == ":" }) {
      let before = rest[..<separator].split(whereSeparator: { ",;|".contains($0) }).last ?? ""
      let key = String(before).trimmed(of: " \t\r()*-#/")
      var value = rest[rest.index(after: separator)...].drop { $0 == " " || $0 == "\t" }
      rest = value
      guard ClaimKey(key) != nil else { continue }
      let number = number(at: &value)
      let isPercent = value.drop { $0 == " " || $0 == "\t" }.hasPrefix("%")
      guard let known = ClaimKey(key, isPercent: isPercent && !key.hasSuffix("%")) else { continue }
      if let number {
        figures.append((known, number))
        rest = value.drop { $0 == " " || $0 == "\t" || $0 == "%" }
        continue
      }
      let word = String(value.prefix { !" \t\r".contains($0) })
      // A legend: what stands for the key, in words.
      let isProse = comment[separator] == ":" && !word.contains(where: \.isNumber)
      if !word.isEmpty && !isProse {
        figures.append((known, word.hasSuffix("%") ? String(word.dropLast()) : word))
      }
    }
    return figures
  }

  /// The decimal number that a text begins with, if no letter, digit or point goes on, as in
  /// `1,500` and `0x10`; the text goes on behind it.
  private static func number(at text: inout Substring) -> String? {
    var rest = text
    func digits() -> Int {
      let count = rest.prefix { ("0"..."9").contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if let sign = rest.first, "+-".contains(sign) { rest.removeFirst() }
    var count = digits()
    if rest.first == "." {
      rest.removeFirst()
      count += digits()
    }
    guard count > 0 else { return nil }
    if let letter = rest.first, "eE".contains(letter) {
      rest.removeFirst()
      if let sign = rest.first, "+-".contains(sign) { rest.removeFirst() }
      guard digits() > 0 else { return nil }
    }
    let goesOn =
      rest.first.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" } ?? false
      || rest.first == "," && rest.dropFirst().first.map(\.isNumber) ?? false
    guard !goesOn else { return nil }
    let number = String(text[..<rest.startIndex])
    text = rest
    return number
  }
}

extension String {
  fileprivate func trimmed(of characters: String) -> String {
    let start = drop { characters.contains($0) }
    return String(start.reversed().drop { characters.contains($0) }.reversed())
  }
}
