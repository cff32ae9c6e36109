import ErrorTables

/// A published figure beside ours.
public struct CheckedClaim: Sendable {
  public let claim: PublishedClaims.Claim
  public let ours: Double
  public let verdict: Verdict

  public enum Verdict: Sendable {
    case holds, broken
    /// Ours is of a sample, which neither confirms nor refutes the claim.
    case undecided
  }

  /// A sample breaks a mean only outside of its 95 % interval, and a largest error only if one larger
  /// than claimed was found; it confirms nothing.
  public init(_ claim: PublishedClaims.Claim, _ metrics: ErrorMetrics) {
    self.claim = claim
    let ours = claim.metric.value(metrics)
    self.ours = ours
    guard metrics.isSampled else {
      verdict = claim.holds(for: ours) ? .holds : .broken
      return
    }
    let range = Double(sign: .plus, exponent: metrics.format.pairBits, significand: 1)
    let interval: Double?
    switch claim.metric {
    case .errorRatePercent: interval = 100 * metrics.errorRateInterval
    case .mae: interval = metrics.meanErrorInterval
    case .maePercent: interval = 100 * metrics.meanErrorInterval / range
    case .mrePercent: interval = 100 * metrics.relativeErrorInterval
    case .bias: interval = metrics.biasInterval
    case .wce, .wcePercent, .wcrePercent: interval = ours > claim.value ? 0 : nil
    case .nmed: interval = metrics.meanErrorInterval / Double(metrics.format.maximumExactProduct)
    case .mse, .variance: interval = nil
    }
    let isBroken = interval.map { !claim.holds(for: ours, within: $0) } ?? false
    verdict = isBroken ? .broken : .undecided
  }
}
