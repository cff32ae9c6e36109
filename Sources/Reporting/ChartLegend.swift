/// The key of a chart: entries that flow into as many lines as they need.
struct ChartLegend {
  /// What stands before a name.
  enum Sign {
    case marker(SeriesMarker, style: String)
    case line(style: String, more: SVGText.Attributes = [:], marker: SeriesMarker?)
    case area(style: String, more: SVGText.Attributes = [:])
  }

  struct Entry {
    let sign: Sign
    let name: String
  }

  private static let lineHeight = 18.0
  /// The height of a legend that charts have room for: five lines. By what is more the picture grows.
  static let roomInChart = 5 * lineHeight
  /// Of the wider of the fonts in the style sheet, so that entries never touch.
  private static let characterWidth = 7.1

  let entries: [Entry]
  private let places: [(x: Double, y: Double)]
  /// How much room it takes.
  let height: Double

  init(_ entries: [Entry], width: Double) {
    let entries = zip(entries, Self.short(entries.map(\.name))).map {
      Entry(sign: $0.sign, name: $1)
    }
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
        let middle = x + (marker.bars.isEmpty ? 6 : 11)
        svg.element("path", ["d": marker.path(x: middle, y: y, size: 4.5), "class": style])
      case .line(let style, let more, let marker):
        let length = Self.signWidth(entry.sign) - 5
        svg.line(x, y, x + length, y, class: "\(style) ln", more: more)
        if let marker {
          svg.element(
            "path",
            ["d": marker.path(x: x + length / 2, y: y, size: 4), "class": "\(style) pt"])
        }
      case .area(let style, let more):
        svg.element(
          "rect",
          [
            "x": SVGText.number(x), "y": SVGText.number(y - 5), "width": "12", "height": "10",
            "class": style,
          ], more: more)
      }
      svg.text(entry.name, x: x + Self.signWidth(entry.sign), y: y + 4, class: "lg")
    }
  }

  private static func signWidth(_ sign: Sign) -> Double {
    switch sign {
    case .marker(let marker, _): marker.bars.isEmpty ? 15 : 26
    // Of a dashed line more is seen beside the marker.
    case .line(_, let more, _): more.isEmpty ? 25 : 45
    case .area: 17
    }
  }

  /// The longest name that is shown whole: foreign names may be of any length.
  private static let longest = 36

  /// The names as they are shown, different ones differently: of long ones the middle is left out, and where
  /// that leaves them alike a number stands there.
  static func short(_ names: [String]) -> [String] {
    var taken = Set(names.filter { $0.count <= longest })
    var cuts: [String: String] = [:]
    return names.map { name in
      if name.count <= longest { return name }
      if let cut = cuts[name] { return cut }
      var (cut, number) = (Self.cut(name, to: longest), 1)
      while !taken.insert(cut).inserted {
        number += 1
        cut = Self.cut(name, to: longest, mark: "…\(number)…")
      }
      cuts[name] = cut
      return cut
    }
  }

  /// A name's both ends with a mark between them if it is longer than `length` characters.
  static func cut(_ name: String, to length: Int, mark: String = "…") -> String {
    guard name.count > length else { return name }
    let kept = length - mark.count
    return name.prefix(kept - kept / 2) + mark + name.suffix(kept / 2)
  }
}
