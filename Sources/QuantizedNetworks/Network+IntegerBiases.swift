import Networks

extension Network {
  /// The network with the biases of its integer form in real numbers, where these have changed.
  ///
  /// - Parameter integers: of this network, but for its biases.
  /// - Returns: nil if a layer without a bias has one in integers.
  /// - Precondition: without batch normalization and dropout.
  public func takingBiases(of integers: IntegerNetwork) -> Network? {
    var parameters = self.parameters
    var start = 0
    for step in integers.steps {
      switch step.operation {
      case .linear(let linear):
        start += linear.convolution.filters * linear.inputCount
        guard linear.convolution.hasBias else {
          guard linear.bias.allSatisfy({ $0 == 0 }) else { return nil }
          continue
        }
        for (bias, scale) in zip(linear.bias, linear.sumScales) {
          // A bias that stays keeps what its rounding to integers dropped.
          if (Double(parameters[start]) / scale).rounded() != Double(bias) {
            parameters[start] = Float(Double(bias) * scale)
          }
          start += 1
        }
      case .groupNormalization(let normalization):
        start += normalization.weight.count + normalization.bias.count
      case .maxPooling, .averagePooling, .globalAveragePooling, .clamp, .add: break
      }
    }
    return Network(topology: topology, parameters: parameters, statistics: statistics)
  }
}
