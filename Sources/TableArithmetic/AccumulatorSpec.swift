/// What an accumulator does with a sum that it cannot hold.
public enum AccumulatorOverflow: String, CaseIterable, Hashable, Sendable {
  /// Keeps the low bits: two's complement.
  case wrap
  /// Stays at the largest or smallest value.
  case saturate
}

/// The signed accumulator at the end of a multiplier: its width and its overflow.
public struct AccumulatorSpec: Hashable, Sendable {
  /// The width in bits, the sign included: 8 to 48; of products of bytes at most 32.
  public let width: Int
  public let overflow: AccumulatorOverflow

  /// - Precondition: `width` is in 8 … 48.
  public init(width: Int, overflow: AccumulatorOverflow) {
    precondition((8...48).contains(width), "accumulator width outside 8…48")
    self.width = width
    self.overflow = overflow
  }

  /// The largest value that it holds: 2^(width − 1) − 1.
  @inlinable
  public var maximum: Int64 { (1 << Int64(width - 1)) - 1 }

  /// What an accumulator that starts at zero holds after products with this exact sum.
  ///
  /// Equal to wrapping or saturating after each addition: wrapping is addition modulo 2^width, and
  /// unsigned products never bring a saturated sum back below the maximum. So overflow costs
  /// nothing inside the sum.
  ///
  /// - Parameter sum: the sum of the unsigned products; exact (below 2³²) if it saturates, modulo
  ///   2³² if it wraps.
  /// - Precondition: a width of at most 32.
  @inlinable
  public func value(ofProductSum sum: UInt32) -> Int32 {
    switch overflow {
    case .wrap:
      let unused = UInt32(32 - width)
      return Int32(bitPattern: sum &<< unused) &>> Int32(unused)
    case .saturate:
      return Int32(bitPattern: min(sum, UInt32(maximum)))
    }
  }
}
