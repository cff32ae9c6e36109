/// The key of a chart: entries that flow into as many lines as they need.
struct ChartLegend {
  /// What stands before a name.
  enum Sign {
    case marker(SeriesMarker, style: String)
    case line(style: String, marker: SeriesMarker?)
    case area(style: String)
  }

  struct Entry {
    let sign: Sign
    let name: String
  }

  private static let lineHeight = 18.0
  /// Of the wider of the fonts in the style sheet, so that entries never touch.
  private static let characterWidth = 7.1

  let entries: [Entry]
  private let places: [(x: Double, y: Double)]
  /// How much room it takes.
  let height: Double

  init(_ entries: [Entry], width: Double) {
    let entries = entries.map { Entry(sign: $0.sign, name: Self.short($0.name)) }
    self.entries = entries
    var places: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for entry in entries {
      let wide = Self.signWidth(entry.sign) + Double(entry.name.count) * Self.characterWidth + 16
      if x > 0 && x + wide > width { (x, y) = (0, y + Self.lineHeight) }
      places.append((x, y))
      x += wide
    }
    self.places = places
    height = entries.isEmpty ? 0 : y + Self.lineHeight
  }

  func draw(into svg: inout SVGText, left: Double, top: Double) {
    for (entry, place) in zip(entries, places) {
      let (x, y) = (left + place.x, top + place.y + 9)
      switch entry.sign {
      case .marker(let marker, let style):
        svg.element("path", ["d": marker.path(x: x + 6, y: y, size: 4.5), "class": style])
      case .line(let style, let marker):
        svg.line(x, y, x + 20, y, class: "\(style) ln")
        if let marker {
          svg.element(
            "path", ["d": marker.path(x: x + 10, y: y, size: 4), "class": "\(style) pt"])
        }
      case .area(let style):
        svg.element(
          "rect",
          [
            "x": SVGText.number(x), "y": SVGText.number(y - 5), "width": "12", "height": "10",
            "class": "\(style) ar",
          ])
      }
      svg.text(entry.name, x: x + Self.signWidth(entry.sign), y: y + 4, class: "lg")
    }
  }

  private static func signWidth(_ sign: Sign) -> Double {
    switch sign {
    case .marker: 15
    case .line: 25
    case .area: 17
    }
  }

  /// Foreign names may be of any length.
  static func short(_ name: String) -> String {
    name.count > 36 ? String(name.prefix(35)) + "…" : name
  }
}
