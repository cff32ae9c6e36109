/// Scales and zero points that another tool chose for a network.
///
/// Their integers are those of the words of a specification. What has no scales here follows from that
/// specification, the weights and the ranges of activations.
public struct GivenQuantization: Hashable, Sendable {
  /// How the numbers of a tensor are quantized.
  public struct Scales: Hashable, Sendable {
    /// One for all numbers, or one an output channel; positive and finite.
    public let scales: [Float]
    /// As many, each among the integers.
    public let zeroPoints: [Int32]
    /// The integers in use.
    public let integers: ClosedRange<Int32>

    /// - Precondition: ranges as above.
    public init(scales: [Float], zeroPoints: [Int32], integers: ClosedRange<Int32>) {
      precondition(
        !scales.isEmpty && scales.allSatisfy { $0 > 0 && $0.isFinite }
          && scales.count == zeroPoints.count && zeroPoints.allSatisfy(integers.contains),
        "scales outside their range")
      self.scales = scales
      self.zeroPoints = zeroPoints
      self.integers = integers
    }

    /// One a scale.
    public var quantizations: [AffineQuantization] {
      zip(scales, zeroPoints).map {
        AffineQuantization(
          scale: Double($0), zeroPoint: $1, minimum: integers.lowerBound,
          maximum: integers.upperBound)
      }
    }

    /// The real numbers that the integers stand for by the first scale, within single precision.
    var range: ClosedRange<Float> {
      let largest = Float.greatestFiniteMagnitude
      let quantization = quantizations[0]
      let low = max(-largest, Float(quantization.value(integers.lowerBound)))
      return low...max(low, min(largest, Float(quantization.value(integers.upperBound))))
    }
  }

  /// One scale each, as for the outputs.
  public var input: Scales?
  /// By the numbers of the layers without batch normalization and dropout.
  public var outputs: [Int: Scales] = [:]
  /// One scale for the layer, or one an output channel.
  public var weights: [Int: Scales] = [:]

  public init() {}

  public var isEmpty: Bool { input == nil && outputs.isEmpty && weights.isEmpty }

  /// Ranges with what the given scales cover in place of what was measured.
  public func ranges(over measured: ActivationRanges) -> ActivationRanges {
    ActivationRanges(
      input: input?.range ?? measured.input,
      outputs: measured.outputs.merging(outputs.mapValues(\.range)) { $1 })
  }
}
