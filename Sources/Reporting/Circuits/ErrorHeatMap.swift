import ErrorTables
import Foundation

/// Mean |e| over the plane of the operands, one pixel a cell; the darker, the larger, on a scale of
/// logarithms.
struct ErrorHeatMap {
  let profile: ErrorProfile

  /// White for no error, then from light to dark; gray for cells without pairs.
  private static let palette: [SIMD3<UInt8>] = {
    let stops: [SIMD3<Double>] = [
      SIMD3(219, 233, 246), SIMD3(86, 180, 233), SIMD3(0, 114, 178), SIMD3(8, 29, 88),
    ]
    let ramp = (0..<254).map { (index: Int) -> SIMD3<UInt8> in
      let position = Double(index) / 253 * Double(stops.count - 1)
      let lower = min(Int(position), stops.count - 2)
      let part = position - Double(lower)
      let color = stops[lower] * (1 - part) + stops[lower + 1] * part
      return SIMD3(UInt8(color.x.rounded()), UInt8(color.y.rounded()), UInt8(color.z.rounded()))
    }
    return [SIMD3(255, 255, 255)] + ramp + [SIMD3(176, 184, 191)]
  }()

  private var values: [Double?] {
    (0..<profile.countB).flatMap { b in
      (0..<profile.countA).map { profile.meanMagnitude(a: $0, b: b) }
    }
  }

  /// The smallest error other than 0, and the largest.
  var range: ClosedRange<Double>? {
    let errors = values.compactMap { $0 }.filter { $0 > 0 }
    guard let low = errors.min(), let high = errors.max() else { return nil }
    return low...high
  }

  /// Row 0, at the top, is the largest second operand.
  var image: PaletteImage {
    let range = range ?? 1...1
    let span = log(range.upperBound / range.lowerBound)
    let values = values
    var pixels: [UInt8] = []
    for row in 0..<profile.countB {
      for column in 0..<profile.countA {
        // Signed operands run from the most negative one on.
        let a = Self.word(column, profile.countA, profile.format.signs.a)
        let b = Self.word(profile.countB - 1 - row, profile.countB, profile.format.signs.b)
        switch values[b * profile.countA + a] {
        case nil: pixels.append(255)
        case 0?: pixels.append(0)
        case let error?:
          let position = span > 0 ? log(error / range.lowerBound) / span : 1
          pixels.append(UInt8(1 + (position * 253).rounded()))
        }
      }
    }
    return PaletteImage(
      width: profile.countA, height: profile.countB, palette: Self.palette, pixels: pixels)
  }

  private static func word(_ place: Int, _ count: Int, _ isSigned: Bool) -> Int {
    isSigned ? (place + count / 2) % count : place
  }

  func svg(width: Double, height: Double) -> String {
    let format = profile.format
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: "first operand",
      yTitle: "second operand", xAxis: Self.axis(format.widthA, format.signs.a),
      yAxis: Self.axis(format.widthB, format.signs.b), legend: [])
    var svg = SVGText()
    frame.draw(into: &svg)
    svg.element(
      "image",
      [
        "href": "data:image/png;base64," + Data(image.png).base64EncodedString(),
        "x": SVGText.number(frame.left), "y": SVGText.number(frame.top),
        "width": SVGText.number(frame.right - frame.left),
        "height": SVGText.number(frame.bottom - frame.top), "preserveAspectRatio": "none",
        "class": "px",
      ])
    return frame.document(svg, label: title)
  }

  private var title: String {
    guard let range else { return "mean |e| over the operands: no error" }
    let (low, high) = (ChartAxis.label(range.lowerBound), ChartAxis.label(range.upperBound))
    return "mean |e|: white 0, light \(low) to dark \(high) (log)"
  }

  /// All words of an operand, with ticks at quarters.
  static func axis(_ width: Int, _ isSigned: Bool) -> ChartAxis {
    let count = Double(UInt64(1) << UInt64(width))
    let low = isSigned ? -count / 2 : 0
    let ticks = (0...4).map { low + count * Double($0) / 4 }
    return ChartAxis(isLogarithmic: false, low: low, high: low + count, ticks: ticks)
  }
}
