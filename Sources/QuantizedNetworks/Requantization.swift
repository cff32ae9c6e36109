/// Brings a 32-bit sum to the scale of 8-bit activations, in integers: multiply, round, shift.
///
/// The real factor is multiplier · 2^−shift, with the multiplier in 2³⁰ … 2³¹ − 1 wherever the
/// factor lets it be, as in Jacob et al., *Quantization and training of neural networks for
/// efficient integer-arithmetic-only inference*, CVPR 2018; unlike theirs it rounds only once, half
/// away from zero.
public struct Requantization: Hashable, Sendable {
  public let multiplier: Int32
  /// 0 to 62.
  public let shift: Int

  /// The nearest representation of a factor; factors of 2³¹ and more become 2³¹ − 1.
  ///
  /// - Precondition: the factor is positive and finite.
  public init(factor: Double) {
    precondition(factor > 0 && factor.isFinite, "a factor is positive and finite")
    guard factor < 0x1p31 else {
      (multiplier, shift) = (Int32.max, 0)
      return
    }
    var shift = min(62, 30 - Int(factor.exponent))
    var mantissa = (factor * Double(sign: .plus, exponent: shift, significand: 1)).rounded()
    if mantissa == 0x1p31 && shift > 0 {
      mantissa = 0x1p30
      shift -= 1
    }
    multiplier = mantissa < 0x1p31 ? Int32(mantissa) : Int32.max
    self.shift = shift
  }

  /// The largest sum of 32 bits whose scaled value is at most a limit of 0 or more; scaling is monotone.
  func largestSum(within limit: Int64) -> Int32 {
    var (low, high) = (Int64(0), Int64(Int32.max))
    while low < high {
      let middle = (low + high + 1) / 2
      if scaled(Int32(middle)) <= limit { low = middle } else { high = middle - 1 }
    }
    return Int32(low)
  }

  /// The sum times the factor, rounded half away from zero.
  @inlinable
  public func scaled(_ sum: Int32) -> Int64 {
    // |sum · multiplier| is at most 2⁶², and half of 2^shift at most 2⁶¹. Without branches: layers
    // do this for every sum.
    let product = Int64(sum) &* Int64(multiplier)
    let half: Int64 = shift == 0 ? 0 : 1 &<< Int64(truncatingIfNeeded: shift &- 1)
    let sign = product &>> 63
    let magnitude = ((product ^ sign) &- sign &+ half) &>> Int64(truncatingIfNeeded: shift)
    return (magnitude ^ sign) &- sign
  }
}
