extension QuantizedNetwork {
  /// Quantizes a float network to 8 bits.
  ///
  /// Weights: symmetric for each layer, scale max|w| / 127 (1 / 127 where all are zero). Inputs:
  /// scale 1 / 255. Hidden activations: scale range / 255 (1 / 255 where the range is zero).
  /// Biases: at the product of the layer's scales, limited to ±2²⁹. All rounding is half away from
  /// zero.
  ///
  /// - Parameter hiddenRanges: the largest activation of each hidden layer, from
  ///   `DenseNetwork.hiddenRanges(for:)` over the training data.
  /// - Precondition: the network is finite; one range for each hidden layer, not negative.
  public init(quantizing network: DenseNetwork, hiddenRanges: [Float]) {
    precondition(network.isFinite, "a weight or bias is not finite")
    precondition(hiddenRanges.count == network.layers.count - 1, "one range a hidden layer")
    precondition(hiddenRanges.allSatisfy { $0 >= 0 && $0.isFinite }, "a range is negative")
    let activationScales = [1 / 255.0] + hiddenRanges.map { ($0 > 0 ? Double($0) : 1) / 255 }
    self.init(
      layers: network.layers.enumerated().map { index, layer in
        let range = layer.weightRange
        let inputScale = activationScales[index]
        let weightScale = (range > 0 ? Double(range) : 1) / 127
        let isLast = index == network.layers.count - 1
        return QuantizedDense(
          inputCount: layer.inputCount, outputCount: layer.outputCount,
          weights: layer.weights.map { Self.storedWord(Double($0) / weightScale) },
          bias: layer.bias.map { Self.bias(Double($0) / (inputScale * weightScale)) },
          requantization: isLast
            ? nil
            : Requantization(factor: inputScale * weightScale / activationScales[index + 1]),
          inputScale: inputScale, weightScale: weightScale)
      })
  }

  /// Offset binary of the nearest whole number of steps, within −127 … 127.
  private static func storedWord(_ steps: Double) -> UInt8 {
    UInt8(min(127, max(-127, steps.rounded())) + 128)
  }

  private static func bias(_ steps: Double) -> Int32 {
    let limit = Double(QuantizedDense.maximumBias)
    return Int32(min(limit, max(-limit, steps.rounded())))
  }
}
