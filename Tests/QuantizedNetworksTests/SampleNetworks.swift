import Networks
import QuantizedNetworks
import Randomness

/// Small networks of every kind of layer that integers know, with random weights.
enum SampleNetworks {
  static let perceptron = topology(
    "perceptron", FeatureShape(channels: 12),
    [
      .dense(outputs: 9, hasBias: true), .relu, .dense(outputs: 7, hasBias: false), .relu,
      .dense(outputs: 4, hasBias: true),
    ])

  static let convolutions = topology(
    "convolutions", FeatureShape(channels: 2, rows: 9, columns: 8),
    [
      .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1)), .relu,
      .convolution(ConvolutionSpec(filters: 8, kernel: 3, padding: 2, dilation: 2, groups: 2)),
      .clippedReLU(ceiling: 1.5),
      .maxPooling(PoolingSpec(kernel: 2)),
      .convolution(ConvolutionSpec(filters: 8, kernel: 2, stride: 2, groups: 8, hasBias: false)),
      .flatten, .dense(outputs: 5, hasBias: true),
    ])

  static let residuals = topology(
    "residuals", FeatureShape(channels: 3, rows: 6, columns: 6),
    [
      .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)), .relu,
      .residual(
        body: [
          .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)), .relu,
          .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)),
        ], shortcut: []),
      .relu,
      .residual(
        body: [.convolution(ConvolutionSpec(filters: 6, kernel: 3, stride: 2, padding: 1))],
        shortcut: [.convolution(ConvolutionSpec(filters: 6, kernel: 1, stride: 2))]),
      .averagePooling(PoolingSpec(kernel: 2, stride: 1, padding: 1)),
      .groupNormalization(groups: 2, epsilon: 1e-5), .relu,
      .averagePooling(PoolingSpec(kernel: 3, stride: 2, padding: 1, countsPadding: true)), .relu,
      .globalAveragePooling, .dense(outputs: 3, hasBias: true),
    ])

  static let all = [perceptron, convolutions, residuals]

  private static func topology(
    _ name: String, _ input: FeatureShape, _ layers: [LayerSpec]
  ) -> NetworkTopology {
    do {
      return try NetworkTopology(name: name, input: input, layers: layers)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// A network with biases that are not 0, and inputs in 0 … 1.
  static func random(
    _ topology: NetworkTopology, count: Int = 5, seed: UInt64
  ) -> (network: Network, inputs: Tensor) {
    var network = Network(topology: topology, seed: seed)
    var stream = RandomStream(seed: seed, purpose: .test)
    for index in network.parameters.indices {
      network.parameters[index] += Float(0.1 * stream.nextNormal())
    }
    let features = count * topology.input.count
    return (
      network,
      Tensor(
        count: count, shape: topology.input,
        values: (0..<features).map { _ in Float(stream.nextUniform()) })
    )
  }

  static func quantized(
    _ network: Network, _ inputs: Tensor, _ spec: QuantizationSpec
  ) throws -> IntegerNetwork {
    try IntegerNetwork(
      quantizing: network, spec: spec,
      calibration: Calibration(of: network, rule: spec.activationRange) { $0(inputs) })
  }

  /// Every encoding with several bits, granularities, schemes and rules for ranges.
  static let specs: [QuantizationSpec] = [
    QuantizationSpec(),
    QuantizationSpec(weightGranularity: .channel, activationRange: .percentile(99)),
    QuantizationSpec(weightScheme: .offset, activationRange: .leastSquares),
    QuantizationSpec(weightBits: 4, activationBits: 5, weightRange: .leastSquares),
    QuantizationSpec(activationScheme: .symmetric, weightRange: .clipping(0.3)),
    QuantizationSpec(
      encoding: .twosComplement, weightGranularity: .channel, weightRange: .percentile(99.5)),
    QuantizationSpec(
      encoding: .twosComplement, weightBits: 3, activationBits: 4, weightScheme: .offset),
    QuantizationSpec(encoding: .twosComplement, activationScheme: .symmetric),
    QuantizationSpec(encoding: .signMagnitude),
    QuantizationSpec(
      encoding: .signMagnitude, weightBits: 5, activationBits: 6, weightGranularity: .channel),
    QuantizationSpec(weightBits: 2, activationBits: 2),
  ]
}
