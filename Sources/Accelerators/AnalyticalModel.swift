/// The counts of an array in closed form: equal to the register-level simulators on every shape, at no
/// cost, but without values (and so without register toggles).
public struct AnalyticalModel: Sendable {
  public let spec: AcceleratorSpec

  /// What was counted for convolutions on other arrays, if there are any.
  let tileWords: TileWordsStore?

  public init(spec: AcceleratorSpec) { self.init(spec: spec, tileWords: nil) }

  init(spec: AcceleratorSpec, tileWords: TileWordsStore?) {
    (self.spec, self.tileWords) = (spec, tileWords)
  }

  /// What the array itself counts for a matrix product, in convention `physical`.
  ///
  /// With V vectors that stream past O outputs along the columns (M and N, weight stationary; N and M,
  /// input stationary), T = ⌈V/bank⌉ tiles, F_K = ⌈K/rows⌉ and F_O = ⌈O/columns⌉ folds:
  /// cycles = F_K·F_O·(V + T·(2·rows + columns + 1 + P)), P pipeline registers. Output stationary:
  /// ⌈M/rows⌉·⌈N/columns⌉·(K + 2·rows + columns + P).
  public func arrayCounts(_ shape: MatrixShape) -> AccessCounts {
    switch spec.dataflow {
    case .weightStationary:
      stationaryCounts(
        shape, vectors: shape.m, outputs: shape.n, heldBits: spec.weightWidth,
        movingBits: spec.operandWidth, tile: spec.bankVectors)
    case .inputStationary:
      stationaryCounts(
        shape, vectors: shape.n, outputs: shape.m, heldBits: spec.operandWidth,
        movingBits: spec.weightWidth, tile: spec.bankVectors)
    case .outputStationary: outputCounts(shape)
    }
  }

  /// Of all elements: of operand, product and each register behind it, and of the partial sum where that
  /// moves.
  var validBits: Int { ElementRegisters.validBits(of: spec) * spec.processingElements }

  private func stationaryCounts(
    _ shape: MatrixShape, vectors: Int, outputs: Int, heldBits: Int, movingBits: Int, tile: Int
  ) -> AccessCounts {
    let products = shape.m * shape.k * shape.n
    let (rows, columns) = (spec.rows, spec.columns)
    let width = spec.accumulator.width
    let tiles = Self.ceiling(vectors, tile)
    let foldsK = Self.ceiling(shape.k, rows)
    let folds = Self.ceiling(outputs, columns)
    var counts = AccessCounts()
    counts.cycles =
      foldsK * folds * (vectors + tiles * (2 * rows + columns + 1 + spec.pipelineRegisters))
    counts.clockedCycles = counts.cycles
    counts.multiplications = products
    counts.accumulations = products
    counts.heldLoads = rows * outputs * foldsK * tiles
    counts.weightChanges = foldsK == 1 ? shape.k * outputs * tiles : counts.heldLoads
    counts.bankBitsWritten = width * shape.m * shape.n * foldsK
    // Read once for each fold but the first, and once by the output stage.
    counts.bankBitsRead = width * shape.m * shape.n * foldsK
    // What stays passes `rows` shadow registers of its column in each fold and one register of an
    // element; what moves the used columns; products are registered where they are formed, and in
    // as many registers behind; partial sums in every row on their way down and in the bank; three
    // valid bits an element and one a pipeline register every cycle.
    let loads = (rows + 1) * rows * outputs * foldsK * tiles
    counts.registerBitClocks =
      heldBits * loads
      + (movingBits + spec.productWidth * (1 + spec.pipelineRegisters)) * products
      + width * shape.m * shape.n * (rows + 1) * foldsK + validBits * counts.cycles
    let sums = shape.m * shape.n * rows * foldsK
    counts.gatedClocks = loads + (2 + spec.pipelineRegisters) * products + sums
    counts.gatedInverters =
      ClockTree.inverters(driving: heldBits) * loads
      + (ClockTree.inverters(driving: movingBits)
        + (1 + spec.pipelineRegisters) * ClockTree.inverters(driving: spec.productWidth)) * products
      + ClockTree.inverters(driving: width) * sums
    return counts
  }

  private func outputCounts(_ shape: MatrixShape) -> AccessCounts {
    let products = shape.m * shape.k * shape.n
    let (rows, columns) = (spec.rows, spec.columns)
    let width = spec.accumulator.width
    let foldsM = Self.ceiling(shape.m, rows)
    var counts = AccessCounts()
    counts.cycles =
      foldsM * Self.ceiling(shape.n, columns)
      * (shape.k + 2 * rows + columns + spec.pipelineRegisters)
    counts.clockedCycles = counts.cycles
    counts.multiplications = products
    counts.accumulations = products
    counts.bankBitsWritten = width * shape.m * shape.n
    counts.bankBitsRead = width * shape.m * shape.n
    // Both operands, product with the registers behind it, and sum once a product; all sums of the
    // used columns in each of the `rows` cycles of a drain, and the bank; two valid bits an element
    // every cycle.
    let drains = rows * rows * shape.n * foldsM
    counts.registerBitClocks =
      (spec.productWidth * (2 + spec.pipelineRegisters) + width) * products + width * drains
      + width * shape.m * shape.n + validBits * counts.cycles
    counts.gatedClocks = (3 + spec.pipelineRegisters) * products + drains
    counts.gatedInverters =
      (ClockTree.inverters(driving: spec.operandWidth + spec.weightWidth)
        + (1 + spec.pipelineRegisters) * ClockTree.inverters(driving: spec.productWidth)) * products
      + ClockTree.inverters(driving: width) * (products + drains)
    return counts
  }

  static func ceiling(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }

  /// The greatest common divisor.
  static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
