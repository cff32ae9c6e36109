import Accelerators
import Characterization
import QuantizedNetworks
import Randomness
import TableArithmetic

/// Transitions of an element's multiplier and adder under uniform words: for layers without values.
///
/// As in `OperandTrace` one operand is held while the other changes, or both change where sums stay;
/// the partial sum is that of 0 to `depth` − 1 exact products, uniformly.
public struct UniformOperands: Sendable {
  /// Words whose products are summed, down to the element's own, the last.
  private struct Sum: Sendable {
    let activations: [UInt16]
    let weights: [UInt16]
  }

  private let samples: [(previous: Sum, current: Sum)]
  private let exact: WideMultiplier

  /// The deepest sum that is drawn.
  public static let maximumDepth = 1_024

  /// - Parameters:
  ///   - depth: of the sums, at least 1; at most `maximumDepth` is taken.
  ///   - count: transitions, at least 1.
  public init(
    dataflow: Dataflow, encoding: OperandEncoding, activationBits: Int, weightBits: Int, depth: Int,
    count: Int, seed: UInt64
  ) {
    precondition(depth >= 1 && count >= 1, "nothing to draw")
    exact = WideMultiplier(
      exact: encoding, activationBits: activationBits, weightBits: weightBits)
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func words(_ count: Int, _ bits: Int) -> [UInt16] {
      (0..<count).map { _ in UInt16(truncatingIfNeeded: stream.nextWord() >> UInt32(32 - bits)) }
    }
    let deepest = min(depth, Self.maximumDepth)
    samples = (0..<count).map { _ in
      let above = Int(stream.next() % UInt64(deepest))
      switch dataflow {
      case .weightStationary:
        let (previous, current) = (
          words(above + 1, activationBits), words(above + 1, activationBits)
        )
        let weights = words(above + 1, weightBits)
        return (
          Sum(activations: previous, weights: weights), Sum(activations: current, weights: weights)
        )
      case .inputStationary:
        let (previous, current) = (words(above + 1, weightBits), words(above + 1, weightBits))
        let activations = words(above + 1, activationBits)
        return (
          Sum(activations: activations, weights: previous),
          Sum(activations: activations, weights: current)
        )
      case .outputStationary:
        let current = Sum(
          activations: words(above + 1, activationBits), weights: words(above + 1, weightBits))
        // A fold's first product follows the last one of the fold before, whose sum has left.
        let previous =
          above == 0
          ? Sum(activations: words(1, activationBits), weights: words(1, weightBits))
          : Sum(
            activations: Array(current.activations.dropLast()),
            weights: Array(current.weights.dropLast()))
        return (previous, current)
      }
    }
  }

  /// The transitions of a multiplier's inputs.
  ///
  /// - Parameter word: what stands at them for two stored words.
  public func multiplier(_ word: (_ activation: UInt16, _ weight: UInt16) -> UInt64) -> Stimulus {
    stimulus { activations, weights in
      let last = weights.count - 1
      return UInt128(word(activations[last], weights[last]))
    }
  }

  /// The transitions of an adder's inputs: the partial sum in the low bits, the product above it.
  public func adder(_ accumulator: AccumulatorSpec) -> Stimulus {
    stimulus { activations, weights in
      accumulator.adderInputs(exact.numbers(activations, weights))
    }
  }

  private func stimulus(
    _ word: (_ activations: [UInt16], _ weights: [UInt16]) -> UInt128
  ) -> Stimulus {
    Stimulus(
      previous: samples.map { word($0.previous.activations, $0.previous.weights) },
      current: samples.map { word($0.current.activations, $0.current.weights) })
  }
}
