/// Error metrics of a multiplier of two unsigned 8-bit operands, straight from their definitions: a
/// reference for tests.
public struct NaiveProductMetrics {
  /// MED, NMED over 255², MRED %, WCE, WCRE %, error rate %, MSE, bias, mean signed relative error
  /// %, largest product.
  public let values: [Double]

  /// The names of the values.
  public static let names = [
    "med", "nmed", "mred_percent", "wce", "wcre_percent", "er_percent", "mse", "bias",
    "mean_signed_relative_error_percent", "max_output",
  ]

  public init(of product: (_ a: Int, _ b: Int) -> Int) {
    var (absolute, squared, total, worst, wrong, largest) = (0, 0, 0, 0, 0, 0)
    var (relative, signedRelative, worstRelative) = (0.0, 0.0, 0.0)
    for a in 0..<256 {
      for b in 0..<256 {
        let approximate = product(a, b)
        let exact = a * b
        let error = approximate - exact
        largest = max(largest, approximate)
        absolute += abs(error)
        squared += error * error
        total += error
        worst = max(worst, abs(error))
        if error != 0 { wrong += 1 }
        guard exact != 0 else { continue }
        let ratio = Double(error) / Double(exact)
        relative += abs(ratio)
        signedRelative += ratio
        worstRelative = max(worstRelative, abs(ratio))
      }
    }
    let (pairs, nonzero) = (65536.0, 255.0 * 255.0)
    values = [
      Double(absolute) / pairs, Double(absolute) / pairs / nonzero, 100 * relative / nonzero,
      Double(worst), 100 * worstRelative, 100 * Double(wrong) / pairs, Double(squared) / pairs,
      Double(total) / pairs, 100 * signedRelative / nonzero, Double(largest),
    ]
  }
}
