import Networks
import QuantizedNetworks
import Randomness

/// The mean of the gradients at w + ε and w − ε, in floating point, ε = ±s for each parameter with the
/// signs drawn anew at each step and s the deviation that memory errors give it: to second order the
/// gradient of the loss under that noise, without its first-order part.
///
/// Steps follow from the weights at the beginning of each epoch; step t draws its signs from the
/// stream (seed, `.trainingWeightNoise`, t), 64 of a word.
public struct TwoPointNoise: GradientMethod {
  public let passes = 2
  /// Of memory bits, in [0, 1].
  public let bitErrorRate: Double
  private let integers: IntegerPass

  public init(_ integers: IntegerPass, bitErrorRate: Double) {
    precondition((0...1).contains(bitErrorRate), "a rate outside [0, 1]")
    self.bitErrorRate = bitErrorRate
    self.integers = integers
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> [Float] {
    integers.quantized(
      network, try integers.ranges(of: network, work: work), work: work
    )
    .weightDeviations(bitErrorRate: bitErrorRate, of: network)
  }

  public func gradient(
    of batch: TrainingBatch, in deviations: [Float], network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    var stream = RandomStream(
      seed: batch.seed, purpose: .trainingWeightNoise, index: UInt64(batch.step))
    var (up, down) = (network, network)
    up.parameters.withUnsafeMutableBufferPointer { up in
      down.parameters.withUnsafeMutableBufferPointer { down in
        for first in stride(from: 0, to: deviations.count, by: 64) {
          let signs = stream.next()
          for index in first..<min(deviations.count, first + 64) {
            let isUp = signs >> UInt64(index - first) & 1 == 0
            let noise = isUp ? deviations[index] : -deviations[index]
            up[index] += noise
            down[index] -= noise
          }
        }
      }
    }
    let plain = Conventional()
    let first = plain.gradient(of: batch, in: (), network: &up, into: &gradient, work: work)
    var other = gradient
    let second = plain.gradient(of: batch, in: (), network: &down, into: &other, work: work)
    gradient.setMean(of: gradient, and: other)
    return ((first.loss + second.loss) / 2, min(first.correct, second.correct))
  }
}
