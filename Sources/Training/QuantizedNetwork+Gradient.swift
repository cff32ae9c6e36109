import Networks
import QuantizedNetworks

extension QuantizedNetwork {
  /// The mean loss of an integer inference, and its straight-through gradient by the float weights
  /// that the network was quantized from.
  ///
  /// Backward, every rounding and every look-up counts as the product of real numbers that it
  /// stands for: operands are the dequantized words *as that pass read them*, faults included. A
  /// hidden activation passes a gradient where its sum is positive and it was not clamped at 255.
  /// Source of the straight-through estimator: Bengio, Léonard, Courville, arXiv 1308.3432.
  ///
  /// - Parameters:
  ///   - passes: what `passes(inputs:count:on:)` of this network returned for a batch; not empty.
  ///   - labels: one class for each vector of the batch.
  ///   - logitScale: as in `TrainingSpec`.
  public func lossAndGradient(
    of passes: [LayerPass], labels: ArraySlice<UInt8>, logitScale: Float
  ) -> (loss: Double, gradient: [LayerGradient]) {
    precondition(passes.count == layers.count, "one pass a layer")
    let last = layers.count - 1
    let scale = Float(layers[last].sumScale)
    var (loss, output) = SoftmaxCrossEntropy.lossAndGradient(
      logits: FloatMatrix(
        rows: labels.count, columns: classCount, values: passes[last].sums.map { Float($0) * scale }
      ),
      labels: labels, scale: logitScale)
    var gradients: [LayerGradient] = []
    for index in layers.indices.reversed() {
      let (layer, pass) = (layers[index], passes[index])
      let inputScale = Float(layer.inputScale)
      let inputs = FloatMatrix(
        rows: labels.count, columns: layer.inputCount,
        values: pass.inputs.map { Float($0) * inputScale })
      gradients.append(LayerGradient(inputs: inputs, output: output))
      if index == 0 { break }
      let weightScale = Float(layer.weightScale)
      let weights = FloatMatrix(
        rows: layer.inputCount, columns: layer.outputCount,
        values: pass.weights.map {
          Float(Int32($0) - QuantizedDense.weightZeroPoint) * weightScale
        })
      output = FloatMatrix.product(output, weights, transposingRight: true)
      layers[index - 1].blockGradient(&output, where: passes[index - 1].sums)
    }
    return (loss, gradients.reversed())
  }
}

extension QuantizedDense {
  /// Sets the gradient to zero where a hidden activation was clamped, below or above.
  fileprivate func blockGradient(_ gradient: inout FloatMatrix, where sums: [Int32]) {
    guard let requantization else { return }
    for position in sums.indices
    where sums[position] <= 0 || requantization.scaled(sums[position]) > 255 {
      gradient.values[position] = 0
    }
  }
}
