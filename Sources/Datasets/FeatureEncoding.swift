/// How real-valued features become 8-bit ones.
///
/// Feature j has a range from `low[j]` to `high[j]`, found from the training split alone; a value x
/// becomes 255·(x − low) / (high − low), rounded half away from zero and limited to 0 … 255. Values
/// of other splits that are outside the range take its ends; a feature that never changes is 0.
public enum FeatureEncoding: Sendable, Hashable {
  /// Each feature from its smallest to its largest value.
  case featureRange
  /// All features from the smallest to the largest value of any.
  case commonRange
  /// Each feature from so many standard deviations below its mean to as many above: what is linear
  /// in a standardized feature is linear in its code.
  case standardized(deviations: Double)
}

/// The range of each feature, fitted on a training split.
public struct FeatureScale: Sendable, Hashable {
  public let low: [Double]
  public let high: [Double]

  /// Fits the ranges on some rows of a row-major matrix.
  ///
  /// - Precondition: rows of `columns` finite values at all positions; deviations above 0.
  init(
    fittedOn values: [Float], columns: Int, rows: some Collection<Int>, encoding: FeatureEncoding
  ) {
    switch encoding {
    case .featureRange, .commonRange:
      var low = [Double](repeating: .infinity, count: columns)
      var high = [Double](repeating: -.infinity, count: columns)
      Self.each(values, columns, rows) { column, value in
        low[column] = min(low[column], value)
        high[column] = max(high[column], value)
      }
      if encoding == .commonRange, let least = low.min(), let most = high.max() {
        low = low.map { _ in least }
        high = high.map { _ in most }
      }
      self.low = rows.isEmpty ? low.map { _ in 0 } : low
      self.high = rows.isEmpty ? high.map { _ in 0 } : high
    case .standardized(let deviations):
      precondition(deviations > 0, "deviations must be above 0")
      let (mean, deviation) = Self.moments(values, columns, rows)
      low = zip(mean, deviation).map { $0 - deviations * $1 }
      high = zip(mean, deviation).map { $0 + deviations * $1 }
    }
  }

  /// The 8-bit codes of some rows, in their order.
  func encode(_ values: [Float], rows: some Collection<Int>) -> [UInt8] {
    let scale = zip(low, high).map { $1 > $0 ? 255 / ($1 - $0) : 0 }
    var codes: [UInt8] = []
    codes.reserveCapacity(rows.count * low.count)
    Self.each(values, low.count, rows) { column, value in
      let code = ((value - low[column]) * scale[column]).rounded()
      codes.append(UInt8(min(255, max(0, code))))
    }
    return codes
  }

  /// Means, and standard deviations of the whole population.
  private static func moments(
    _ values: [Float], _ columns: Int, _ rows: some Collection<Int>
  ) -> (mean: [Double], deviation: [Double]) {
    let count = Double(max(1, rows.count))
    var mean = [Double](repeating: 0, count: columns)
    each(values, columns, rows) { mean[$0] += $1 }
    mean = mean.map { $0 / count }
    var square = [Double](repeating: 0, count: columns)
    each(values, columns, rows) { square[$0] += ($1 - mean[$0]) * ($1 - mean[$0]) }
    return (mean, square.map { ($0 / count).squareRoot() })
  }

  private static func each(
    _ values: [Float], _ columns: Int, _ rows: some Collection<Int>,
    _ body: (_ column: Int, _ value: Double) -> Void
  ) {
    precondition(columns > 0)
    for row in rows {
      let start = row * columns
      for column in 0..<columns { body(column, Double(values[start + column])) }
    }
  }
}
