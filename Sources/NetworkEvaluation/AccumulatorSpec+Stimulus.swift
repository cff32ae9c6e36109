import TableArithmetic

extension AccumulatorSpec {
  /// What stands at the inputs of an element's adder: the partial sum of the products above it in the
  /// low bits, its own product above that.
  ///
  /// Both have the accumulator's width.
  ///
  /// - Parameter products: down to the element, at least one; those with a sign in two's complement.
  func adderInputs<Product: FixedWidthInteger & SignedInteger>(_ products: [Product]) -> UInt128 {
    precondition(!products.isEmpty, "an adder has a product")
    let mask: UInt128 = (1 << UInt128(width)) - 1
    let above = products.dropLast().reduce(Int64(0)) { sum($0, signed: Int64($1)) }
    let product = products[products.count - 1]
    return UInt128(truncatingIfNeeded: above) & mask
      | (UInt128(truncatingIfNeeded: product) & mask) << UInt128(width)
  }
}
