/// Which pairs count for relative errors, and what an error is divided by.
public enum RelativeErrorConvention: String, Hashable, Sendable, CaseIterable {
  /// |e| / |exact| over the pairs whose exact product is not 0 (EvoApproxLib LITE).
  case nonzeroExact = "nonzero_exact"
  /// |e| / max(1, |exact|) over all pairs (evoapprox8b).
  case atLeastOne = "at_least_one"
}

/// The error metrics of a multiplier; e = approximate − exact, over all operand pairs or over a
/// sample of them.
///
/// Sums of e, |e| and e² are exact integers; each metric is one rounding away from its definition.
/// Definitions: EvoApproxLib (Mrazek et al., DATE 2017) for rates, percentages and relative errors;
/// Liang, Han, Lombardi, IEEE Transactions on Computers 62(9), 2013, for MED and NMED.
public struct ErrorMetrics: Hashable, Sendable {
  public let format: OperandFormat
  public let sums: ErrorSums
  public let convention: RelativeErrorConvention

  /// - Parameter sums: over all 2^(wa + wb) pairs, or over pairs drawn uniformly.
  public init(_ sums: ErrorSums, format: OperandFormat, convention: RelativeErrorConvention) {
    self.sums = sums
    self.format = format
    self.convention = convention
  }

  /// Compares a table with the exact unsigned products.
  public init(of table: ProductTable, convention: RelativeErrorConvention = .nonzeroExact) {
    let largest = table.products.max() ?? 0
    var accumulator = ErrorAccumulator(
      innerWidth: table.widthA, outerWidth: table.widthB,
      productWidth: max(1, 32 - largest.leadingZeroBitCount), signs: .unsigned,
      convention: convention)
    table.products.withUnsafeBufferPointer { products in
      for first in stride(from: 0, to: products.count, by: 2048) {
        let end = min(first + 2048, products.count)
        accumulator.add(UnsafeBufferPointer(rebasing: products[first..<end]), first: first)
      }
    }
    self.init(
      accumulator.sums,
      format: OperandFormat(widthA: table.widthA, widthB: table.widthB, signs: .unsigned),
      convention: convention)
  }

  /// Whether the sums are over a sample and not over all pairs.
  public var isSampled: Bool {
    format.pairBits >= 64 || sums.pairCount != UInt64(1) << UInt64(format.pairBits)
  }

  private var count: Double { Double(sums.pairCount) }
  /// 2^(wa + wb), what EvoApproxLib's percentages are of.
  private var outputRange: Double { Double(sign: .plus, exponent: format.pairBits, significand: 1) }

  /// P(e ≠ 0), in [0, 1].
  public var errorRate: Double { Double(sums.errorCount) / count }
  /// MED, also MAE: the mean of |e|.
  public var meanErrorDistance: Double { Double(sums.absoluteErrors) / count }
  /// NMED: MED over the largest magnitude of an exact product.
  public var normalizedMeanErrorDistance: Double {
    meanErrorDistance / Double(format.maximumExactProduct)
  }
  /// MAE%: 100·MED / 2^(wa + wb), EvoApproxLib's normalization.
  public var meanAbsoluteErrorPercent: Double { 100 * meanErrorDistance / outputRange }
  /// WCE: the largest |e|; of a sample only a lower bound.
  public var worstCaseError: UInt64 { sums.worstError }
  /// WCE%: 100·WCE / 2^(wa + wb), EvoApproxLib's normalization.
  public var worstCaseErrorPercent: Double { 100 * Double(worstCaseError) / outputRange }
  /// MSE: the mean of e².
  public var meanSquaredError: Double {
    (Double(sums.squaredErrorCarries) * Self.two128 + Double(sums.squaredErrors)) / count
  }
  private static let two128 = Double(sign: .plus, exponent: 128, significand: 1)
  /// The mean of e.
  public var bias: Double { Double(sums.errors) / count }
  /// MRED: the mean relative error under the convention, as a fraction.
  public var meanRelativeError: Double {
    sums.relativeCount == 0 ? 0 : sums.relativeErrors / Double(sums.relativeCount)
  }
  /// WCRE: the largest relative error under the convention, as a fraction.
  public var worstCaseRelativeError: Double { sums.worstRelativeError }

  /// The mean of (e − bias)²: (N·Σe² − (Σe)²) / N², from exact integers of 256 bits.
  public var variance: Double {
    let pairs = UInt128(sums.pairCount)
    let first = pairs.multipliedFullWidth(by: sums.squaredErrors)
    let second = sums.errors.magnitude.multipliedFullWidth(by: sums.errors.magnitude)
    let (low, borrow) = first.low.subtractingReportingOverflow(second.low)
    let carried = first.high + pairs * UInt128(sums.squaredErrorCarries)
    let high = carried - second.high - (borrow ? 1 : 0)
    return (Double(high) * Self.two128 + Double(low)) / (count * count)
  }
}

/// Half-widths of 95 % confidence intervals of a sample's means, by the normal approximation.
extension ErrorMetrics {
  /// The 97.5 % point of the standard normal distribution.
  private static let normalQuantile = 1.959963984540054

  private func interval(variance: Double, count: Double) -> Double {
    Self.normalQuantile * (max(0, variance) / count).squareRoot()
  }

  /// Of `errorRate`, as a fraction.
  public var errorRateInterval: Double {
    interval(variance: errorRate * (1 - errorRate), count: Double(sums.pairCount))
  }
  /// Of `meanErrorDistance`.
  public var meanErrorInterval: Double {
    interval(
      variance: meanSquaredError - meanErrorDistance * meanErrorDistance,
      count: Double(sums.pairCount))
  }
  /// Of `meanRelativeError`, as a fraction.
  public var relativeErrorInterval: Double {
    guard sums.relativeCount > 0 else { return 0 }
    let count = Double(sums.relativeCount)
    return interval(
      variance: sums.squaredRelativeErrors / count - meanRelativeError * meanRelativeError,
      count: count)
  }
  /// Of `bias`.
  public var biasInterval: Double { interval(variance: variance, count: Double(sums.pairCount)) }
}
