/// The symmetric interval of a mean of shares, in percent, cut at 0 and 100: Student's reaches beyond
/// what a share can be where few chips differ much.
package struct PercentageInterval: Sendable, Equatable {
  /// In percent, 0 ≤ low ≤ high ≤ 100.
  package let low: Double
  package let high: Double

  /// - Parameters:
  ///   - mean: of shares, in [0, 1].
  ///   - halfWidth: of its interval, as a share; not negative.
  /// - Precondition: values in these ranges.
  package init(mean: Double, halfWidth: Double) {
    precondition((0...1).contains(mean) && halfWidth >= 0, "no share, or a negative width")
    low = max(0, 100 * (mean - halfWidth))
    high = min(100, 100 * (mean + halfWidth))
  }
}
