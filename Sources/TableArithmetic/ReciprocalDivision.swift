/// Division of numbers below 2³¹ by the same divisor, as one multiplication.
///
/// With m = ⌊2⁶³/d⌋ + 1 the quotient is ⌊x·m/2⁶³⌋: m·d exceeds 2⁶³ by at most d, so the result is
/// exact while x·d < 2⁶³. Source: Granlund, Montgomery, *Division by invariant integers using
/// multiplication*, PLDI 1994.
struct ReciprocalDivision {
  private let multiplier: UInt64
  private let divisor: Int

  /// - Precondition: the divisor is in 1 … 2³¹ − 1.
  init(by divisor: Int) {
    precondition((1..<1 << 31).contains(divisor), "divisor outside 1 … 2³¹ − 1")
    self.divisor = divisor
    multiplier = (1 << 63) / UInt64(divisor) + 1
  }

  /// - Precondition: `dividend` is in 0 … 2³¹ − 1; not checked.
  @inline(__always)
  func callAsFunction(_ dividend: Int) -> (quotient: Int, remainder: Int) {
    let (high, low) = UInt64(truncatingIfNeeded: dividend).multipliedFullWidth(by: multiplier)
    let quotient = Int(truncatingIfNeeded: high &<< 1 | low &>> 63)
    return (quotient, dividend &- quotient &* divisor)
  }
}
