/// The operands and the sum of each single product of a call, for changing sums after the fact.
///
/// Sizes are checked by the caller.
struct ProductOperands<Places: ProductPlaces> {
  let places: Places
  let weights: UnsafePointer<UInt8>
  /// The product of a and w at `[w << 8 | a]`.
  let products: UnsafePointer<UInt16>
  /// Whether every product is that of its operands as whole numbers.
  let isExact: Bool
  /// Bits of a product register where products are in two's complement, entries with 2¹⁵ added.
  let signedBits: Int?
  let sums: UnsafeMutablePointer<UInt32>

  /// Changes a sum as if the product had been captured with the mask's bits inverted.
  func add(_ mask: UInt32, at place: ProductPlace) {
    let activation = places.activation(at: places.activationIndex(place))
    let entry = entry(activation, weights[places.weightIndex(place)])
    sums[places.sumIndex(place)] &+= (entry ^ extended(mask)) &- entry
  }

  /// The same for many products.
  func add(masks: UnsafePointer<UInt32>, count: Int, at found: FoundProducts) {
    if signedBits == nil {
      change(count, of: found) { index, entry in entry ^ masks[index] }
    } else {
      change(count, of: found) { index, entry in entry ^ extended(masks[index]) }
    }
  }

  /// Changes sums as if products had been captured with differences, but within their register:
  /// 0 … `most`, or the range of as many bits in two's complement.
  ///
  /// - Parameter differences: bit patterns of signed numbers.
  func add(
    differences: UnsafePointer<UInt32>, upTo most: Int32, count: Int, at found: FoundProducts
  ) {
    let lowest = signedBits == nil ? 0 : 1 << 15 - (most / 2 + 1)
    change(count, of: found) { index, entry in
      let captured = Int32(bitPattern: entry) &+ Int32(bitPattern: differences[index])
      return UInt32(bitPattern: min(max(captured, lowest), lowest &+ most))
    }
  }

  /// A mask of a product's entry: all bits above a register's sign are that sign.
  @inline(__always)
  private func extended(_ mask: UInt32) -> UInt32 {
    guard let signedBits else { return mask }
    let unused = 32 - signedBits
    return UInt32(bitPattern: Int32(bitPattern: mask &<< unused) &>> unused) & 0xFFFF
  }

  /// Changes sums as if products' entries had been others.
  ///
  /// - Parameter captured: of the product's index in `found`, and its entry.
  @inline(__always)
  private func change(
    _ count: Int, of found: FoundProducts, _ captured: (Int, UInt32) -> UInt32
  ) {
    let products = products
    if isExact {
      change(count, of: found, from: { exactEntry($0, $1) }, captured)
    } else {
      change(count, of: found, from: { readEntry($0, $1, in: products) }, captured)
    }
  }

  @inline(__always)
  private func change(
    _ count: Int, of found: FoundProducts, from entry: (UInt8, UInt8) -> UInt32,
    _ captured: (Int, UInt32) -> UInt32
  ) {
    // In registers: nothing that is stored could change them.
    let (places, weights, sums) = (places, weights, sums)
    for index in 0..<count {
      let activation = places.activation(at: Int(found.activations[index]))
      let entry = entry(activation, weights[Int(found.weights[index])])
      sums[Int(found.sums[index])] &+= captured(index, entry) &- entry
    }
  }

  private func entry(_ activation: UInt8, _ weight: UInt8) -> UInt32 {
    isExact ? exactEntry(activation, weight) : readEntry(activation, weight, in: products)
  }
}

/// An exact product costs less than to read it: the table is seldom near.
@inline(__always)
private func exactEntry(_ activation: UInt8, _ weight: UInt8) -> UInt32 {
  UInt32(activation) &* UInt32(weight)
}

@inline(__always)
private func readEntry(
  _ activation: UInt8, _ weight: UInt8, in products: UnsafePointer<UInt16>
) -> UInt32 {
  UInt32(products[Int(weight) &<< 8 | Int(activation)])
}
