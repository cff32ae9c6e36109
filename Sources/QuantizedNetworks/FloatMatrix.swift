import COpenBLAS

/// A row-major matrix of 32-bit floats, multiplied by OpenBLAS on one thread.
///
/// The order of summation within a product is OpenBLAS's and may differ between kinds of processor:
/// `floatLibrary` names the kernel in use.
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
    guard m > 0, n > 0, k > 0 else {
      return FloatMatrix(rows: m, columns: n, values: [Float](repeating: 0, count: m * n))
    }
    precondition(singleThreaded)
    // The Fortran interface is column-major: it computes the transposed product, rightᵀ · leftᵀ.
    let values = [Float](unsafeUninitializedCapacity: m * n) { buffer, count in
      var (rows, columns, depth) = (Int32(n), Int32(m), Int32(k))
      var (rightLeading, leftLeading) = (Int32(right.columns), Int32(left.columns))
      var (one, zero): (Float, Float) = (1, 0)
      sgemm_(
        transposingRight ? "T" : "N", transposingLeft ? "T" : "N", &rows, &columns, &depth, &one,
        right.values, &rightLeading, left.values, &leftLeading, &zero, buffer.baseAddress, &rows)
      count = m * n
    }
    return FloatMatrix(rows: m, columns: n, values: values)
  }

  /// OpenBLAS's kernel and build, for a run's manifest: float results hold for this kernel.
  public static var floatLibrary: String {
    let core = String(cString: openblas_get_corename())
    let build = String(cString: openblas_get_config())
    return "OpenBLAS core \(core); \(build)"
  }

  /// Work is split between our own threads, so that a result does not depend on their number.
  private static let singleThreaded: Bool = {
    openblas_set_num_threads(1)
    return true
  }()
}
