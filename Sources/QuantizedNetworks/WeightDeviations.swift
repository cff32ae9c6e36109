import Foundation
import Networks

extension IntegerNetwork {
  /// The standard deviation of each parameter's noise while bits of stored weights are inverted
  /// independently and products err, 0 of biases and all others.
  ///
  /// Bit j of a word of m bits moves a weight by ±2ʲ steps with probability p, so in offset words and
  /// in two's complement the variance is p(1 − p)·(4ᵐ − 1)/3 steps², whatever the weight. In
  /// sign-magnitude words the magnitude μ has p(1 − p)·(4ᵐ⁻¹ − 1)/3, and the sign adds 4p(1 − p)·E²,
  /// E = μ + p·(2ᵐ⁻¹ − 1 − 2μ) the mean of the magnitude that is read. What products add to the
  /// variance of a weight follows from its word.
  ///
  /// - Parameters:
  ///   - bitErrorRate: p, in [0, 1].
  ///   - products: of each layer with weights; empty: products are right.
  ///   - network: that was quantized; the order is that of its parameters.
  public func weightDeviations(
    bitErrorRate: Double, products: [ProductNoise] = [], of network: Network
  ) -> [Float] {
    precondition((0...1).contains(bitErrorRate), "a rate outside [0, 1]")
    precondition(products.isEmpty || products.count == linears.count, "noise of another network")
    let ofBits = (0...255).map { steps(ofWord: UInt8($0), bitErrorRate: bitErrorRate) }
    var layer = 0
    var deviations: [Float] = []
    deviations.reserveCapacity(network.parameters.count)
    for step in self.steps {
      switch step.operation {
      case .linear(let linear):
        let ofWord = products.isEmpty ? ofBits : products[layer].added(to: ofBits)
        layer += 1
        for (index, place) in linear.placesOfParameters.enumerated() {
          let scale = linear.weightScales[index / linear.inputCount]
          deviations.append(Float(ofWord[Int(linear.weights[place])] * scale))
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

  /// The standard deviation of what is read for a word, in steps.
  private func steps(ofWord word: UInt8, bitErrorRate p: Double) -> Double {
    let bits = Double(spec.weightBits)
    switch spec.encoding {
    case .offset, .twosComplement: return (p * (1 - p) * (pow(4, bits) - 1) / 3).squareRoot()
    case .signMagnitude:
      let largest = pow(2, bits - 1) - 1
      let magnitude = Double(
        spec.encoding.integer(word, bits: spec.weightBits).magnitude)
      let mean = magnitude + p * (largest - 2 * magnitude)
      return (p * (1 - p) * ((pow(4, bits - 1) - 1) / 3 + 4 * mean * mean)).squareRoot()
    }
  }
}
