import Datasets
import Files
import Networks
import QuantizedNetworks

extension Trainer {
  /// Trains in floating point: conventional training, or weight clipping where the spec has a clip.
  ///
  /// - Parameter data: labeled examples that fit the network.
  /// - Throws: `InputError` 65 if training diverges.
  public static func train(
    network: DenseNetwork, data: Dataset, spec: TrainingSpec, seed: UInt64
  ) throws -> (DenseNetwork, TrainingRecord) {
    try descend(from: network, data: data, spec: spec, seed: seed, stage: .training, passes: 1) {
      network, batch in
      network.lossAndGradient(
        inputs: FloatMatrix(activations: batch.activations, columns: network.inputCount),
        labels: batch.labels, logitScale: spec.logitScale)
    }
  }
}
