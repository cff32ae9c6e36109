import Files

/// Places short labels beside points so that they overlap neither each other nor the points.
struct ChartLabels {
  private struct Box {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>

    func overlaps(_ other: Box) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
    func contains(_ point: (x: Double, y: Double)) -> Bool {
      x.contains(point.x) && y.contains(point.y)
    }
  }

  private let frame: ChartFrame
  /// From a point to its leader.
  private let gap: Double
  private var taken: [Box] = []

  /// - Parameter gap: of leaders, as the markers' size asks; more than to the next point would let a
  ///   leader begin at that one.
  init(frame: ChartFrame, gap: Double) { (self.frame, self.gap) = (frame, gap) }

  /// Lets no label cover this point.
  mutating func keepFree(around point: (x: Double, y: Double)) {
    taken.append(Box(x: point.x - 10...point.x + 10, y: point.y - 10...point.y + 10))
  }

  /// Draws a label with a leader to its point, where it covers the fewest points.
  mutating func draw(
    _ text: String, at point: (x: Double, y: Double), avoiding others: [(x: Double, y: Double)],
    into svg: inout SVGText
  ) {
    let width = Double(text.count) * 7.2 + 8
    let right = 14.0
    let left = -14 - width
    var boxes: [Box] = []
    for distance in [18.0, 40, 70, 105, 145] {
      let offsets = [
        (right, distance), (left, distance), (right, -distance), (left, -distance),
        (-width / 2, distance),
      ]
      for (dx, dy) in offsets {
        let (x, y) = (point.x + dx, point.y + dy)
        boxes.append(Box(x: x...(x + width), y: (y - 10)...(y + 8)))
      }
    }
    let fitting = boxes.filter { box in
      box.x.lowerBound >= frame.left && box.x.upperBound <= frame.width - 2
        && box.y.lowerBound >= frame.top && box.y.upperBound <= frame.bottom
        && !taken.contains { $0.overlaps(box) }
    }
    func cost(_ box: Box) -> Int { others.count(where: box.contains) }
    guard let best = fitting.min(by: { cost($0) < cost($1) }) ?? boxes.first else { return }
    taken.append(best)
    let anchor = (
      x: min(max(point.x, best.x.lowerBound), best.x.upperBound),
      y: best.y.lowerBound > point.y ? best.y.lowerBound : best.y.upperBound
    )
    svg.line(point.x, point.y + (anchor.y > point.y ? gap : -gap), anchor.x, anchor.y, class: "ld")
    svg.element(
      "rect",
      [
        "x": SVGText.number(best.x.lowerBound), "y": SVGText.number(best.y.lowerBound),
        "width": SVGText.number(width), "height": "18", "class": "lb",
      ])
    svg.text(text, x: best.x.lowerBound + 4, y: best.y.lowerBound + 13, class: "lt")
  }
}

/// Numbers as prose shows them.
enum CellText {
  /// Four significant digits.
  static func short(_ value: Double) -> String { CellValue.format(value, digits: 4) }

  /// A cell as tables in the page show it.
  static func short(_ cell: CellValue) -> String {
    switch cell {
    case .real(let value), .precise(let value): short(value)
    case .text, .integer, .missing: cell.formatted
    case .flag(let value): value ? "yes" : "no"
    }
  }

  /// A column's name in parts, each but the last with its underscore: where it may break.
  static func parts(ofName name: String) -> [String] {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    return words.enumerated().map { $0 == words.count - 1 ? String($1) : "\($1)_" }
  }
}
