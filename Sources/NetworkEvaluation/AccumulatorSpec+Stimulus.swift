import TableArithmetic

extension AccumulatorSpec {
  /// What stands at the inputs of an element's adder: the partial sum of the products above it in the
  /// low bits, its own product above that.
  ///
  /// - Parameter products: down to the element, at least one; those with a sign in two's complement.
  /// - Precondition: an accumulator of at most 32 bits, the width of both ports.
  func adderInputs<Product: FixedWidthInteger & SignedInteger>(_ products: [Product]) -> UInt64 {
    precondition(!products.isEmpty, "an adder has a product")
    let mask: UInt64 = (1 << UInt64(width)) - 1
    let above = products.dropLast().reduce(Int32(0)) { sum($0, signed: Int64($1)) }
    let product = products[products.count - 1]
    return UInt64(UInt32(bitPattern: above)) & mask
      | (UInt64(truncatingIfNeeded: product) & mask) << UInt64(width)
  }
}
