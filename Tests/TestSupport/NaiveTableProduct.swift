/// The schoolbook matrix product through a product table: the accumulator overflows after each
/// addition, and a hook sees each product before it is added.
public struct NaiveTableProduct {
  /// The product of a and w at `[w << 8 | a]`.
  public let table: [UInt32]
  public let accumulatorWidth: Int
  public let saturates: Bool

  public init(table: [UInt32], accumulatorWidth: Int, saturates: Bool) {
    self.table = table
    self.accumulatorWidth = accumulatorWidth
    self.saturates = saturates
  }

  /// Multiplies m × k activations by k × n weights.
  ///
  /// - Parameter capture: turns the settled product of operation (m·K + k)·N + n into the captured
  ///   one.
  public func multiply(
    activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int,
    capture: (Int, UInt32) -> UInt32 = { $1 }
  ) -> [Int32] {
    var results: [Int32] = []
    for image in 0..<m {
      for output in 0..<n {
        var sum: Int64 = 0
        for input in 0..<k {
          let activation = activations[image * k + input]
          let weight = weights[input * n + output]
          let product = table[Int(weight) << 8 | Int(activation)]
          sum = held(sum + Int64(capture((image * k + input) * n + output, product)))
        }
        results.append(Int32(sum))
      }
    }
    return results
  }

  private func held(_ sum: Int64) -> Int64 {
    let range = Int64(1) << accumulatorWidth
    if saturates { return min(max(sum, -range / 2), range / 2 - 1) }
    var wrapped = sum % range
    if wrapped >= range / 2 { wrapped -= range }
    if wrapped < -range / 2 { wrapped += range }
    return wrapped
  }
}
