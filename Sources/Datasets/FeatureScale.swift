/// How real-valued features become 8-bit ones: the range of each, fitted on a training split.
///
/// A value x of feature j becomes 255·(x − `low[j]`) / (`high[j]` − `low[j]`), rounded half away from
/// zero and limited to 0 … 255. Values of other splits that are outside the range take its ends; a
/// feature that never changes is 0.
public struct FeatureScale: Sendable, Hashable {
  public let low: [Double]
  public let high: [Double]

  /// From the smallest to the largest value of each feature, in some rows of a row-major matrix.
  ///
  /// - Precondition: rows of `columns` finite values at all positions.
  init(fittedOn values: [Float], columns: Int, rows: some Collection<Int>) {
    var low = [Double](repeating: .infinity, count: columns)
    var high = [Double](repeating: -.infinity, count: columns)
    Self.each(values, columns, rows) { column, value in
      low[column] = min(low[column], value)
      high[column] = max(high[column], value)
    }
    self.low = rows.isEmpty ? low.map { _ in 0 } : low
    self.high = rows.isEmpty ? high.map { _ in 0 } : high
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
