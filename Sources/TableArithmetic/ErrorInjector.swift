import ErrorTables
import Randomness

/// Finds the operations of a long run whose captured products are wrong, in ascending order.
///
/// Skips from error to error by geometric distances, so it costs as much as there are errors. From
/// one stream it draws, over and over: a distance (the number of right operations before the next
/// wrong one), then, if that operation is within the run, its mask.
public struct ErrorInjector: Sendable {
  /// One wrong product.
  public struct Hit: Hashable, Sendable {
    /// The position of the operation in the run.
    public let operation: Int
    /// The output bits that are captured inverted; not zero.
    public let mask: UInt32
  }

  private let timing: ProductErrorDistribution
  private let operations: Int
  /// Nil where no operation is wrong.
  private let skips: GeometricSkips?
  private var position = 0

  /// - Precondition: `operations` is in 0 … 2⁶².
  public init(timing: ProductErrorDistribution, operations: Int) {
    precondition((0...1 << 62).contains(operations), "too many operations")
    self.timing = timing
    self.operations = operations
    skips =
      timing.probability > 0
      ? GeometricSkips(
        probability: timing.probability, draws: timing.probability * Double(operations)) : nil
  }

  /// The next wrong operation, or nil if all that are left are right.
  public mutating func next(from stream: inout RandomStream) -> Hit? {
    guard let skips, position < operations else { return nil }
    position += skips.next(from: &stream)
    guard position < operations else { return nil }
    defer { position += 1 }
    return Hit(operation: position, mask: timing.drawMask(from: &stream))
  }
}
