import Datasets
import Networks
import QuantizedNetworks
import Training

/// Networks that were trained for a few epochs on the embedded digits.
enum TrainedNetworks {
  /// 8-bit offset words unless given, ranges from the training part.
  static func quantized(
    _ topology: NetworkTopology, training: Dataset, test: Dataset, epochs: Int,
    spec: QuantizationSpec = QuantizationSpec()
  ) throws -> IntegerNetwork {
    let trainer = try NetworkTrainer(
      topology: topology,
      settings: NetworkTrainingSettings(
        epochs: epochs, batchSize: 32, learningRate: 0.005, schedule: .linear), seed: 1,
      data: (training, test), file: "digits")
    let network = try trainer.train(from: Network(topology: topology, seed: 1)).network
      .foldingBatchNormalization()
    return try IntegerNetwork(
      quantizing: network, spec: spec,
      calibration: Calibration(
        of: network, on: training, examples: training.count, rule: .maximum))
  }

  /// Convolutions, some of them in groups, a residual, and pooling.
  static func residuals() throws -> NetworkTopology {
    try NetworkTopology(
      name: "residuals", input: FeatureShape(channels: 1, rows: 8, columns: 8),
      layers: [
        .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1)), .relu,
        .residual(
          body: [
            .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1, groups: 2)), .relu,
            .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1)),
          ], shortcut: []),
        .relu, .maxPooling(PoolingSpec(kernel: 2)),
        .convolution(ConvolutionSpec(filters: 8, kernel: 3, stride: 2, padding: 1)), .relu,
        .flatten, .dense(outputs: 10, hasBias: true),
      ])
  }
}
