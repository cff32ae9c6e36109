/// How a network is quantized.
public struct QuantizationSpec: Hashable, Sendable {
  /// Which weights share a scale.
  public enum Granularity: String, CaseIterable, Hashable, Sendable {
    case layer
    /// Those of an output channel.
    case channel
  }

  public let encoding: OperandEncoding
  /// 2 to 8.
  public let weightBits: Int
  /// 2 to 8.
  public let activationBits: Int
  public let weightGranularity: Granularity
  public let weightScheme: QuantizationScheme
  public let activationScheme: QuantizationScheme
  public let weightRange: RangeRule
  public let activationRange: RangeRule

  /// Unless given: 8 bits in offset words, weights symmetric for each layer, activations where their
  /// range has zero, all by the largest value.
  ///
  /// - Precondition: bits in 2 … 8; sign-magnitude words are symmetric.
  public init(
    encoding: OperandEncoding = .offset, weightBits: Int = 8, activationBits: Int = 8,
    weightGranularity: Granularity = .layer, weightScheme: QuantizationScheme = .symmetric,
    activationScheme: QuantizationScheme? = nil, weightRange: RangeRule = .maximum,
    activationRange: RangeRule = .maximum
  ) {
    let activationScheme = activationScheme ?? (encoding == .signMagnitude ? .symmetric : .offset)
    precondition(OperandEncoding.bits.contains(weightBits), "weight bits outside 2…8")
    precondition(OperandEncoding.bits.contains(activationBits), "activation bits outside 2…8")
    precondition(
      encoding != .signMagnitude || (weightScheme == .symmetric && activationScheme == .symmetric),
      "sign-magnitude words are symmetric")
    self.encoding = encoding
    self.weightBits = weightBits
    self.activationBits = activationBits
    self.weightGranularity = weightGranularity
    self.weightScheme = weightScheme
    self.activationScheme = activationScheme
    self.weightRange = weightRange
    self.activationRange = activationRange
  }

  /// How activations of a range are quantized.
  func activation(covering range: ClosedRange<Float>) -> AffineQuantization {
    AffineQuantization(
      covering: range, scheme: activationScheme, encoding: encoding, bits: activationBits)
  }
}
