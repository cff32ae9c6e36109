#if arch(x86_64)
  import CTableKernels
#endif

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
  /// - Precondition: an image has at most 2³⁰ output positions.
  init(_ shape: ConvolutionShape, activations: UnsafePointer<UInt8>, padding: UInt8) {
    precondition(shape.positionCount <= 1 << 30, "too many output positions")
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
  func activation(at index: Int) -> UInt8 { index < 0 ? padding : activations[index] }

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
  func activationIndex(_ place: ProductPlace) -> Int {
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
      return -1
    }
    let plane = byFilter(place.output).quotient &* channelsPerGroup &+ channel
    return image &* inputCount &+ (plane &* shape.input.rows &+ row) &* shape.input.columns
      &+ column
  }

  #if arch(x86_64)
    func find(
      _ operations: UnsafePointer<Int32>, count: Int, of stretch: OperationStretch,
      isWide: Bool, into found: FoundProducts
    ) {
      let (image, position) = stretch.firstVector.quotientAndRemainder(dividingBy: positionCount)
      var places = AXConvolutionPlaces(
        split: stretch.forKernels, byPosition: byPosition.forKernels,
        byColumn: byColumn.forKernels, byKernelColumn: byKernelColumn.forKernels,
        byKernelRow: byKernelRow.forKernels, byFilter: byFilter.forKernels,
        firstActivation: Int64(image * inputCount), firstSum: Int64(image * outputCount),
        firstPosition: UInt32(position), steps: UInt32(steps),
        channelsPerGroup: UInt32(channelsPerGroup), inputCount: UInt32(inputCount),
        outputCount: UInt32(outputCount), strideRows: UInt32(shape.stride.rows),
        strideColumns: UInt32(shape.stride.columns), dilationRows: UInt32(shape.dilation.rows),
        dilationColumns: UInt32(shape.dilation.columns), paddingTop: UInt32(shape.padding.top),
        paddingLeft: UInt32(shape.padding.left), inputRows: UInt32(shape.input.rows),
        inputColumns: UInt32(shape.input.columns))
      if isWide {
        ax_find_convolution_avx512(&places, operations, Int64(count), found.forKernels)
      } else {
        ax_find_convolution_avx2(&places, operations, Int64(count), found.forKernels)
      }
    }
  #endif
}
