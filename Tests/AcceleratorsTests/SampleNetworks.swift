import Networks
import QuantizedNetworks

enum SampleNetworks {
  /// One dense layer with random weights in 8-bit offset words.
  static func dense(_ inputs: Int, _ outputs: Int) throws -> IntegerNetwork {
    try IntegerNetwork(
      quantizing: Network(topology: .perceptron([inputs, outputs]), seed: 1),
      spec: QuantizationSpec(), ranges: ActivationRanges(outputs: [:]))
  }
}
