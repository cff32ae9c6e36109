import ErrorTables
import Networks
import QuantizedNetworks

extension NoisyNetwork {
  /// A network under the noise that act's penalty weighs, by its sources.
  ///
  /// - Parameters:
  ///   - network: without batch normalization and dropout.
  ///   - quantized: the network in the words of the pass.
  ///   - pass: whose multiplier errs, and whose first examples give the activations of products.
  ///   - bitErrorRate: of stored weights, in [0, 1].
  ///   - timing: errors of captured products; nil: not known.
  public init(
    _ network: Network, as quantized: IntegerNetwork, on pass: IntegerPass, bitErrorRate: Double,
    timing: ProductErrorModel?, work: ChunkedWork = .serial
  ) {
    func ofProducts(_ pass: IntegerPass, _ timing: ProductErrorModel) -> [Float] {
      quantized.weightDeviations(
        bitErrorRate: 0, products: pass.productNoise(of: quantized, timing: timing, work: work),
        of: network)
    }
    var noise: [PenaltyNoise: [Float]] = [
      .weightBits: quantized.weightDeviations(bitErrorRate: bitErrorRate, of: network),
      .multiplier: ofProducts(pass, .none),
    ]
    if let timing { noise[.timing] = ofProducts(pass.exact, timing) }
    self.init(network, noise: noise)
  }
}
