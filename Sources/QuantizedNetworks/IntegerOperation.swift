import Networks

/// One step of an integer network, from stored words to stored words.
public enum IntegerOperation: Hashable, Sendable {
  case linear(IntegerLinear)
  case maxPooling(PoolingSpec)
  /// Σ(q − z) / (features of the window), rounded half away from zero; the same scale.
  case averagePooling(PoolingSpec)
  case globalAveragePooling
  /// min(max(q, low), high): a rectifier that no sum before it could take over.
  case clamp(low: Int32, high: Int32)
  /// z + the two operands, each q − z times its factor, rounded once, half away from zero.
  case add(IntegerAddition)
  /// In double precision, as a processor beside the array would do it: integers know no root.
  case groupNormalization(IntegerGroupNormalization)
}

/// The addition of two tensors of different scales.
public struct IntegerAddition: Hashable, Sendable {
  /// Factors 2^`shift`·scale/(scale of the sum), at most 2³¹ unless a ratio is larger; then 2⁴⁰.
  public let factors: (first: Int64, second: Int64)
  public let shift: Int
  /// The integers that sums take.
  public let limits: ClosedRange<Int32>

  /// - Parameter ratios: the scales of the operands by that of the sum, positive.
  init(ratios: (first: Double, second: Double), limits: ClosedRange<Int32>) {
    self.limits = limits
    let largest = max(ratios.first, ratios.second)
    let shift = min(40, max(0, 30 - Int(largest.exponent)))
    let scale = Double(sign: .plus, exponent: shift, significand: 1)
    factors = (
      Int64(min(0x1p40, (ratios.first * scale).rounded())),
      Int64(min(0x1p40, (ratios.second * scale).rounded()))
    )
    self.shift = shift
  }

  /// The sum of two operands, counted from their zero points.
  func sum(_ first: Int32, _ second: Int32) -> Int64 {
    let exact = Int64(first) * factors.first + Int64(second) * factors.second
    let half: Int64 = shift == 0 ? 0 : 1 << Int64(shift - 1)
    let magnitude = (abs(exact) + half) >> Int64(shift)
    return exact < 0 ? -magnitude : magnitude
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.factors == right.factors && left.shift == right.shift && left.limits == right.limits
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(factors.first)
    hasher.combine(factors.second)
    hasher.combine(shift)
    hasher.combine(limits)
  }
}

/// A group normalization between quantized tensors.
public struct IntegerGroupNormalization: Hashable, Sendable {
  public let groups: Int
  public let epsilon: Float
  /// γ and β, one a channel.
  public let weight: [Float]
  public let bias: [Float]
  /// The integers that outputs take.
  public let limits: ClosedRange<Int32>
}
