import Foundation
import Networks

extension IntegerNetwork {
  /// The standard deviation of each parameter's noise while bits of stored weights are inverted
  /// independently: √(p(1 − p)·(4ᵐ − 1)/3) steps of a weight of m bits in offset words, 0 of biases and
  /// all others.
  ///
  /// Bit j moves a weight by ±2ʲ steps with probability p, whatever the weight; the variances of the
  /// bits, p(1 − p)·4ʲ, add up.
  ///
  /// - Parameters:
  ///   - bitErrorRate: p, in [0, 1].
  ///   - network: that was quantized; the order is that of its parameters.
  public func weightDeviations(bitErrorRate: Double, of network: Network) -> [Float] {
    precondition((0...1).contains(bitErrorRate), "a rate outside [0, 1]")
    let steps =
      (bitErrorRate * (1 - bitErrorRate) * (pow(4, Double(spec.weightBits)) - 1) / 3).squareRoot()
    var deviations: [Float] = []
    deviations.reserveCapacity(network.parameters.count)
    for step in self.steps {
      switch step.operation {
      case .linear(let linear):
        for scale in linear.weightScales {
          deviations += [Float](repeating: Float(steps * scale), count: linear.inputCount)
        }
        if linear.convolution.hasBias {
          deviations += [Float](repeating: 0, count: linear.convolution.filters)
        }
      case .groupNormalization(let normalization):
        deviations += [Float](
          repeating: 0, count: normalization.weight.count + normalization.bias.count)
      case .maxPooling, .averagePooling, .globalAveragePooling, .clamp, .add: break
      }
    }
    // A learned logit scale is the last parameter.
    return deviations
      + [Float](repeating: 0, count: network.parameters.count - deviations.count)
  }
}
