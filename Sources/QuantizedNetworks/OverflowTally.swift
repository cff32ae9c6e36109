import Synchronization

/// Counts the sums of products that accumulators could not hold, of inferences on any number of threads.
///
/// A sum counts if its accumulator ends with another number than the sum of all captured products: a
/// wrapped one that came back does not.
public final class OverflowTally: Sendable {
  /// Of one layer with weights, over all images and chips.
  public struct Layer: Sendable, Hashable {
    public var sums: Int
    public var overflowed: Int

    public init(sums: Int = 0, overflowed: Int = 0) {
      (self.sums, self.overflowed) = (sums, overflowed)
    }

    /// Of the sums, 0 … 1; 0 without any.
    public var share: Double { Double(overflowed) / Double(max(1, sums)) }

    static func += (left: inout Layer, right: Layer) {
      left.sums += right.sums
      left.overflowed += right.overflowed
    }
  }

  private let counts: Mutex<[Layer]>

  /// - Parameter layers: with weights.
  public init(layers: Int) {
    counts = Mutex([Layer](repeating: Layer(), count: layers))
  }

  func add(sums: Int, overflowed: Int, layer: Int) {
    counts.withLock { $0[layer] += Layer(sums: sums, overflowed: overflowed) }
  }

  public var layers: [Layer] { counts.withLock { $0 } }
}

extension [OverflowTally.Layer] {
  /// Of all of them together.
  public var total: OverflowTally.Layer { reduce(into: OverflowTally.Layer()) { $0 += $1 } }
}
