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
  private let signs: MagnitudeSigns?

  init(
    source: VectorSource, steps: Int, outputs: Int, weights: UnsafePointer<UInt8>,
    products: UnsafePointer<UInt16>, signs: MagnitudeSigns?, sums: UnsafeMutablePointer<UInt32>
  ) {
    self.signs = signs
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
      sums[place.vector &* outputs &+ place.output] &+= change(
        mask, activations[place.vector &* steps &+ place.step],
        weights[place.step &* outputs &+ place.output])
    case .patches(let patches):
      addToMap(mask, place, patches)
    }
  }

  @inline(never)
  private func addToMap(_ mask: UInt32, _ place: Place, _ patches: ConvolutionPatches) {
    let shape = patches.shape
    let group = place.output / shape.filtersPerGroup
    let change = change(
      mask, patches.activation(vector: place.vector, step: place.step, group: group),
      convolutionWeight(place, patches))
    let (image, position) = place.vector.quotientAndRemainder(dividingBy: shape.positionCount)
    sums[image * shape.outputCount + place.output * shape.positionCount + position] &+=
      change
  }

  /// Each group has a matrix of its own.
  private func convolutionWeight(_ place: Place, _ patches: ConvolutionPatches) -> UInt8 {
    let (group, filter) = place.output.quotientAndRemainder(
      dividingBy: patches.shape.filtersPerGroup)
    return weights[(group * steps + place.step) * patches.shape.filtersPerGroup + filter]
  }

  /// What inverted bits change a product by: of the word, or of the magnitude of signed ones.
  @inline(__always)
  private func change(_ mask: UInt32, _ activation: UInt8, _ weight: UInt8) -> UInt32 {
    let entry = UInt32(products[Int(weight) &<< 8 | Int(activation)])
    guard let signs else { return (entry ^ mask) &- entry }
    let isNegative =
      (activation & signs.activation == 0) != (weight & signs.weight == 0)
    let magnitude = isNegative ? signs.zero &- entry : entry &- signs.zero
    let change = (magnitude ^ mask) &- magnitude
    return isNegative ? 0 &- change : change
  }
}
