import Datasets

extension QuantizedNetwork {
  /// The share of examples that the network classifies rightly on one chip, in 0 … 1.
  ///
  /// - Precondition: the data fit the network, and there is at least one example.
  public func accuracy(on data: Dataset, running hardware: InferenceHardware) -> Double {
    Classification.accuracy(
      logits: infer(inputs: data.activations, count: data.count, on: hardware),
      labels: data.labels, classCount: classCount)
  }
}
