import ErrorTables
import TableArithmetic

/// Register-level simulation of a weight-stationary array: every register, every cycle, every bit.
///
/// A K×N weight matrix is cut into folds of `rows`×`columns`; M vectors are cut into tiles that the
/// accumulator bank holds. For each tile and fold (folds along K innermost):
/// - `rows` cycles shift the fold's weights down from the top, one row a cycle;
/// - vectors enter from the left, row r one cycle after row r − 1, and move right one column a cycle;
/// - partial sums enter at the top, from the bank (zero in the first fold along K), move down one row a
///   cycle, and are written back to the bank one cycle after they leave the bottom row.
///
/// A processing element has five registers: shadow weight, weight, activation, product and partial sum.
/// Weights shift through the shadow registers and are taken over all at once in the first cycle of the
/// stream, so that the multiplier sees one change. It multiplies in one cycle and adds in the next:
///
/// ```
/// partialSum   <= partialSum of the element above + product
/// product      <= activation × weight
/// activation   <= activation of the element to the left
/// shadowWeight <= shadowWeight of the element above (load only)
/// ```
///
/// Registers are clock-gated by valid bits, which are clocked always: only elements in use are clocked.
/// With P pipeline registers behind the product register all that follows comes P cycles later.
/// Convention `physical`: M + 2·rows + columns + P + 1 cycles a fold, partial folds included; see
/// Models.md. `StationaryEngine` cuts folds, and `CArrayKernels/stationary.inc` steps the registers, as
/// it does those of `InputStationaryArray`.
public struct WeightStationaryArray: Sendable {
  public typealias Capture = ArrayCapture

  public let spec: AcceleratorSpec
  private let engine: StationaryEngine

  /// What the product registers take.
  public var capture: Capture { engine.capture }

  public init(spec: AcceleratorSpec, products: ProductTable) {
    precondition(
      products.widthA == spec.operandWidth && products.widthB == spec.weightWidth,
      "the multiplier's width is not the array's")
    self.init(spec: spec, capture: .settled(products))
  }

  /// - Precondition: one die for each element of the array.
  public init(spec: AcceleratorSpec, elements: ElementTables) {
    self.init(spec: spec, capture: .transition(elements))
  }

  /// - Precondition: a capture for the spec's words; one die for each element.
  public init(spec: AcceleratorSpec, capture: Capture) {
    self.init(spec: spec, capture: capture, instructions: .best)
  }

  init(spec: AcceleratorSpec, capture: Capture, instructions: ArrayInstructions) {
    self.spec = spec
    engine = StationaryEngine(
      spec: spec, capture: capture, heldIsWeight: true, instructions: instructions)
  }

  /// Multiplies M×K activations by K×N weights, both row-major words.
  ///
  /// - Precondition: bytes where operands have at most 8 bits, else words of 16.
  /// - Returns: the M×N accumulator values, row-major, and what it took (cycles, multiplications,
  ///   accumulations, bank and register counts; buffers and DRAM belong to the layer's schedule).
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
        held: weights, heldRow: shape.n, heldColumn: 1, moving: activations,
        movingVector: shape.k, movingRow: 1, vectors: shape.m, depth: shape.k, outputs: shape.n),
      heldBits: spec.weightWidth, movingBits: spec.operandWidth, memory: memory,
      parts: parts, observer: observer
    ) { sums[$0 * shape.n + $1] = $2 }
    return (sums, counts, stalls)
  }
}
