/// The counts of a weight-stationary array in closed form: equal to `WeightStationaryArray` on every
/// shape, at no cost, but without values (and so without register toggles).
public struct AnalyticalModel: Sendable {
  public let spec: AcceleratorSpec

  public init(spec: AcceleratorSpec) { self.spec = spec }

  /// What the array itself counts for a matrix product.
  ///
  /// With T = ⌈M/bank⌉ tiles, F_K = ⌈K/rows⌉ and F_N = ⌈N/columns⌉ folds:
  /// cycles = F_K·F_N·(M + T·(2·rows + columns + 1)).
  public func arrayCounts(_ shape: MatrixShape) -> AccessCounts {
    let (m, k, n) = (shape.m, shape.k, shape.n)
    let (rows, columns) = (spec.rows, spec.columns)
    let width = spec.accumulator.width
    let tiles = Self.ceiling(m, spec.bankVectors)
    let foldsK = Self.ceiling(k, rows)
    let foldsN = Self.ceiling(n, columns)
    var counts = AccessCounts()
    counts.cycles = foldsK * foldsN * (m + tiles * (2 * rows + columns + 1))
    counts.multiplications = m * k * n
    counts.accumulations = m * k * n
    counts.weightChanges = rows * n * foldsK * tiles
    counts.bankBitsWritten = width * m * n * foldsK
    // Read once for each fold but the first, and once by the output stage.
    counts.bankBitsRead = width * m * n * foldsK
    // Weights pass `rows` shadow registers of their column in each fold and one weight register;
    // activations the used columns; products are registered where they are formed; partial sums in
    // every row on their way down and in the bank; three valid bits an element in every cycle.
    counts.registerBitClocks =
      8 * (rows + 1) * rows * n * foldsK * tiles + 8 * m * k * n + 16 * m * k * n
      + width * m * n * (rows + 1) * foldsK + 3 * rows * columns * counts.cycles
    return counts
  }

  /// What a layer of a network counts: the array, its buffers, and the output stage.
  ///
  /// The weights of a fold are read once a tile; the activations of a tile once for each fold along N.
  /// - Parameters:
  ///   - isFirst: its activations come from DRAM and are written to the buffer first.
  ///   - isLast: its outputs go to DRAM as 32-bit words; others are written to the activation buffer.
  public func layerCounts(_ shape: MatrixShape, isFirst: Bool, isLast: Bool) -> AccessCounts {
    var counts = arrayCounts(shape)
    addSurroundings(to: &counts, shape, isFirst: isFirst, isLast: isLast)
    return counts
  }

  /// Adds what a layer does outside the array: buffers, zero points, output stage, DRAM.
  func addSurroundings(
    to counts: inout AccessCounts, _ shape: MatrixShape, isFirst: Bool, isLast: Bool
  ) {
    let (m, k, n) = (shape.m, shape.k, shape.n)
    let bits = spec.operandWidth
    counts.weightBitsRead += bits * k * n * Self.ceiling(m, spec.bankVectors)
    counts.activationBitsRead += bits * m * k * Self.ceiling(n, spec.columns)
    counts.zeroPointAdditions += m * k
    counts.corrections += m * n
    if isFirst {
      counts.activationBitsWritten += bits * m * k
      counts.dramBits += bits * m * k
    }
    if isLast {
      counts.dramBits += 32 * m * n
    } else {
      counts.activationBitsWritten += bits * m * n
      counts.requantizations += m * n
    }
  }

  static func ceiling(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
}
