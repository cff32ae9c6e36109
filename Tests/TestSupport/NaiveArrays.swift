/// Arrays of processing elements stepped register by register as their cycle semantics are written
/// down, for any product and addition: one struct an element, all elements copied each cycle.
public struct NaiveArrays {
  public let rows: Int
  public let columns: Int
  public let bankVectors: Int
  /// The captured product of an activation's and a weight's word.
  public let product: (UInt8, UInt8) -> Int
  /// One addition of a product to a partial sum.
  public let add: (Int, Int) -> Int

  public init(
    rows: Int, columns: Int, bankVectors: Int, product: @escaping (UInt8, UInt8) -> Int,
    add: @escaping (Int, Int) -> Int
  ) {
    self.rows = rows
    self.columns = columns
    self.bankVectors = bankVectors
    self.product = product
    self.add = add
  }

  /// What a run gives: sums M×N, row-major; the cycles of all folds; the cycle, counted from the first
  /// word that enters, in which the output stage reads the last sum.
  public struct Run: Equatable {
    public var sums: [Int]
    public var cycles = 0
    public var lastOutput = 0
  }

  /// A weight-stationary array, M×K activations by K×N weights.
  public func weightStationary(
    _ activations: [UInt8], _ weights: [UInt8], m: Int, k: Int, n: Int
  ) -> Run {
    stationary(
      moving: { activations[$0 * k + $1] }, staying: { weights[$0 * n + $1] }, product: product,
      vectors: m, depth: k, outputs: n)
  }

  /// An input-stationary array: the same with the roles exchanged.
  public func inputStationary(
    _ activations: [UInt8], _ weights: [UInt8], m: Int, k: Int, n: Int
  ) -> Run {
    let transposed = stationary(
      moving: { weights[$1 * n + $0] }, staying: { activations[$1 * k + $0] },
      product: { product($1, $0) }, vectors: n, depth: k, outputs: m)
    var run = transposed
    for row in 0..<m {
      for column in 0..<n { run.sums[row * n + column] = transposed.sums[column * m + row] }
    }
    return run
  }

  private struct StationaryElement {
    var shadow: UInt8 = 0
    var word: UInt8 = 0
    var moving: UInt8?
    var product: Int?
    var sum: Int?
  }

  private func stationary(
    moving: (_ vector: Int, _ k: Int) -> UInt8, staying: (_ k: Int, _ output: Int) -> UInt8,
    product: (UInt8, UInt8) -> Int, vectors: Int, depth: Int, outputs: Int
  ) -> Run {
    var run = Run(sums: Array(repeating: 0, count: vectors * outputs))
    var grid = Array(
      repeating: Array(repeating: StationaryElement(), count: columns), count: rows)
    var bank = Array(repeating: Array(repeating: 0, count: columns), count: bankVectors)
    for firstVector in stride(from: 0, to: vectors, by: bankVectors) {
      let tile = min(bankVectors, vectors - firstVector)
      for firstOutput in stride(from: 0, to: outputs, by: columns) {
        let usedColumns = min(columns, outputs - firstOutput)
        for firstRow in stride(from: 0, to: depth, by: rows) {
          let usedRows = min(rows, depth - firstRow)
          for t in 0..<rows {
            let old = grid
            let entering = rows - 1 - t
            for r in 0..<rows {
              for c in 0..<usedColumns {
                let word =
                  entering < usedRows ? staying(firstRow + entering, firstOutput + c) : 0
                grid[r][c].shadow = r > 0 ? old[r - 1][c].shadow : word
              }
            }
            run.cycles += 1
          }
          for s in 0...tile + rows + columns {
            let old = grid
            for r in 0..<rows {
              for c in 0..<usedColumns {
                if s == 0 { grid[r][c].word = old[r][c].shadow }
                let vector = s - r
                let fromBuffer =
                  r < usedRows && (0..<tile).contains(vector)
                  ? moving(firstVector + vector, firstRow + r) : nil
                grid[r][c].moving = c > 0 ? old[r][c - 1].moving : fromBuffer
                grid[r][c].product = old[r][c].moving.map { product($0, old[r][c].word) }
                let slot = s - c - 2
                let fromBank =
                  (0..<tile).contains(slot) ? (firstRow == 0 ? 0 : bank[slot][c]) : nil
                let above = r > 0 ? old[r - 1][c].sum : fromBank
                grid[r][c].sum = above.map { sum in old[r][c].product.map { add(sum, $0) } ?? sum }
              }
            }
            for c in 0..<usedColumns {
              guard let sum = old[rows - 1][c].sum else { continue }
              let slot = s - rows - c - 2
              bank[slot][c] = sum
              guard firstRow + rows >= depth else { continue }
              run.sums[(firstVector + slot) * outputs + firstOutput + c] = sum
              run.lastOutput = run.cycles + 1
            }
            run.cycles += 1
          }
        }
      }
    }
    return run
  }
}
