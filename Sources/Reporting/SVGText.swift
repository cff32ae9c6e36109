/// Builds SVG as text; every attribute and text is escaped here, so that a foreign name stays a
/// name.
struct SVGText {
  typealias Attributes = KeyValuePairs<String, String>

  private(set) var body = ""

  /// Adds an element without content; `more` stands behind its attributes.
  mutating func element(
    _ name: StaticString, _ attributes: Attributes, more: Attributes = [:]
  ) {
    body += "<\(name)\(Self.joined(attributes))\(Self.joined(more))/>\n"
  }

  /// Adds text at a point.
  mutating func text(
    _ content: String, x: Double, y: Double, class style: String, anchor: String = "start",
    rotated: Bool = false
  ) {
    let place =
      rotated
      ? " transform=\"translate(\(Self.number(x)) \(Self.number(y))) rotate(-90)\""
      : " x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    body +=
      "<text\(place) class=\"\(Self.escaped(style))\" text-anchor=\"\(Self.escaped(anchor))\">"
      + Self.escaped(content) + "</text>\n"
  }

  /// Adds a group around what the closure adds.
  mutating func group(
    _ attributes: Attributes, title: String? = nil,
    _ content: (inout SVGText) -> Void
  ) {
    body += "<g\(Self.joined(attributes))>"
    if let title { body += "<title>\(Self.escaped(title))</title>" }
    body += "\n"
    content(&self)
    body += "</g>\n"
  }

  /// A straight line.
  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String,
    more: Attributes = [:]
  ) {
    element(
      "line",
      [
        "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2),
        "y2": Self.number(y2), "class": style,
      ], more: more)
  }

  /// A line through points, or a closed shape.
  mutating func path(
    _ points: [(x: Double, y: Double)], class style: String, closed: Bool = false,
    more: Attributes = [:]
  ) {
    guard !points.isEmpty else { return }
    let steps = points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }
    element(
      "path", ["d": "M" + steps.joined(separator: "L") + (closed ? "Z" : ""), "class": style],
      more: more)
  }

  /// The whole drawing. `styleSheet` is for a file of its own; in the report the page has it.
  func document(
    width: Double, height: Double, label: String, class style: String, styleSheet: String? = nil
  ) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
      + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" "
      + "class=\"\(Self.escaped(style))\" role=\"group\" aria-label=\"\(Self.escaped(label))\">\n"
      + (styleSheet.map { "<style>\($0)</style>\n" } ?? "") + body + "</svg>\n"
  }

  private static func joined(_ attributes: Attributes) -> String {
    attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
  }

  /// The text with what XML would read as markup replaced, and without characters that XML forbids.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A coordinate: two decimals at most, the same text on every machine.
  static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    let digits = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(digits)"
  }
}
