import CGSL

/// Functions of the standard normal distribution and binomial intervals, by GSL.
public enum Normal {
  /// P(Z > z) = ½·erfc(z/√2).
  public static func upperTail(_ z: Double) -> Double { gsl_cdf_ugaussian_Q(z) }

  /// The density of the standard normal distribution.
  public static func density(_ z: Double) -> Double { gsl_ran_ugaussian_pdf(z) }

  /// The z with P(Z > z) = p, for p in (0, 1).
  public static func upperQuantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "probability outside (0, 1)")
    return gsl_cdf_ugaussian_Qinv(probability)
  }

  /// The t with P(|T| > t) = 5 % for Student's t with so many degrees of freedom (at least 1).
  public static func studentTwoSided95(degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom >= 1, "no degree of freedom")
    return gsl_cdf_tdist_Pinv(0.975, degreesOfFreedom)
  }
}

/// A binomial proportion with its 95 % interval.
public struct Proportion: Sendable, Hashable {
  public let successes: Int
  public let trials: Int

  /// - Precondition: 0 ≤ successes ≤ trials, at least one trial.
  public init(successes: Int, trials: Int) {
    precondition(trials > 0 && (0...trials).contains(successes))
    self.successes = successes
    self.trials = trials
  }

  public var value: Double { Double(successes) / Double(trials) }

  /// Wilson's score interval at 95 %. Source: E. B. Wilson, JASA 22 (1927) 209.
  public var wilson95: ClosedRange<Double> { Self.wilson95(value, trials: trials) }

  /// The same of a mean of proportions, in [0, 1], over the same trials.
  static func wilson95(_ value: Double, trials: Int) -> ClosedRange<Double> {
    let z = 1.959963984540054
    let n = Double(trials)
    let center = (value + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
    let low = value == 0 ? 0 : max(0, center - half)
    let high = value == 1 ? 1 : min(1, center + half)
    return low...high
  }
}

/// The variance of a sample, with n − 1.
public struct SampleVariance: Sendable, Hashable {
  public let value: Double
  public let count: Int

  /// - Precondition: at least two values.
  public init(_ values: [Double]) {
    precondition(values.count >= 2, "a variance needs two values")
    let mean = values.reduce(0, +) / Double(values.count)
    count = values.count
    value = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  public var ofMean: Double { value / Double(count) }
  public var standardDeviation: Double { value.squareRoot() }
}
