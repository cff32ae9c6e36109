/// The schoolbook product of matrices through a table, with an accumulator that wraps or saturates
/// after every addition: the reference for every faster path.
public enum NaiveMatrixProduct {
  /// - Parameters:
  ///   - activations: M×K, weights: K×N, both row-major.
  ///   - product: the multiplier.
  ///   - saturates: or wraps, at `width` bits.
  public static func multiply(
    activations: [UInt8], weights: [UInt8], m: Int, k: Int, n: Int, width: Int, saturates: Bool,
    product: (Int, Int) -> Int
  ) -> [Int32] {
    var sums: [Int32] = []
    let limit = 1 << (width - 1)
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0
        for index in 0..<k {
          sum += product(Int(activations[row * k + index]), Int(weights[index * n + column]))
          if saturates {
            sum = min(max(sum, -limit), limit - 1)
          } else {
            sum &= 2 * limit - 1
            if sum >= limit { sum -= 2 * limit }
          }
        }
        sums.append(Int32(sum))
      }
    }
    return sums
  }
}
