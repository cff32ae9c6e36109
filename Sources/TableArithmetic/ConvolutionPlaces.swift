/// Those of a convolution, found without a division: what `ConvolutionShape.activationIndex` says in
/// plain ones.
///
/// Each group has a matrix of weights of its own.
struct ConvolutionPlaces: ProductPlaces {
  private let shape: ConvolutionShape
  private let activations: UnsafePointer<UInt8>
  private let padding: UInt8
  private let steps: Int
  private let channelsPerGroup: Int
  private let filtersPerGroup: Int
  private let positionCount: Int
  private let inputCount: Int
  private let outputCount: Int
  private let byPosition: ReciprocalDivision
  private let byColumn: ReciprocalDivision
  private let byKernelColumn: ReciprocalDivision
  private let byKernelRow: ReciprocalDivision
  private let byFilter: ReciprocalDivision

  /// - Parameter padding: the activation outside the image: the zero point.
  init(_ shape: ConvolutionShape, activations: UnsafePointer<UInt8>, padding: UInt8) {
    self.shape = shape
    self.activations = activations
    self.padding = padding
    steps = shape.patchCount
    channelsPerGroup = shape.channelsPerGroup
    filtersPerGroup = shape.filtersPerGroup
    positionCount = shape.positionCount
    inputCount = shape.inputCount
    outputCount = shape.outputCount
    byPosition = ReciprocalDivision(by: positionCount)
    byColumn = ReciprocalDivision(by: shape.output.columns)
    byKernelColumn = ReciprocalDivision(by: shape.kernel.columns)
    byKernelRow = ReciprocalDivision(by: shape.kernel.rows)
    byFilter = ReciprocalDivision(by: filtersPerGroup)
  }

  @inline(__always)
  func weightIndex(_ place: ProductPlace) -> Int {
    let (group, filter) = byFilter(place.output)
    return (group &* steps &+ place.step) &* filtersPerGroup &+ filter
  }

  @inline(__always)
  func sumIndex(_ place: ProductPlace) -> Int {
    let (image, position) = byPosition(place.vector)
    return image &* outputCount &+ place.output &* positionCount &+ position
  }

  @inline(__always)
  func activation(_ place: ProductPlace) -> UInt8 {
    let (image, position) = byPosition(place.vector)
    let (line, kernelColumn) = byKernelColumn(place.step)
    let (channel, kernelRow) = byKernelRow(line)
    let (outputRow, outputColumn) = byColumn(position)
    let row =
      outputRow &* shape.stride.rows &+ kernelRow &* shape.dilation.rows &- shape.padding.top
    let column =
      outputColumn &* shape.stride.columns &+ kernelColumn &* shape.dilation.columns
      &- shape.padding.left
    guard row >= 0, row < shape.input.rows, column >= 0, column < shape.input.columns else {
      return padding
    }
    let plane = byFilter(place.output).quotient &* channelsPerGroup &+ channel
    return activations[
      image &* inputCount &+ (plane &* shape.input.rows &+ row) &* shape.input.columns &+ column]
  }
}
