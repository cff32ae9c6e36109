/// Error masks whose probability and distribution depend on the weight that the multiplier holds,
/// prepared for drawing.
///
/// Candidates are skipped to by the largest probability q of the classes; at a candidate the
/// weight's class c draws either no error, with probability 1 − p_c/q, or one of its masks: so each
/// product is wrong with exactly the p_c of its weight.
public struct WeightClassErrors: Hashable, Sendable {
  /// One a class.
  public let distributions: [ProductErrorDistribution]
  /// The class of each of the 256 stored weights.
  public let classOfWeight: [UInt8]
  public let largestProbability: Double
  /// For each class: masks at a candidate, 0 where there is no error.
  public let tables: [AliasTable]

  /// - Precondition: 256 entries in `classOfWeight`, each the index of a distribution.
  public init(distributions: [ProductErrorDistribution], classOfWeight: [UInt8]) {
    precondition(classOfWeight.count == 256, "a class for each stored weight")
    precondition(classOfWeight.allSatisfy { Int($0) < distributions.count }, "no such class")
    self.distributions = distributions
    self.classOfWeight = classOfWeight
    let largest = distributions.reduce(0.0) { max($0, $1.probability) }
    largestProbability = largest
    tables = distributions.map { distribution in
      let share = largest > 0 ? distribution.probability / largest : 0
      return AliasTable(
        outcomes: [0] + distribution.masks,
        weights: [1 - share] + distribution.conditionals.map { $0 * share })
    }
  }
}
