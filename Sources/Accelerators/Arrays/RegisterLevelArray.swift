/// The register-level array of a spec's dataflow: for whoever does not care which one it is.
public struct RegisterLevelArray: Sendable {
  private enum Machine: Sendable {
    case weightStationary(WeightStationaryArray)
    case inputStationary(InputStationaryArray)
    case outputStationary(OutputStationaryArray)
  }

  private let spec: AcceleratorSpec
  private let machine: Machine

  /// - Precondition: as for the dataflow's own array.
  public init(spec: AcceleratorSpec, capture: ArrayCapture) {
    self.init(spec: spec, capture: capture, instructions: .best)
  }

  init(spec: AcceleratorSpec, capture: ArrayCapture, instructions: ArrayInstructions) {
    self.spec = spec
    machine =
      switch spec.dataflow {
      case .weightStationary:
        .weightStationary(
          WeightStationaryArray(spec: spec, capture: capture, instructions: instructions))
      case .inputStationary:
        .inputStationary(
          InputStationaryArray(spec: spec, capture: capture, instructions: instructions))
      case .outputStationary:
        .outputStationary(
          OutputStationaryArray(spec: spec, capture: capture, instructions: instructions))
      }
  }

  /// Multiplies M×K activations by K×N weights, both row-major words.
  ///
  /// - Precondition: bytes where operands have at most 8 bits, else words of 16.
  /// - Returns: the M×N accumulator values, row-major, and what it took.
  public func multiply<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape
  ) -> (sums: [Word.Sum], counts: AccessCounts) {
    let (sums, counts, _) = step(
      activations: activations, weights: weights, shape: shape, memory: nil, parts: nil,
      observer: nil)
    return (sums, counts)
  }

  /// The same, which stands still for DRAM and for buffers' banks where the spec limits these.
  ///
  /// - Parameter convolution: whose patches the activations are; nil: each comes from DRAM by itself.
  /// - Precondition: buffers that hold a fold, as `AnalyticalModel.estimate` checks.
  public func multiplyWaiting<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape,
    convolution: ConvolutionGeometry? = nil
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    multiplyWaiting(
      activations: activations, weights: weights, shape: shape, convolution: convolution,
      observer: nil)
  }

  func multiplyWaiting<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape,
    convolution: ConvolutionGeometry?, observer: ArrayObserver?
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    let memory =
      spec.hasLimitedMemory ? SteppedMemory(spec, shape, convolution: convolution) : nil
    return step(
      activations: activations, weights: weights, shape: shape, memory: memory, parts: nil,
      observer: observer)
  }

  /// The next rows of a product that is given in parts.
  ///
  /// - Returns: stalls with the last part, of all of them.
  /// - Precondition: parts of whole folds, in the order in which the whole has them.
  func multiplyWaiting<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape, of parts: ProductParts
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    parts.begin(rows: shape.m)
    return step(
      activations: activations, weights: weights, shape: shape, memory: nil, parts: parts,
      observer: nil)
  }

  private func step<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape, memory: SteppedMemory?,
    parts: ProductParts?, observer: ArrayObserver?
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    switch machine {
    case .weightStationary(let array):
      array.step(
        activations: activations, weights: weights, shape: shape, memory: memory,
        parts: parts, observer: observer)
    case .inputStationary(let array):
      array.step(
        activations: activations, weights: weights, shape: shape, memory: memory,
        parts: parts, observer: observer)
    case .outputStationary(let array):
      array.step(
        activations: activations, weights: weights, shape: shape, memory: memory,
        parts: parts, observer: observer)
    }
  }
}
