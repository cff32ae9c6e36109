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
  public struct Stream {
    /// Row · columns + column.
    public let element: Int
    public let k: Int
    public let n: Int
    /// For each vector the activation that the element's register held before it; both only while the
    /// body runs.
    public let previous: UnsafeBufferPointer<UInt8>
    public let current: UnsafeBufferPointer<UInt8>
  }

  /// Where the weight at a place of K × N, row-major, stands while its vectors pass: row · columns +
  /// column.
  public func element(ofPlace place: Int) -> Int {
    let (k, n) = place.quotientAndRemainder(dividingBy: shape.n)
    return (k % rows) * columns + n % columns
  }

  /// Calls a body for some weights.
  ///
  /// - Parameters:
  ///   - places: of these weights in K × N, row-major, in the order of the calls.
  ///   - activations: M × K, row-major.
  public func forEach(_ places: [Int], activations: [UInt8], _ body: (Stream) -> Void) {
    if places.isEmpty { return }
    let (m, tiles) = (shape.m, (shape.m + bankVectors - 1) / bankVectors)
    let starts = starts(activations)
    let columns = transposed(activations)
    var previous = [UInt8](repeating: 0, count: m)
    columns.withUnsafeBufferPointer { columns in
      previous.withUnsafeMutableBufferPointer { previous in
        for place in places {
          let (k, n) = place.quotientAndRemainder(dividingBy: shape.n)
          let current = UnsafeBufferPointer(rebasing: columns[k * m..<(k + 1) * m])
          for vector in 1..<max(1, m) { previous[vector] = current[vector - 1] }
          for tile in 0..<tiles { previous[tile * bankVectors] = starts[place * tiles + tile] }
          body(
            Stream(
              element: element(ofPlace: place), k: k, n: n,
              previous: UnsafeBufferPointer(previous), current: current))
        }
      }
    }
  }

  /// K × M, of M × K.
  private func transposed(_ activations: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: activations.count) { result, initialized in
      activations.withUnsafeBufferPointer { activations in
        // Bytes of a few lines at a time: rows of a whole layer do not stay near.
        for first in stride(from: 0, to: shape.m, by: 64) {
          for k in 0..<shape.k {
            for vector in first..<min(shape.m, first + 64) {
              result[k * shape.m + vector] = activations[vector * shape.k + k]
            }
          }
        }
      }
      initialized = activations.count
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
