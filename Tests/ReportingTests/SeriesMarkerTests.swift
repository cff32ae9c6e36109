import Testing

@testable import Reporting

@Suite("Shapes of points in charts")
struct SeriesMarkerTests {
  @Test("there is a shape for each color of a series, all different and of about one area")
  func distinct() {
    let paths = (0..<Palette.seriesCount).map {
      SeriesStyle($0).marker.path(x: 0, y: 0, size: 100)
    }
    #expect(SeriesMarker.Shape.allCases.count == Palette.seriesCount)
    #expect(Set(paths).count == Palette.seriesCount)
    let circle = Double.pi * 100 * 100
    for path in paths where !path.contains("a") {
      #expect((0.75...1.1).contains(area(ofPolygon: path) / circle), "\(path)")
    }
  }

  @Test("forty series differ in points and in areas, curves in color and dashes too")
  func forty() {
    #expect(SeriesStyle.count == 40)
    let styles = (0..<SeriesStyle.count).map { SeriesStyle($0) }
    #expect(Set(styles.map { $0.marker.path(x: 0, y: 0, size: 5) }).count == 40)
    #expect(Set(styles.map { "\($0.color) \($0.line)" }).count == 40)
    #expect(Set(styles.map { "\($0.areaClass) \($0.area)" }).count == 40)
    #expect(
      SeriesStyle(40).marker.path(x: 0, y: 0, size: 5) == styles[0].marker.path(x: 0, y: 0, size: 5)
    )
    // The first ten have nothing beside color and shape.
    #expect(
      styles.prefix(10).allSatisfy { $0.line.isEmpty && $0.area.isEmpty && $0.marker.bars.isEmpty })
  }

  /// By the coordinates of the corners of "Mx yLx y…Z".
  private func area(ofPolygon path: String) -> Double {
    let corners = path.dropFirst().dropLast().split(separator: "L").map { corner in
      corner.split(separator: " ").compactMap { Double($0) }
    }
    let twice = corners.indices.reduce(0.0) { sum, index in
      let (from, to) = (corners[index], corners[(index + 1) % corners.count])
      return sum + from[0] * to[1] - to[0] * from[1]
    }
    return abs(twice) / 2
  }
}
