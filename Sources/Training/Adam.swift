import QuantizedNetworks

/// The Adam optimizer with its usual decay rates, 0.9 and 0.999, and ε = 10⁻⁸.
///
/// Source: Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1.
struct Adam: Sendable {
  private var moments: [(weights: Moments, bias: Moments)]
  private var (firstPower, secondPower): (Double, Double) = (1, 1)

  private static let (firstDecay, secondDecay): (Float, Float) = (0.9, 0.999)
  private static let epsilon: Float = 1e-8

  init(for network: DenseNetwork) {
    moments = network.layers.map {
      (Moments(count: $0.weights.count), Moments(count: $0.bias.count))
    }
  }

  /// Moves a network against a gradient.
  ///
  /// - Precondition: gradients of the network that the optimizer was made for.
  mutating func step(
    _ network: inout DenseNetwork, gradient: [LayerGradient], learningRate: Float
  ) {
    precondition(gradient.count == moments.count && network.layers.count == moments.count)
    firstPower *= Double(Self.firstDecay)
    secondPower *= Double(Self.secondDecay)
    let rate = Float(Double(learningRate) * (1 - secondPower).squareRoot() / (1 - firstPower))
    let epsilon = Self.epsilon * Float((1 - secondPower).squareRoot())
    for index in moments.indices {
      moments[index].weights.step(
        &network.layers[index].weights, gradient: gradient[index].weights, rate: rate,
        epsilon: epsilon)
      moments[index].bias.step(
        &network.layers[index].bias, gradient: gradient[index].bias, rate: rate, epsilon: epsilon)
    }
  }

  /// The running means of some parameters' gradients and of their squares.
  private struct Moments: Sendable {
    var first: [Float]
    var second: [Float]

    init(count: Int) {
      first = [Float](repeating: 0, count: count)
      second = first
    }

    /// Corrections for the start at zero are folded into `rate` and `epsilon`.
    mutating func step(
      _ parameters: inout [Float], gradient: [Float], rate: Float, epsilon: Float
    ) {
      let count = parameters.count
      precondition(gradient.count == count && first.count == count, "sizes differ")
      parameters.withUnsafeMutableBufferPointer { parameters in
        first.withUnsafeMutableBufferPointer { first in
          second.withUnsafeMutableBufferPointer { second in
            gradient.withUnsafeBufferPointer { gradient in
              for i in 0..<count {
                let g = gradient[i]
                let mean = firstDecay * first[i] + (1 - firstDecay) * g
                let square = secondDecay * second[i] + (1 - secondDecay) * g * g
                first[i] = mean
                second[i] = square
                parameters[i] -= rate * mean / (square.squareRoot() + epsilon)
              }
            }
          }
        }
      }
    }
  }
}
