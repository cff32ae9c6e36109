import QuantizedNetworks

extension DenseNetwork {
  /// Projects every weight onto −`limit` … `limit`; biases stay.
  ///
  /// Applied after each step of the optimizer, as in Stutz et al., *Bit error robustness for
  /// energy-efficient DNN accelerators*, MLSys 2021.
  ///
  /// - Precondition: `limit` is positive.
  public mutating func clipWeights(to limit: Float) {
    precondition(limit > 0, "a limit is positive")
    for index in layers.indices {
      layers[index].weights.withUnsafeMutableBufferPointer { weights in
        for i in weights.indices { weights[i] = min(limit, max(-limit, weights[i])) }
      }
    }
  }
}
