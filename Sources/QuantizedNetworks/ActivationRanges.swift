import Networks

/// The real numbers that the integers of activations cover. With a float network and a specification
/// they are all that an integer network follows from.
public struct ActivationRanges: Hashable, Sendable {
  public let input: ClosedRange<Float>
  /// Of the outputs of layers, by the layers' numbers: each finite.
  public let outputs: [Int: ClosedRange<Float>]

  /// - Precondition: finite ranges.
  public init(input: ClosedRange<Float> = 0...1, outputs: [Int: ClosedRange<Float>]) {
    precondition(
      ([input] + outputs.values).allSatisfy { $0.lowerBound.isFinite && $0.upperBound.isFinite },
      "a range is finite")
    self.input = input
    self.outputs = outputs
  }

  /// Chooses the ranges of all layers by the specification's rule.
  public init(
    _ calibration: Calibration, spec: QuantizationSpec, input: ClosedRange<Float> = 0...1
  ) {
    self.init(
      input: input,
      outputs: calibration.outputs.mapValues { histogram in
        histogram.range(by: spec.activationRange) { spec.activation(covering: $0) }
      })
  }

  /// Those that a network quantizes by.
  public func used(by network: IntegerNetwork) -> ActivationRanges {
    let numbers = network.steps.compactMap { step -> Int? in
      switch step.operation {
      case .linear(let linear): linear.limits == nil ? nil : step.rectifier ?? step.layer
      case .add, .groupNormalization: step.rectifier ?? step.layer
      case .maxPooling, .averagePooling, .globalAveragePooling, .clamp: nil
      }
    }
    return ActivationRanges(input: input, outputs: outputs.filter { numbers.contains($0.key) })
  }
}

extension IntegerNetwork {
  /// Quantizes a float network by the activations of some examples.
  ///
  /// - Throws: as `init(quantizing:spec:ranges:)`.
  public init(
    quantizing network: Network, spec: QuantizationSpec, calibration: Calibration
  ) throws(QuantizationError) {
    try self.init(
      quantizing: network, spec: spec, ranges: ActivationRanges(calibration, spec: spec))
  }
}
