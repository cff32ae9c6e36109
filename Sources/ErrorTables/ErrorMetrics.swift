/// Which pairs count for relative errors, and what an error is divided by.
public enum RelativeErrorConvention: String, Hashable, Sendable, CaseIterable {
  /// |e| / exact over the pairs whose exact product is not 0 (EvoApproxLib LITE).
  case nonzeroExact = "nonzero_exact"
  /// |e| / max(1, exact) over all pairs (evoapprox8b).
  case atLeastOne = "at_least_one"
}

/// The error metrics of an approximate product table over all operand pairs; e = approximate −
/// exact.
///
/// Sums of e, |e| and e² are exact integers; each metric is one rounding away from its definition.
/// Relative errors are rounded once each and added in the order of the table. Definitions:
/// EvoApproxLib (Mrazek et al., DATE 2017) for rates, percentages and relative errors; Liang, Han,
/// Lombardi, IEEE Transactions on Computers 62(9), 2013, for MED and NMED.
public struct ErrorMetrics: Hashable, Sendable {
  /// Operand widths in bits.
  public let widthA: Int
  public let widthB: Int
  /// How many pairs have e ≠ 0.
  public let errorCount: Int
  /// Σ|e|.
  public let absoluteErrorSum: UInt64
  /// Σe.
  public let errorSum: Int64
  /// Σe².
  public let squaredErrorSum: UInt128
  /// WCE: the largest |e|.
  public let worstCaseError: Int
  /// The largest exact product.
  public let maximumExactProduct: Int
  public let convention: RelativeErrorConvention
  /// MRED: the mean relative error under the convention, as a fraction.
  public let meanRelativeError: Double
  /// WCRE: the largest relative error under the convention, as a fraction.
  public let worstCaseRelativeError: Double

  /// Compares a table with the exact unsigned products, or with another reference.
  ///
  /// - Precondition: both tables have the same widths.
  public init(
    of approximate: ProductTable, relativeTo reference: ProductTable? = nil,
    convention: RelativeErrorConvention = .nonzeroExact
  ) {
    let exact =
      reference ?? .exact(widthA: approximate.widthA, widthB: approximate.widthB)
    precondition(
      exact.widthA == approximate.widthA && exact.widthB == approximate.widthB,
      "the tables have different widths")
    var (errors, absoluteSum, sum, squareSum) = (0, UInt64(0), Int64(0), UInt128(0))
    var (worst, largest) = (0, 0)
    var (relativeSum, relativeWorst, relativeCount) = (0.0, 0.0, 0)
    for (product, exactProduct) in zip(approximate.products, exact.products) {
      let error = Int64(product) - Int64(exactProduct)
      let magnitude = error.magnitude
      largest = max(largest, Int(exactProduct))
      let counts = exactProduct != 0 || convention == .atLeastOne
      if counts { relativeCount += 1 }
      guard error != 0 else { continue }
      errors += 1
      absoluteSum += magnitude
      sum += error
      squareSum += UInt128(magnitude * magnitude)
      worst = max(worst, Int(magnitude))
      if counts {
        let relative = Double(magnitude) / Double(max(1, exactProduct))
        relativeSum += relative
        relativeWorst = max(relativeWorst, relative)
      }
    }
    (widthA, widthB) = (approximate.widthA, approximate.widthB)
    errorCount = errors
    absoluteErrorSum = absoluteSum
    errorSum = sum
    squaredErrorSum = squareSum
    worstCaseError = worst
    maximumExactProduct = largest
    self.convention = convention
    meanRelativeError = relativeCount == 0 ? 0 : relativeSum / Double(relativeCount)
    worstCaseRelativeError = relativeWorst
  }

  /// How many operand pairs there are: 2^(wa + wb).
  public var pairCount: Int { 1 << (widthA + widthB) }
  /// P(e ≠ 0), in [0, 1].
  public var errorRate: Double { Double(errorCount) / Double(pairCount) }
  /// MED, also MAE: the mean of |e|.
  public var meanErrorDistance: Double { Double(absoluteErrorSum) / Double(pairCount) }
  /// NMED: MED over the largest exact product; 0 where all exact products are 0.
  public var normalizedMeanErrorDistance: Double {
    maximumExactProduct == 0 ? 0 : meanErrorDistance / Double(maximumExactProduct)
  }
  /// MAE%: 100·MED / 2^(wa + wb), EvoApproxLib's normalization.
  public var meanAbsoluteErrorPercent: Double { 100 * meanErrorDistance / Double(pairCount) }
  /// WCE%: 100·WCE / 2^(wa + wb), EvoApproxLib's normalization.
  public var worstCaseErrorPercent: Double { 100 * Double(worstCaseError) / Double(pairCount) }
  /// MSE: the mean of e².
  public var meanSquaredError: Double { Double(squaredErrorSum) / Double(pairCount) }
  /// The mean of e.
  public var bias: Double { Double(errorSum) / Double(pairCount) }
  /// The mean of (e − bias)², from exact integers: (N·Σe² − (Σe)²) / N².
  public var variance: Double {
    let squareOfSum = UInt128(errorSum.magnitude) * UInt128(errorSum.magnitude)
    let numerator = UInt128(pairCount) * squaredErrorSum - squareOfSum
    return Double(numerator) / (Double(pairCount) * Double(pairCount))
  }
}
