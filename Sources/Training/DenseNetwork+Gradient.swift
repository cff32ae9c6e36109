import Networks
import QuantizedNetworks

extension DenseNetwork {
  /// The mean loss of a batch in floating point, and its gradient by every layer.
  ///
  /// - Parameters:
  ///   - inputs: M × K; not empty.
  ///   - labels: M classes.
  ///   - logitScale: as in `TrainingSpec`.
  public func lossAndGradient(
    inputs: FloatMatrix, labels: ArraySlice<UInt8>, logitScale: Float
  ) -> (loss: Double, gradient: [LayerGradient]) {
    let outputs = forward(inputs)
    var (loss, output) = SoftmaxCrossEntropy.lossAndGradient(
      logits: outputs[layers.count - 1], labels: labels, scale: logitScale)
    var gradients: [LayerGradient] = []
    for index in layers.indices.reversed() {
      let layer = layers[index]
      let layerInputs = index == 0 ? inputs : outputs[index - 1]
      gradients.append(LayerGradient(inputs: layerInputs, output: output))
      if index == 0 { break }
      let weights = FloatMatrix(
        rows: layer.inputCount, columns: layer.outputCount, values: layer.weights)
      output = FloatMatrix.product(output, weights, transposingRight: true)
      // ReLU passes a gradient where it passed its input.
      for position in output.values.indices where layerInputs.values[position] <= 0 {
        output.values[position] = 0
      }
    }
    return (loss, gradients.reversed())
  }
}
