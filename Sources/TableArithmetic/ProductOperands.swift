/// Where each single product of a call has its operands and its sum.
protocol ProductPlaces {
  func activation(_ place: ProductPlace) -> UInt8
  /// Among the call's weights.
  func weightIndex(_ place: ProductPlace) -> Int
  /// Among the call's sums.
  func sumIndex(_ place: ProductPlace) -> Int
}

/// Among the products of a call: that of one input vector, step and output.
struct ProductPlace {
  let vector: Int
  let step: Int
  let output: Int
}

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
  @inline(__always)
  func add(_ mask: UInt32, at place: ProductPlace) {
    guard let signedBits else { return change(place) { $0 ^ mask } }
    // All bits above a register's sign are that sign.
    let unused = 32 - signedBits
    let extended = UInt32(bitPattern: Int32(bitPattern: mask &<< unused) &>> unused) & 0xFFFF
    change(place) { $0 ^ extended }
  }

  /// Changes a sum as if the product had been captured with a difference, but within its register: 0 …
  /// `most`, or the range of as many bits in two's complement.
  @inline(__always)
  func add(difference: Int32, upTo most: Int32, at place: ProductPlace) {
    let lowest = signedBits == nil ? 0 : 1 << 15 - (most / 2 + 1)
    change(place) {
      UInt32(bitPattern: min(max(Int32(bitPattern: $0) &+ difference, lowest), lowest &+ most))
    }
  }

  /// Changes a sum as if the product's entry had been another.
  @inline(__always)
  private func change(_ place: ProductPlace, _ captured: (UInt32) -> UInt32) {
    let (activation, weight) = (places.activation(place), weights[places.weightIndex(place)])
    // An exact product costs less than to read it: the table is seldom near.
    let entry =
      isExact
      ? UInt32(activation) &* UInt32(weight)
      : UInt32(products[Int(weight) &<< 8 | Int(activation)])
    sums[places.sumIndex(place)] &+= captured(entry) &- entry
  }
}

/// Those of a product of matrices, all row-major.
struct MatrixPlaces: ProductPlaces {
  let activations: UnsafePointer<UInt8>
  let steps: Int
  let outputs: Int

  @inline(__always)
  func activation(_ place: ProductPlace) -> UInt8 {
    activations[place.vector &* steps &+ place.step]
  }

  @inline(__always)
  func weightIndex(_ place: ProductPlace) -> Int { place.step &* outputs &+ place.output }

  @inline(__always)
  func sumIndex(_ place: ProductPlace) -> Int { place.vector &* outputs &+ place.output }
}
