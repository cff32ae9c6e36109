import ErrorTables

/// Register-level simulation of an input-stationary array: activations stay, weights stream.
///
/// The machine of `WeightStationaryArray` with the operands' roles exchanged: K along the rows, M along
/// the columns; the columns of the weight matrix are the vectors that stream, in tiles of N that the
/// bank holds. Folds along K are innermost, then those along M, then tiles. The multiplier's first
/// operand is the activation all the same:
///
/// ```
/// partialSum       <= partialSum of the element above + product
/// product          <= activation × weight
/// weight           <= weight of the element to the left
/// shadowActivation <= shadowActivation of the element above (load only)
/// ```
///
/// Convention `physical`: N + 2·rows + columns + P + 1 cycles a fold with P pipeline registers, partial
/// folds included.
public struct InputStationaryArray: Sendable {
  public let spec: AcceleratorSpec
  private let engine: StationaryEngine

  /// - Precondition: a capture for the spec's words; one die for each element.
  public init(spec: AcceleratorSpec, capture: ArrayCapture) {
    self.init(spec: spec, capture: capture, instructions: .best)
  }

  init(spec: AcceleratorSpec, capture: ArrayCapture, instructions: ArrayInstructions) {
    self.spec = spec
    engine = StationaryEngine(
      spec: spec, capture: capture, heldIsWeight: false, instructions: instructions)
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

  func step<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape, memory: SteppedMemory?,
    parts: ProductParts?, observer: ArrayObserver?
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    precondition(activations.count == shape.m * shape.k && weights.count == shape.k * shape.n)
    var sums = [Word.Sum](repeating: 0, count: shape.m * shape.n)
    let (counts, stalls) = engine.run(
      StationaryEngine.Operands(
        held: activations, heldRow: 1, heldColumn: shape.k, moving: weights, movingVector: 1,
        movingRow: shape.n, vectors: shape.n, depth: shape.k, outputs: shape.m),
      heldBits: spec.operandWidth, movingBits: spec.weightWidth, memory: memory,
      parts: parts, observer: observer
    ) { sums[$1 * shape.n + $0] = $2 }
    return (sums, counts, stalls)
  }
}
