import Datasets
import QuantizedNetworks

extension IntegerNetwork {
  /// The network whose biases take back what a multiplier adds on the first training examples, and how
  /// many these were.
  ///
  /// - Precondition: a multiplier for the network's words; at least one example.
  public func correctingBias(
    for multiplier: EncodedMultiplier, on training: Dataset
  ) -> (network: IntegerNetwork, examples: Int) {
    let count = min(IntegerPass.operandExamples, training.count)
    let inputs = words(of: training.selecting(Array(0..<count)))
    return (correctingBias(for: multiplier, inputs: inputs, count: count), count)
  }
}
