import Foundation

/// A scale from values to a place on the page, with round ticks.
struct ChartAxis {
  let isLogarithmic: Bool
  let low: Double
  let high: Double
  let ticks: [Double]

  /// The magnitudes that a chart can place; the arithmetic of an axis neither overflows nor
  /// vanishes within them. Others are left out of the charts, not of the tables.
  static let magnitudes = 1e-100...1e100

  /// Whether a value has a place on some chart.
  static func canPlace(_ value: Double) -> Bool { abs(value) <= magnitudes.upperBound }

  /// Whether the axis has a place for a value.
  func shows(_ value: Double) -> Bool {
    isLogarithmic ? Self.magnitudes.contains(value) : Self.canPlace(value)
  }

  /// A linear axis over these values, widened to round ends; `floor` and `ceiling` bound it.
  static func linear(
    _ values: [Double], ticks wanted: Int = 5, floor: Double = -.infinity,
    ceiling: Double = .infinity
  ) -> ChartAxis {
    let finite = values.filter(canPlace)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if high - low < 1e-12 * max(1, abs(high)) {
      let margin = max(abs(high) * 0.1, 1e-9)
      (low, high) = (low - margin, high + margin)
    }
    let step = roundStep((high - low) / Double(wanted))
    let first = max((low / step).rounded(.down), (floor / step).rounded(.up))
    let last = max(min((high / step).rounded(.up), (ceiling / step).rounded(.down)), first + 1)
    let ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
    return ChartAxis(isLogarithmic: false, low: first * step, high: last * step, ticks: ticks)
  }

  /// A logarithmic axis over these values; those that are not positive are passed over.
  ///
  /// - Parameter wholeDecades: whether it ends at powers of ten.
  static func logarithmic(_ values: [Double], wholeDecades: Bool = false) -> ChartAxis {
    let positive = values.filter(magnitudes.contains)
    var (low, high) = (positive.min() ?? 0.1, positive.max() ?? 1)
    if wholeDecades || high / low < 1.0001 {
      low = pow(10, (log10(low) + 1e-9).rounded(.down))
      high = pow(10, (log10(high) - 1e-9).rounded(.up))
      if high <= low { high = low * 10 }
    } else {
      let margin = pow(high / low, 0.04)
      (low, high) = (low / margin, high * margin)
    }
    let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let span = log10(high / low)
    let steps: [Double] =
      span < 0.9 ? [1, 1.5, 2, 3, 4, 5, 6, 8] : span < 2.2 ? [1, 2, 5] : [1]
    let every = max(1, Int((span / 6).rounded(.up)))
    let shown = (low * 0.9999)...(high * 1.0001)
    var ticks: [Double] = []
    for decade in decades where steps.count > 1 || decade % every == 0 {
      let power = pow(10, Double(decade))
      ticks += steps.map { $0 * power }.filter(shown.contains)
    }
    return ChartAxis(isLogarithmic: true, low: low, high: high, ticks: ticks)
  }

  /// Where a value stands between the ends: 0 … 1; values outside go to the nearer end.
  func fraction(_ value: Double) -> Double {
    let position =
      isLogarithmic
      ? log(max(value, low * 1e-9) / low) / log(high / low) : (value - low) / (high - low)
    return min(1, max(0, position))
  }

  /// The tick as people read it: plain where that is short, else a power of ten.
  static func label(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude == 0 { return "0" }
    if magnitude >= 1e-3 && magnitude < 1e5 { return format(value) }
    let exponent = Int((log10(magnitude) + 1e-9).rounded(.down))
    let mantissa = value / pow(10, Double(exponent))
    let power = "10" + superscript(exponent)
    return abs(mantissa - 1) < 1e-6 ? power : "\(format(mantissa))·\(power)"
  }

  private static func format(_ value: Double) -> String { String(format: "%.6g", value) }

  private static func superscript(_ value: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(value).map { digits[$0] ?? $0 })
  }

  private static func roundStep(_ rough: Double) -> Double {
    let power = pow(10, log10(rough).rounded(.down))
    let mantissa = rough / power
    return (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10) * power
  }
}
