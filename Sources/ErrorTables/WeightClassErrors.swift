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
  /// The tables of the classes one after the other: masks at a candidate, 0 where there is no error.
  @usableFromInline let slots: [AliasTable.Slot]
  /// For each stored weight, where its class's table begins, and how long it is.
  @usableFromInline let spans: [SIMD2<UInt32>]

  /// - Precondition: 256 entries in `classOfWeight`, each the index of a distribution.
  public init(distributions: [ProductErrorDistribution], classOfWeight: [UInt8]) {
    precondition(classOfWeight.count == 256, "a class for each stored weight")
    precondition(classOfWeight.allSatisfy { Int($0) < distributions.count }, "no such class")
    self.distributions = distributions
    self.classOfWeight = classOfWeight
    let largest = distributions.reduce(0.0) { max($0, $1.probability) }
    largestProbability = largest
    let tables = distributions.map { distribution in
      let share = largest > 0 ? distribution.probability / largest : 0
      return AliasTable(
        outcomes: [0] + distribution.masks,
        weights: [1 - share] + distribution.conditionals.map { $0 * share })
    }
    slots = tables.flatMap(\.slots)
    var start: UInt32 = 0
    let spansOfClasses = tables.map { table in
      defer { start += UInt32(table.slots.count) }
      return SIMD2(start, UInt32(table.slots.count))
    }
    spans = classOfWeight.map { spansOfClasses[Int($0)] }
  }

  /// The mask at a candidate for 64 uniformly random bits: 0 where there is no error.
  @inlinable @inline(__always)
  public func mask(_ bits: UInt64, weight: UInt8) -> UInt32 {
    let span = spans[Int(weight)]
    let (slot, fraction) = bits.multipliedFullWidth(by: UInt64(span.y))
    return slots[Int(span.x) &+ Int(truncatingIfNeeded: slot)].outcome(fraction)
  }
}
