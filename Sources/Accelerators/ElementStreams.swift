/// The operand streams of the processing elements of a weight-stationary array, weight by weight.
///
/// Element (r, c) of a fold holds weight (k, n) while the fold's vectors pass; before the first its
/// activation register still has what the last fold that used the element left there, 0 at the start
/// of a layer. A new weight comes at least a cycle before the first activation, but for element
/// (0, 0), where both come at once: there too the stream begins from the settled product of the new
/// weight and the old activation.
public struct ElementStreams: Sendable {
  public let rows: Int
  public let columns: Int
  public let bankVectors: Int
  public let shape: MatrixShape

  public init(spec: AcceleratorSpec, shape: MatrixShape) {
    rows = spec.rows
    columns = spec.columns
    bankVectors = spec.bankVectors
    self.shape = shape
  }

  /// One weight in its element, over all vectors.
  public struct Stream: Sendable {
    /// Row · columns + column.
    public let element: Int
    public let k: Int
    public let n: Int
    /// For each vector the activation that the element's register held before it.
    public let previous: [UInt8]
    public let current: [UInt8]
  }

  /// Calls a body for each weight.
  ///
  /// - Parameter activations: M × K, row-major.
  public func forEach(activations: [UInt8], _ body: (Stream) -> Void) {
    let starts = starts(activations)
    let tiles = (shape.m + bankVectors - 1) / bankVectors
    for k in 0..<shape.k {
      let current = (0..<shape.m).map { activations[$0 * shape.k + k] }
      var previous = [0] + current.dropLast()
      for n in 0..<shape.n {
        for tile in 0..<tiles {
          previous[tile * bankVectors] = starts[(k * shape.n + n) * tiles + tile]
        }
        body(
          Stream(
            element: (k % rows) * columns + n % columns, k: k, n: n, previous: previous,
            current: current))
      }
    }
  }

  /// What the element of each weight holds before the first vector of each tile, in the array's order
  /// of folds.
  private func starts(_ activations: [UInt8]) -> [UInt8] {
    precondition(activations.count == shape.m * shape.k, "activations are not M × K")
    let tiles = (shape.m + bankVectors - 1) / bankVectors
    var starts = [UInt8](repeating: 0, count: shape.k * shape.n * tiles)
    var registers = [UInt8](repeating: 0, count: rows * columns)
    for tile in 0..<tiles {
      let lastVector = min(shape.m, (tile + 1) * bankVectors) - 1
      for firstColumn in stride(from: 0, to: shape.n, by: columns) {
        for firstRow in stride(from: 0, to: shape.k, by: rows) {
          for k in firstRow..<min(shape.k, firstRow + rows) {
            let last = activations[lastVector * shape.k + k]
            for n in firstColumn..<min(shape.n, firstColumn + columns) {
              let element = (k - firstRow) * columns + n - firstColumn
              starts[(k * shape.n + n) * tiles + tile] = registers[element]
              registers[element] = last
            }
          }
        }
      }
    }
    return starts
  }
}
