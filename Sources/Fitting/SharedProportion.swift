/// A proportion counted over the same trials by every group: chips that classify the same images.
///
/// Trials and groups are two samples. The 95 % interval adds the distances of their limits in quadrature
/// on each side (R. G. Newcombe, Statistics in Medicine 17 (1998) 873): Wilson's over the trials, each
/// counted once however many groups it is in, and Student's over the groups. Not modelled: that what
/// trials are right in depends on the group, which the mean over groups evens out, so the interval is
/// rather too wide.
public struct SharedProportion: Sendable, Hashable {
  /// Of each group.
  public let successes: [Int]
  /// Of every group.
  public let trials: Int

  /// - Precondition: at least one group; 0 ≤ successes ≤ trials, at least one trial.
  public init(successes: [Int], trials: Int) {
    precondition(!successes.isEmpty && trials > 0, "no trials")
    precondition(successes.allSatisfy((0...trials).contains), "more successes than trials")
    self.successes = successes
    self.trials = trials
  }

  /// The mean over the groups, in [0, 1].
  public var value: Double {
    Double(successes.reduce(0, +)) / Double(successes.count * trials)
  }

  /// The 95 % interval; of one group Wilson's.
  public var interval95: ClosedRange<Double> {
    let wilson = Proportion.wilson95(value, trials: trials)
    guard successes.count > 1 else { return wilson }
    let half =
      Normal.studentTwoSided95(degreesOfFreedom: Double(successes.count - 1))
      * SampleVariance(successes.map { Double($0) / Double(trials) }).ofMean.squareRoot()
    func distance(_ limit: Double) -> Double {
      ((limit - value) * (limit - value) + half * half).squareRoot()
    }
    return max(0, value - distance(wilson.lowerBound))...min(1, value + distance(wilson.upperBound))
  }
}
