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

  /// One weight in its element, over vectors in ascending order, which live while the body runs.
  public struct Stream {
    /// Streams of a run that have the same number are alike but for element and weight.
    public let number: Int
    /// Row · columns + column.
    public let element: Int
    public let k: Int
    public let n: Int
    public let vectors: UnsafeBufferPointer<Int32>
    /// For each of these vectors the activation that the element's register held before it.
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
  ///   - places: of these weights in K × N, row-major, ascending: the order of the calls.
  ///   - activations: M × K, row-major.
  ///   - leavesRepeats: leaves out vectors whose activation is that of the vector before, so that no
  ///     input of a multiplier changes: half and more of those behind a rectifier, or of a dark image.
  public func forEach(
    _ places: [Int], activations: [UInt8], leavesRepeats: Bool, _ body: (Stream) -> Void
  ) {
    precondition(activations.count == shape.m * shape.k, "activations are not M × K")
    var row = Row(capacity: shape.m)
    let lasts = lastActivations(activations)
    // Some rows of K × M at a time: as many as a line of memory holds, fewer of many vectors.
    let together = max(16, min(64, (1 << 22) / max(1, shape.m)))
    var columns: (first: Int, words: [UInt8]) = (-together, [])
    for place in places {
      let (k, n) = place.quotientAndRemainder(dividingBy: shape.n)
      if k >= columns.first + together {
        let first = k / together * together
        columns = (first, transposed(activations, first..<min(shape.k, first + together)))
      }
      if row.k != k {
        let first = (k - columns.first) * shape.m
        row.fill(
          k, columns.words[first..<first + shape.m], tile: bankVectors,
          leavesRepeats: leavesRepeats)
      }
      row.start(from: left(k, n)) { lasts[$1 * tileCount + $0] }
      row.withStream(element: element(ofPlace: place), n: n, body)
    }
  }

  private var tileCount: Int { (shape.m + bankVectors - 1) / bankVectors }

  /// Of each row of K × M the activations of the tiles' last vectors.
  private func lastActivations(_ activations: [UInt8]) -> [UInt8] {
    var lasts = [UInt8](repeating: 0, count: shape.k * tileCount)
    for tile in 0..<tileCount {
      let vector = min(shape.m, (tile + 1) * bankVectors) - 1
      for k in 0..<shape.k { lasts[k * tileCount + tile] = activations[vector * shape.k + k] }
    }
    return lasts
  }

  /// Which row's activation an element of a weight holds before the first vector of a tile, in the
  /// array's order of folds: the last vector's of the fold that had the element before.
  ///
  /// That is the fold of the rows above; for the first rows the last one with this row of the columns
  /// before, for the first columns too that of the tile before.
  private func left(_ k: Int, _ n: Int) -> Row.Start {
    if k >= rows { return Row.Start(row: k - rows, isOfTileBefore: false) }
    return Row.Start(row: k + (shape.k - 1 - k) / rows * rows, isOfTileBefore: n < columns)
  }

  /// Some rows of K × M, of M × K.
  private func transposed(_ activations: [UInt8], _ rows: Range<Int>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rows.count * shape.m) { result, initialized in
      activations.withUnsafeBufferPointer { activations in
        for vector in 0..<shape.m {
          for k in rows {
            result[(k - rows.lowerBound) * shape.m + vector] = activations[vector * shape.k + k]
          }
        }
      }
      initialized = rows.count * shape.m
    }
  }
}

/// What the vectors bring to the weights of one row k of K × N.
private struct Row {
  /// Where the activations come from that stand before the tiles' first vectors.
  struct Start: Equatable {
    let row: Int
    let isOfTileBefore: Bool
  }

  private(set) var k = -1
  private var number = 0
  private var start: Start?
  private var count = 0
  private var vectors: [Int32]
  private var previous: [UInt8]
  private var current: [UInt8]
  /// The entry of each tile's first vector.
  private var firsts: [Int] = []

  /// - Parameter capacity: vectors.
  init(capacity: Int) {
    vectors = [Int32](repeating: 0, count: capacity)
    previous = [UInt8](repeating: 0, count: capacity)
    current = previous
  }

  /// Takes the activations of a row, one a vector.
  ///
  /// - Parameter tile: the vectors of a tile, whose first one is never left out.
  mutating func fill(
    _ k: Int, _ activations: ArraySlice<UInt8>, tile: Int, leavesRepeats: Bool
  ) {
    self.k = k
    start = nil
    firsts.removeAll(keepingCapacity: true)
    activations.withUnsafeBufferPointer { activations in
      vectors.withUnsafeMutableBufferPointer { vectors in
        previous.withUnsafeMutableBufferPointer { previous in
          current.withUnsafeMutableBufferPointer { current in
            var count = 0
            for first in stride(from: 0, to: activations.count, by: tile) {
              firsts.append(count)
              var before: UInt8 = 0
              for vector in first..<min(activations.count, first + tile) {
                let present = activations[vector]
                (vectors[count], previous[count]) = (Int32(truncatingIfNeeded: vector), before)
                current[count] = present
                count &+= !leavesRepeats || present != before || vector == first ? 1 : 0
                before = present
              }
            }
            self.count = count
          }
        }
      }
    }
  }

  /// Puts what an element holds before the tiles.
  ///
  /// - Parameter last: the activation of a tile's last vector in a row.
  mutating func start(from start: Start, last: (_ tile: Int, _ row: Int) -> UInt8) {
    if self.start == start { return }
    self.start = start
    number += 1
    for (tile, entry) in firsts.enumerated() {
      let source = start.isOfTileBefore ? tile - 1 : tile
      // Registers are 0 before the first tile.
      previous[entry] = source < 0 ? 0 : last(source, start.row)
    }
  }

  func withStream(element: Int, n: Int, _ body: (ElementStreams.Stream) -> Void) {
    vectors.withUnsafeBufferPointer { vectors in
      previous.withUnsafeBufferPointer { previous in
        current.withUnsafeBufferPointer { current in
          body(
            ElementStreams.Stream(
              number: number, element: element, k: k, n: n,
              vectors: UnsafeBufferPointer(rebasing: vectors[..<count]),
              previous: UnsafeBufferPointer(rebasing: previous[..<count]),
              current: UnsafeBufferPointer(rebasing: current[..<count])))
        }
      }
    }
  }
}
