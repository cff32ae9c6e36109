import Foundation

/// A point in a chart: a shape, and bars at its sides where shapes are not enough.
struct SeriesMarker {
  /// As many as there are colors of series.
  enum Shape: CaseIterable {
    case circle, square, triangle, diamond, invertedTriangle, cross
    case star, rightTriangle, saltire, leftTriangle
  }

  /// A vertical bar of the shape's height, clear of the widest shape; the value is its place in x, in
  /// sizes of the shape.
  enum Bar: Double {
    case left = -2.2
    case right = 2.2
  }

  static let circle = SeriesMarker(shape: .circle, bars: [])

  let shape: Shape
  let bars: [Bar]

  /// The path around a point.
  func path(x: Double, y: Double, size r: Double) -> String {
    let steps = bars.map { bar in
      "M\(SVGText.number(x + r * bar.rawValue)) \(SVGText.number(y - r))v\(SVGText.number(2 * r))"
    }
    return shape.path(x: x, y: y, size: r) + steps.joined()
  }
}

extension SeriesMarker.Shape {
  /// The shape's path around a point, all of about the same area.
  fileprivate func path(x: Double, y: Double, size r: Double) -> String {
    switch self {
    case .circle:
      let (left, width) = (SVGText.number(x - r), SVGText.number(2 * r))
      let radius = SVGText.number(r)
      return "M\(left) \(SVGText.number(y))a\(radius) \(radius) 0 1 0 \(width) 0"
        + "a\(radius) \(radius) 0 1 0 -\(width) 0Z"
    case .square:
      return Self.polygon(x, y, r * 0.89, [(-1, -1), (1, -1), (1, 1), (-1, 1)])
    case .triangle: return Self.polygon(x, y, r * 1.15, [(0, -1.1), (1, 0.8), (-1, 0.8)])
    case .diamond: return Self.polygon(x, y, r * 1.28, [(0, -1), (1, 0), (0, 1), (-1, 0)])
    case .invertedTriangle: return Self.polygon(x, y, r * 1.15, [(0, 1.1), (1, -0.8), (-1, -0.8)])
    case .rightTriangle: return Self.polygon(x, y, r * 1.15, [(1.1, 0), (-0.8, 1), (-0.8, -1)])
    case .leftTriangle: return Self.polygon(x, y, r * 1.15, [(-1.1, 0), (0.8, 1), (0.8, -1)])
    case .cross: return Self.polygon(x, y, r * 0.42, Self.crossCorners)
    case .saltire:
      let diagonal = 0.5.squareRoot()
      return Self.polygon(
        x, y, r * 0.42,
        Self.crossCorners.map { (($0.0 - $0.1) * diagonal, ($0.0 + $0.1) * diagonal) })
    case .star:
      let corners = (0..<10).map { corner in
        let (angle, length) = (Double(corner) * .pi / 5, corner.isMultiple(of: 2) ? 1 : 0.5)
        return (sin(angle) * length, -cos(angle) * length)
      }
      return Self.polygon(x, y, r * 1.45, corners)
    }
  }

  private static let crossCorners: [(Double, Double)] = [
    (-1, -2.4), (1, -2.4), (1, -1), (2.4, -1), (2.4, 1), (1, 1), (1, 2.4), (-1, 2.4), (-1, 1),
    (-2.4, 1), (-2.4, -1), (-1, -1),
  ]

  private static func polygon(
    _ x: Double, _ y: Double, _ r: Double, _ corners: [(Double, Double)]
  ) -> String {
    let points = corners.map { "\(SVGText.number(x + r * $0.0)) \(SVGText.number(y + r * $0.1))" }
    return "M" + points.joined(separator: "L") + "Z"
  }
}
