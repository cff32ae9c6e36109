/// A proportion counted over groups whose trials are not independent of each other: dies, chips.
public struct GroupedProportion: Sendable, Hashable {
  /// Of each group; trials positive.
  public let successes: [Int]
  public let trials: [Int]

  /// - Precondition: as many of both, at least one.
  public init(successes: [Int], trials: [Int]) {
    precondition(successes.count == trials.count && !trials.isEmpty, "no groups")
    self.successes = successes
    self.trials = trials
  }

  /// Of all groups together.
  public var proportion: Proportion {
    Proportion(successes: successes.reduce(0, +), trials: trials.reduce(0, +))
  }

  /// The 95 % interval: Wilson's, which takes all trials for independent, or that of the mean over the
  /// groups (`GroupedMean`) where that is wider.
  public var interval95: ClosedRange<Double> {
    let wilson = proportion.wilson95
    guard trials.count > 1 else { return wilson }
    let rates = zip(successes, trials).map { Double($0) / Double($1) }
    let groups = GroupedMean.interval95(rates)
    return min(
      wilson.lowerBound, max(0, groups.lowerBound))...max(
        wilson.upperBound, min(1, groups.upperBound))
  }
}
