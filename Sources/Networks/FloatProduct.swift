import COpenBLAS

/// Products of row-major matrices of 32-bit floats, by OpenBLAS on one thread.
///
/// The order of summation within a product is OpenBLAS's and may differ between kinds of processor:
/// `library` names the kernel in use.
public enum FloatProduct {
  /// result = left · right, either of them transposed first; or adds to `result`.
  ///
  /// - Parameters:
  ///   - left: m × k, or k × m to be transposed.
  ///   - right: k × n, or n × k to be transposed.
  ///   - result: m × n.
  ///   - leftStride: elements from one row of `left` to the next, its columns unless given; so for
  ///     the others.
  /// - Precondition: positive sizes below 2³¹.
  public static func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, m: Int, k: Int, n: Int,
    transposingLeft: Bool = false, transposingRight: Bool = false, adding: Bool = false,
    leftStride: Int? = nil, rightStride: Int? = nil, resultStride: Int? = nil
  ) {
    precondition(m > 0 && n > 0 && k > 0 && singleThreaded, "an empty product")
    // The Fortran interface is column-major: it computes the transposed product, rightᵀ · leftᵀ.
    var (rows, columns, depth) = (Int32(n), Int32(m), Int32(k))
    var rightLeading = Int32(rightStride ?? (transposingRight ? k : n))
    var leftLeading = Int32(leftStride ?? (transposingLeft ? m : k))
    var resultLeading = Int32(resultStride ?? n)
    var (one, scale): (Float, Float) = (1, adding ? 1 : 0)
    sgemm_(
      transposingRight ? "T" : "N", transposingLeft ? "T" : "N", &rows, &columns, &depth, &one,
      right, &rightLeading, left, &leftLeading, &scale, result, &resultLeading)
  }

  /// OpenBLAS's kernel and build, for a run's manifest: float results hold for this kernel.
  public static var library: String {
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
