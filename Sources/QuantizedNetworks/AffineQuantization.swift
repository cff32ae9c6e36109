/// A scale and a zero point: the integer q stands for the real number `scale`·(q − `zeroPoint`).
///
/// Source: Jacob et al., *Quantization and training of neural networks for efficient
/// integer-arithmetic-only inference*, CVPR 2018, equation 1.
public struct AffineQuantization: Hashable, Sendable {
  /// Positive.
  public let scale: Double
  public let zeroPoint: Int32
  /// The integers in use, `zeroPoint` among them.
  public let minimum: Int32
  public let maximum: Int32

  /// - Precondition: a positive, finite scale; `minimum` ≤ `zeroPoint` ≤ `maximum`.
  public init(scale: Double, zeroPoint: Int32, minimum: Int32, maximum: Int32) {
    precondition(scale > 0 && scale.isFinite, "a scale is positive")
    precondition(minimum <= zeroPoint && zeroPoint <= maximum, "a zero point outside its integers")
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Covers a range of real numbers, which is widened to hold 0.
  ///
  /// `symmetric` takes the larger end for both signs, with 0 in the middle of the integers and as
  /// many of them on each side; but a range without negative numbers takes offset words from 0 on,
  /// since its sign is known. `offset` takes the range as it is. A range of 0 has the scale that one
  /// of 1 would have.
  ///
  /// - Precondition: a finite range; sign-magnitude words are symmetric.
  public init(
    covering range: ClosedRange<Float>, scheme: QuantizationScheme, encoding: OperandEncoding,
    bits: Int
  ) {
    precondition(range.lowerBound.isFinite && range.upperBound.isFinite, "a range is finite")
    let integers = encoding.integers(bits: bits)
    let low = min(0, Double(range.lowerBound))
    let high = max(0, Double(range.upperBound))
    switch scheme {
    case .offset:
      precondition(encoding != .signMagnitude, "sign-magnitude words have no zero point")
      let steps = Double(integers.upperBound - integers.lowerBound)
      let width = high - low > 0 ? high - low : 1
      let scale = width / steps
      let zero = integers.lowerBound + Int32((-low / scale).rounded())
      self.init(
        scale: scale, zeroPoint: min(zero, integers.upperBound), minimum: integers.lowerBound,
        maximum: integers.upperBound)
    case .symmetric:
      let isUnsigned = encoding == .offset && low == 0
      let side = isUnsigned ? integers.upperBound : 1 << Int32(bits - 1) - 1
      let middle: Int32 = encoding == .offset && !isUnsigned ? 1 << Int32(bits - 1) : 0
      let reach = max(-low, high)
      self.init(
        scale: (reach > 0 ? reach : 1) / Double(side), zeroPoint: middle,
        minimum: isUnsigned ? 0 : middle - side, maximum: middle + side)
    }
  }

  /// The nearest integer in use; halves go away from zero.
  ///
  /// - Precondition: a finite value.
  public func integer(_ value: Double) -> Int32 {
    // Within whole bounds it does not matter whether steps are limited or rounded first; a conversion
    // cuts off, and the largest number below 1/2 makes that a rounding without a call.
    let least = Double(minimum) - Double(zeroPoint)
    let steps = min(Double(maximum) - Double(zeroPoint), max(least, value / scale))
    return zeroPoint + Int32(steps + Double(signOf: steps, magnitudeOf: 0.5.nextDown))
  }

  /// The real number of an integer.
  public func value(_ integer: Int32) -> Double { scale * Double(integer - zeroPoint) }
}

/// Where zero lies among the integers.
public enum QuantizationScheme: String, CaseIterable, Hashable, Sendable {
  /// In the middle: ranges are as wide on both sides.
  case symmetric
  /// Where the range has it.
  case offset
}
