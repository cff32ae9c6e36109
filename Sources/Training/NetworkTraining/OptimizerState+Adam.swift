import Foundation
import Networks

extension OptimizerState {
  /// Adam's usual decay rates and ε. Source: Kingma and Ba, *Adam: a method for stochastic
  /// optimization*, ICLR 2015, algorithm 1.
  private static let (firstDecay, secondDecay) = (0.9, 0.999)
  private static let epsilon = 1e-8

  /// m ← 0.9·m + 0.1·g, v ← 0.999·v + 0.001·g², w ← w − rate·m̂/(√v̂ + ε), where the hats divide by
  /// 1 − 0.9ᵗ and 1 − 0.999ᵗ, and g holds the weight decay.
  ///
  /// The corrections are folded into the rate and ε. Each number is moved by itself, so results do
  /// not depend on threads.
  mutating func adamStep(
    _ parameters: inout [Float], gradient: [Float], learningRate: Double, work: ChunkedWork
  ) {
    steps += 1
    let firstCorrection = 1 - pow(Self.firstDecay, Double(steps))
    let secondCorrection = (1 - pow(Self.secondDecay, Double(steps))).squareRoot()
    let rate = Float(learningRate * secondCorrection / firstCorrection)
    let epsilon = Float(Self.epsilon * secondCorrection)
    let decay = weightDecay
    let count = parameters.count
    precondition(gradient.count == count && firstMoment.count == count, "sizes differ")
    parameters.withUnsafeMutableBufferPointer { parameters in
      firstMoment.withUnsafeMutableBufferPointer { first in
        secondMoment.withUnsafeMutableBufferPointer { second in
          gradient.withUnsafeBufferPointer { gradient in
            guard let weights = parameters.baseAddress, let first = first.baseAddress,
              let second = second.baseAddress, let gradient = gradient.baseAddress
            else { return }
            work.forEachChunk(of: count, size: Self.chunk) { _, chunk in
              let start = chunk.lowerBound
              TrainingKernels.best.adam(
                weights: weights + start, first: first + start, second: second + start,
                gradient: gradient + start, count: chunk.count, decay: decay, rate: rate,
                epsilon: epsilon)
            }
          }
        }
      }
    }
  }
}
