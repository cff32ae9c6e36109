extension NaiveArrays {
  private struct OutputElement {
    var words: (activation: UInt8, weight: UInt8)?
    var product: Int?
    var sum = 0
  }

  /// An output-stationary array, M×K activations by K×N weights.
  public func outputStationary(
    _ activations: [UInt8], _ weights: [UInt8], m: Int, k: Int, n: Int
  ) -> Run {
    var run = Run(sums: Array(repeating: 0, count: m * n))
    var grid = Array(repeating: Array(repeating: OutputElement(), count: columns), count: rows)
    for firstRow in stride(from: 0, to: m, by: rows) {
      for firstColumn in stride(from: 0, to: n, by: columns) {
        for t in 0..<k + 2 * rows + columns {
          let old = grid
          let drained = t - k - rows - columns
          for r in 0..<rows {
            for c in 0..<columns where firstColumn + c < n {
              let step = t - r - c
              // A word has come through r registers from above and c from the left.
              let arrives = firstRow + r < m && (0..<k).contains(step)
              let activation =
                c > 0
                ? old[r][c - 1].words?.activation
                : arrives ? activations[(firstRow + r) * k + step] : nil
              let weight =
                r > 0
                ? old[r - 1][c].words?.weight
                : arrives ? weights[step * n + firstColumn + c] : nil
              if let activation, let weight {
                grid[r][c].words = (activation, weight)
              } else {
                grid[r][c].words = nil
              }
              grid[r][c].product = old[r][c].words.map { product($0.activation, $0.weight) }
              if drained >= 0 {
                grid[r][c].sum = r > 0 ? old[r - 1][c].sum : 0
              } else if let term = old[r][c].product {
                grid[r][c].sum = add(old[r][c].sum, term)
              }
            }
          }
          let row = firstRow + rows - 1 - drained
          if drained >= 0, row < m {
            for c in 0..<columns where firstColumn + c < n {
              run.sums[row * n + firstColumn + c] = old[rows - 1][c].sum
              run.lastOutput = run.cycles + 1
            }
          }
          run.cycles += 1
        }
      }
    }
    return run
  }
}
