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

  /// Changes a sum as if the product had been captured with the mask's bits inverted.
  @inline(__always)
  func add(_ mask: UInt32, at place: ProductPlace) {
    change(place) { $0 ^ mask }
  }

  /// Changes a sum as if the product had been captured with a difference, but within its register:
  /// 0 … `most`.
  @inline(__always)
  func add(difference: Int32, upTo most: Int32, at place: ProductPlace) {
    change(place) { UInt32(bitPattern: min(max(Int32(bitPattern: $0) &+ difference, 0), most)) }
  }

  /// Changes a sum as if the product's word, or the magnitude of a signed one, had been another.
  @inline(__always)
  private func change(_ place: ProductPlace, _ captured: (UInt32) -> UInt32) {
    let (activation, weight) = (places.activation(place), weights[places.weightIndex(place)])
    // An exact product costs less than to read it: the table is seldom near.
    let entry =
      isExact
      ? UInt32(activation) &* UInt32(weight)
      : UInt32(products[Int(weight) &<< 8 | Int(activation)])
    let sum = places.sumIndex(place)
    guard let signs else {
      sums[sum] &+= captured(entry) &- entry
      return
    }
    let isNegative =
      (activation & signs.activation == 0) != (weight & signs.weight == 0)
    let magnitude = isNegative ? signs.zero &- entry : entry &- signs.zero
    let change = captured(magnitude) &- magnitude
    sums[sum] &+= isNegative ? 0 &- change : change
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
