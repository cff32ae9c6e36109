/// Pearson's chi-squared statistic as a standard normal number: how many standard deviations counts
/// are from what they should be. By Wilson and Hilferty, PNAS 17 (1931) 684.
public enum ChiSquared {
  /// Counts against expected ones; cells that expect fewer than 5 are taken together.
  public static func deviations(counts: [Int], expected: [Double]) -> Double {
    var statistic = 0.0
    var cells = 0
    var rest = (count: 0.0, expected: 0.0)
    for (count, expectation) in zip(counts, expected) {
      if expectation < 5 {
        rest.count += Double(count)
        rest.expected += expectation
      } else {
        statistic += square(Double(count) - expectation) / expectation
        cells += 1
      }
    }
    if rest.expected >= 5 {
      statistic += square(rest.count - rest.expected) / rest.expected
      cells += 1
    }
    return normal(statistic, degrees: cells - 1)
  }

  /// Two histograms of equally many observations; cells with fewer than 10 in both are taken
  /// together.
  public static func deviations(_ first: [Int], _ second: [Int]) -> Double {
    var statistic = 0.0
    var cells = 0
    var rest = (first: 0, second: 0)
    for (a, b) in zip(first, second) {
      if a + b < 10 {
        rest.first += a
        rest.second += b
      } else {
        statistic += square(Double(a - b)) / Double(a + b)
        cells += 1
      }
    }
    if rest.first + rest.second >= 10 {
      statistic += square(Double(rest.first - rest.second)) / Double(rest.first + rest.second)
      cells += 1
    }
    return normal(statistic, degrees: cells - 1)
  }

  private static func square(_ value: Double) -> Double { value * value }

  private static func normal(_ statistic: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "at least two cells are compared")
    let width = 2 / (9 * Double(degrees))
    return (cubeRoot(statistic / Double(degrees)) - (1 - width)) / width.squareRoot()
  }

  private static func cubeRoot(_ value: Double) -> Double {
    guard value > 0 else { return 0 }
    var root = max(1, value)
    for _ in 0..<200 { root -= (root - value / (root * root)) / 3 }
    return root
  }
}
