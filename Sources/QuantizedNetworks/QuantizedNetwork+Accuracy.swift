import Datasets

extension QuantizedNetwork {
  /// The share of examples that the network classifies rightly on one chip, in 0 … 1.
  ///
  /// - Precondition: the data fit the network, and there is at least one example.
  public func accuracy(on data: Dataset, running hardware: InferenceHardware) -> Double {
    data.accuracy(logits: infer(inputs: data.activations, count: data.count, on: hardware))
  }
}

extension Dataset {
  /// The share of examples that logits, `count` × `classCount`, classify rightly, in 0 … 1.
  ///
  /// - Precondition: there is at least one example.
  public func accuracy(logits: [Int32]) -> Double {
    Classification.accuracy(logits: logits, labels: labels, classCount: classCount)
  }
}
