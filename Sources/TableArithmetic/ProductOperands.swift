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
    let extended = extended(mask)
    change(
      activation: places.activationIndex(place), weight: places.weightIndex(place),
      sum: places.sumIndex(place)
    ) { $0 ^ extended }
  }

  /// The same for many products.
  func add(masks: UnsafePointer<UInt32>, count: Int, at found: FoundProducts) {
    for index in 0..<count {
      let extended = extended(masks[index])
      change(index, of: found) { $0 ^ extended }
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
    for index in 0..<count {
      let difference = Int32(bitPattern: differences[index])
      change(index, of: found) {
        UInt32(bitPattern: min(max(Int32(bitPattern: $0) &+ difference, lowest), lowest &+ most))
      }
    }
  }

  /// A mask of a product's entry: all bits above a register's sign are that sign.
  @inline(__always)
  private func extended(_ mask: UInt32) -> UInt32 {
    let unused = 32 - (signedBits ?? 32)
    return UInt32(bitPattern: Int32(bitPattern: mask &<< unused) &>> unused) & 0xFFFF
  }

  @inline(__always)
  private func change(_ index: Int, of found: FoundProducts, _ captured: (UInt32) -> UInt32) {
    change(
      activation: Int(found.activations[index]), weight: Int(found.weights[index]),
      sum: Int(found.sums[index]), captured)
  }

  /// Changes a sum as if the product's entry had been another.
  @inline(__always)
  private func change(
    activation: Int, weight: Int, sum: Int, _ captured: (UInt32) -> UInt32
  ) {
    let activation = activation < 0 ? places.padding : places.activations[activation]
    let weight = weights[weight]
    // An exact product costs less than to read it: the table is seldom near.
    let entry =
      isExact
      ? UInt32(activation) &* UInt32(weight)
      : UInt32(products[Int(weight) &<< 8 | Int(activation)])
    sums[sum] &+= captured(entry) &- entry
  }
}
