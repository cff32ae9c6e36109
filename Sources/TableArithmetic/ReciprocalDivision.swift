#if arch(x86_64)
  import CTableKernels
#endif

/// Division of numbers below 2³¹ by the same divisor, as one multiplication of 32-bit factors.
///
/// With L = ⌈log₂ d⌉ and m = ⌊2^(31+L)/d⌋ + 1, which has 32 bits, the quotient is ⌊x·m/2^(31+L)⌋:
/// m·d exceeds 2^(31+L) by at most d, so the result is exact while x·d < 2^(31+L). Source: Granlund,
/// Montgomery, *Division by invariant integers using multiplication*, PLDI 1994.
struct ReciprocalDivision {
  private let multiplier: UInt32
  private let shift: UInt32
  let divisor: Int

  /// - Precondition: the divisor is in 1 … 2³¹ − 1.
  init(by divisor: Int) {
    precondition((1..<1 << 31).contains(divisor), "divisor outside 1 … 2³¹ − 1")
    self.divisor = divisor
    shift = UInt32(31 + Int.bitWidth - (divisor - 1).leadingZeroBitCount)
    multiplier = UInt32((1 << UInt64(shift)) / UInt64(divisor) + 1)
  }

  /// - Precondition: `dividend` is in 0 … 2³¹ − 1; not checked.
  @inline(__always)
  func callAsFunction(_ dividend: Int) -> (quotient: Int, remainder: Int) {
    let scaled = UInt64(truncatingIfNeeded: dividend) &* UInt64(multiplier)
    let quotient = Int(truncatingIfNeeded: scaled &>> UInt64(shift))
    return (quotient, dividend &- quotient &* divisor)
  }

  #if arch(x86_64)
    /// The same for the kernels.
    var forKernels: AXDivision {
      AXDivision(multiplier: multiplier, shift: shift, divisor: UInt32(divisor))
    }
  #endif
}
