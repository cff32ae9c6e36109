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
  let signs: MagnitudeSigns?
  let sums: UnsafeMutablePointer<UInt32>

  @inline(__always)
  func weight(_ place: ProductPlace) -> UInt8 { weights[places.weightIndex(place)] }

  /// Changes a sum as if the product had been captured with the mask's bits inverted.
  @inline(__always)
  func add(_ mask: UInt32, at place: ProductPlace) {
    sums[places.sumIndex(place)] &+= change(mask, places.activation(place), weight(place))
  }

  /// What inverted bits change a product by: of the word, or of the magnitude of signed ones.
  @inline(__always)
  private func change(_ mask: UInt32, _ activation: UInt8, _ weight: UInt8) -> UInt32 {
    // An exact product costs less than to read it: the table is seldom near.
    let entry =
      isExact
      ? UInt32(activation) &* UInt32(weight)
      : UInt32(products[Int(weight) &<< 8 | Int(activation)])
    guard let signs else { return (entry ^ mask) &- entry }
    let isNegative =
      (activation & signs.activation == 0) != (weight & signs.weight == 0)
    let magnitude = isNegative ? signs.zero &- entry : entry &- signs.zero
    let change = (magnitude ^ mask) &- magnitude
    return isNegative ? 0 &- change : change
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
