/// The operands and the sum of each single product of a call, for changing sums after the fact.
///
/// Sizes are checked by the caller.
struct ProductOperands {
  /// Among the products of a call: that of one input vector, step and output.
  struct Place {
    let vector: Int
    let step: Int
    let output: Int
  }

  private let source: VectorSource
  private let weights: UnsafePointer<UInt8>
  private let products: UnsafePointer<UInt16>
  private let sums: UnsafeMutablePointer<UInt32>
  /// Steps of each sum, and outputs of each vector: for a convolution those of all groups.
  private let steps: Int
  private let outputs: Int

  init(
    source: VectorSource, steps: Int, outputs: Int, weights: UnsafePointer<UInt8>,
    products: UnsafePointer<UInt16>, sums: UnsafeMutablePointer<UInt32>
  ) {
    self.source = source
    self.steps = steps
    self.outputs = outputs
    self.weights = weights
    self.products = products
    self.sums = sums
  }

  @inline(__always)
  func weight(_ place: Place) -> UInt8 {
    switch source {
    case .matrix: weights[place.step &* outputs &+ place.output]
    case .patches(let patches): convolutionWeight(place, patches)
    }
  }

  /// Changes a sum as if the product had been captured with the mask's bits inverted.
  @inline(__always)
  func add(_ mask: UInt32, at place: Place) {
    switch source {
    case .matrix(let activations, _):
      let product = product(
        activations[place.vector &* steps &+ place.step],
        weights[place.step &* outputs &+ place.output])
      sums[place.vector &* outputs &+ place.output] &+= (product ^ mask) &- product
    case .patches(let patches):
      addToMap(mask, place, patches)
    }
  }

  @inline(never)
  private func addToMap(_ mask: UInt32, _ place: Place, _ patches: ConvolutionPatches) {
    let shape = patches.shape
    let group = place.output / shape.filtersPerGroup
    let product = product(
      patches.activation(vector: place.vector, step: place.step, group: group),
      convolutionWeight(place, patches))
    let (image, position) = place.vector.quotientAndRemainder(dividingBy: shape.positionCount)
    sums[image * shape.outputCount + place.output * shape.positionCount + position] &+=
      (product ^ mask) &- product
  }

  /// Each group has a matrix of its own.
  private func convolutionWeight(_ place: Place, _ patches: ConvolutionPatches) -> UInt8 {
    let (group, filter) = place.output.quotientAndRemainder(
      dividingBy: patches.shape.filtersPerGroup)
    return weights[(group * steps + place.step) * patches.shape.filtersPerGroup + filter]
  }

  @inline(__always)
  private func product(_ activation: UInt8, _ weight: UInt8) -> UInt32 {
    UInt32(products[Int(weight) &<< 8 | Int(activation)])
  }
}
