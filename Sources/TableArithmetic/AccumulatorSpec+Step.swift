extension AccumulatorSpec {
  /// One addition of an unsigned product to a partial sum, as the adder does it.
  ///
  /// - Returns: the sum, wrapped (two's complement at `width`) or saturated.
  @inlinable
  public func sum(_ partialSum: Int64, _ product: UInt32) -> Int64 {
    limited(partialSum + Int64(product))
  }

  /// One addition of a product with a sign.
  ///
  /// - Returns: the sum, wrapped or saturated at either end.
  @inlinable
  public func sum<Product: SignedInteger>(_ partialSum: Int64, signed product: Product) -> Int64 {
    limited(partialSum + Int64(product))
  }

  @inlinable
  func limited(_ exact: Int64) -> Int64 {
    switch overflow {
    case .wrap:
      let unused = Int64(64 - width)
      return (exact &<< unused) &>> unused
    case .saturate:
      return max(-maximum - 1, min(exact, maximum))
    }
  }
}
