/// Sums over operand pairs from which all error metrics follow; e = approximate − exact.
///
/// Integers are exact. Relative errors are rounded to double precision.
public struct ErrorSums: Hashable, Sendable {
  /// How many pairs were looked at, and how many of them have e ≠ 0.
  public internal(set) var pairCount: UInt64 = 0
  public internal(set) var errorCount: UInt64 = 0
  /// Σ|e|, Σe.
  public internal(set) var absoluteErrors: UInt128 = 0
  public internal(set) var errors: Int128 = 0
  /// Σe² modulo 2^128 and how often it passed that: all pairs of 16×16 bits need 96 bits.
  public internal(set) var squaredErrors: UInt128 = 0
  public internal(set) var squaredErrorCarries: UInt64 = 0
  /// The largest |e|.
  public internal(set) var worstError: UInt64 = 0
  /// How many pairs count for relative errors, their sum, that of their squares, the largest.
  public internal(set) var relativeCount: UInt64 = 0
  public internal(set) var relativeErrors: Double = 0
  public internal(set) var squaredRelativeErrors: Double = 0
  public internal(set) var worstRelativeError: Double = 0

  public init() {}

  /// Adds the sums over other pairs. Adding the same parts in the same order gives the same bits.
  public static func += (left: inout ErrorSums, right: ErrorSums) {
    left.pairCount += right.pairCount
    left.errorCount += right.errorCount
    left.absoluteErrors += right.absoluteErrors
    left.errors += right.errors
    left.addSquares(right.squaredErrors)
    left.squaredErrorCarries += right.squaredErrorCarries
    left.worstError = max(left.worstError, right.worstError)
    left.relativeCount += right.relativeCount
    left.relativeErrors += right.relativeErrors
    left.squaredRelativeErrors += right.squaredRelativeErrors
    left.worstRelativeError = max(left.worstRelativeError, right.worstRelativeError)
  }

  mutating func addSquares(_ squares: UInt128) {
    let (sum, overflows) = squaredErrors.addingReportingOverflow(squares)
    squaredErrors = sum
    if overflows { squaredErrorCarries += 1 }
  }

  /// Adds one pair, one at a time: for samples of wide multipliers.
  ///
  /// - Parameters:
  ///   - product: what the circuit gives, at most 64 bits as an integer, so that e² fits 128 bits.
  ///   - exact: the product of the operands.
  public mutating func add(
    product: Int128, exact: Int128, convention: RelativeErrorConvention
  ) {
    let error = product - exact
    let magnitude = error.magnitude
    let real = Double(magnitude)
    pairCount += 1
    if error != 0 { errorCount += 1 }
    absoluteErrors += magnitude
    errors += error
    addSquares(magnitude * magnitude)
    worstError = max(worstError, UInt64(clamping: magnitude))
    guard exact != 0 || convention == .atLeastOne else { return }
    let relative = real / Double(max(1, exact.magnitude))
    relativeCount += 1
    relativeErrors += relative
    squaredRelativeErrors += relative * relative
    worstRelativeError = max(worstRelativeError, relative)
  }
}
