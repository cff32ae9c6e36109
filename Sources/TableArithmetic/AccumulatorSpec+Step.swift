extension AccumulatorSpec {
  /// One addition of an unsigned product to a partial sum, as the adder does it.
  ///
  /// - Returns: the sum, wrapped (two's complement at `width`) or saturated.
  @inlinable
  public func sum(_ partialSum: Int32, _ product: UInt32) -> Int32 {
    let exact = Int64(partialSum) + Int64(product)
    switch overflow {
    case .wrap:
      let unused = Int64(64 - width)
      return Int32(truncatingIfNeeded: (exact &<< unused) &>> unused)
    case .saturate:
      return Int32(truncatingIfNeeded: min(exact, Int64(maximum)))
    }
  }
}
