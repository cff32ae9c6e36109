import ErrorTables

/// Which claims of relative errors do not hold by one convention and hold by the other: published
/// sets differ in it, and do not say it in their files.
struct ConventionHint {
  /// The widest operands together for which the errors are summed once more, in bits.
  private static let maximumPairBits = 24

  let convention: RelativeErrorConvention
  /// By their columns.
  let metrics: [PublishedClaims.Metric]

  /// Nil where no claim is mended by the other convention, or the pairs are too many.
  init?(
    _ claims: [CheckedClaim], of simulation: MultiplierSimulation, format: OperandFormat,
    by convention: RelativeErrorConvention, jobs: Int,
    stopRequested: @escaping @Sendable () -> Bool
  ) throws {
    let broken = claims.filter { checked in
      guard checked.verdict == .broken else { return false }
      switch checked.claim.metric {
      case .mrePercent, .wcrePercent: return true
      case .errorRatePercent, .mae, .maePercent, .wce, .wcePercent, .mse, .bias, .variance, .nmed:
        return false
      }
    }
    guard !broken.isEmpty, simulation.isEnumerable, format.pairBits <= Self.maximumPairBits else {
      return nil
    }
    let other: RelativeErrorConvention =
      convention == .nonzeroExact ? .atLeastOne : .nonzeroExact
    let sums = try simulation.sums(
      signs: format.signs, convention: other, jobs: jobs, stopRequested: stopRequested,
      finished: { _, _ in })
    let metrics = ErrorMetrics(sums, format: format, convention: other)
    let mended = broken.filter { CheckedClaim($0.claim, metrics).verdict == .holds }
    guard !mended.isEmpty else { return nil }
    self.convention = other
    self.metrics = mended.map(\.claim.metric)
  }

  var note: String {
    let names = metrics.map(\.rawValue).joined(separator: " and ")
    return "\(names) as claimed with --relative-error \(convention.rawValue)"
  }
}
