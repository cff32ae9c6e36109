/// A row-major matrix of 32-bit floats.
public struct FloatMatrix: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  public var values: [Float]

  /// - Precondition: `rows` × `columns` values.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// left · right, either of them transposed first.
  ///
  /// - Precondition: the inner sizes agree; sizes are below 2³¹.
  public static func product(
    _ left: FloatMatrix, _ right: FloatMatrix, transposingLeft: Bool = false,
    transposingRight: Bool = false
  ) -> FloatMatrix {
    let (m, k) = transposingLeft ? (left.columns, left.rows) : (left.rows, left.columns)
    let (inner, n) =
      transposingRight ? (right.columns, right.rows) : (right.rows, right.columns)
    precondition(k == inner, "inner sizes differ")
    let values = [Float](unsafeUninitializedCapacity: m * n) { buffer, count in
      left.values.withUnsafeBufferPointer { left in
        right.values.withUnsafeBufferPointer { right in
          guard let left = left.baseAddress, let right = right.baseAddress,
            let result = buffer.baseAddress, m > 0, n > 0, k > 0
          else { return buffer.initialize(repeating: 0) }
          FloatProduct.multiply(
            left, right, into: result, m: m, k: k, n: n, transposingLeft: transposingLeft,
            transposingRight: transposingRight)
        }
      }
      count = m * n
    }
    return FloatMatrix(rows: m, columns: n, values: values)
  }
}
