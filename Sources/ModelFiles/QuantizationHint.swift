/// How a model file says that numbers are quantized: real = scale · (integer − zero point).
///
/// Read from ONNX's `QuantizeLinear` and `DequantizeLinear`, and from QONNX's `Quant` (Pappalardo et
/// al., *QONNX: representing arbitrary-precision quantized neural networks*, 2022). Numbers are rounded
/// to the nearest, ties to even, and clamped to the range.
public struct QuantizationHint: Hashable, Sendable {
  /// One for all numbers, or one for each index along `axis`; positive and finite.
  public let scales: [Float]
  /// As many as `scales`, within `range`.
  public let zeroPoints: [Int]
  /// 2 to 32.
  public let bits: Int
  public let isSigned: Bool
  /// Whether the lowest integer of a signed range, or the highest of an unsigned one, is left out.
  public let isNarrow: Bool
  /// Of the parameter's own shape; nil where one scale is for all.
  public let axis: Int?

  /// - Precondition: ranges as above.
  public init(
    scales: [Float], zeroPoints: [Int], bits: Int, isSigned: Bool, isNarrow: Bool = false,
    axis: Int? = nil
  ) {
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.bits = bits
    self.isSigned = isSigned
    self.isNarrow = isNarrow
    self.axis = axis
    precondition(
      !scales.isEmpty && scales.allSatisfy { $0 > 0 && $0.isFinite }
        && scales.count == zeroPoints.count && (axis != nil || scales.count == 1)
        && (2...32).contains(bits) && zeroPoints.allSatisfy(range.contains),
      "a hint outside its range")
  }

  /// The integers.
  public var range: ClosedRange<Int> {
    Self.range(bits: bits, isSigned: isSigned, isNarrow: isNarrow)
  }

  static func range(bits: Int, isSigned: Bool, isNarrow: Bool) -> ClosedRange<Int> {
    let count = 1 << bits
    if isSigned { return -(count / 2) + (isNarrow ? 1 : 0)...count / 2 - 1 }
    return 0...count - 1 - (isNarrow ? 1 : 0)
  }

  /// The same of the transposed matrix.
  var transposed: QuantizationHint {
    QuantizationHint(
      scales: scales, zeroPoints: zeroPoints, bits: bits, isSigned: isSigned, isNarrow: isNarrow,
      axis: axis.map { 1 - $0 })
  }
}

/// What a model file says of the quantization of a network.
public struct QuantizationHints: Hashable, Sendable {
  /// By the name of the parameter: `layers.0.weight`.
  public var parameters: [String: QuantizationHint] = [:]
  /// By what gives the numbers: `input`, `layers.2` for the outputs of that layer, and
  /// `layers.5.body` or `layers.5.shortcut` for the inputs of a residual's branch.
  public var activations: [String: QuantizationHint] = [:]

  public init() {}
}
