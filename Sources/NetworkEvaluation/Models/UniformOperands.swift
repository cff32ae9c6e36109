import Characterization
import QuantizedNetworks
import Randomness
import TableArithmetic

/// Transitions of an element's multiplier and adder under uniform words: for layers without values.
///
/// As in `OperandTrace` a weight is held while the activation changes, and the partial sum is that of
/// the elements above: of 0 to `depth` − 1 exact products, uniformly.
public struct UniformOperands: Sendable {
  private struct Sample: Sendable {
    /// Activations before and after, and weights, down to the element.
    let previous: [UInt8]
    let current: [UInt8]
    let weights: [UInt8]
  }

  private let samples: [Sample]
  private let exact: EncodedMultiplier

  /// The deepest sum that is drawn.
  public static let maximumDepth = 1_024

  /// - Parameters:
  ///   - depth: of the sums, at least 1; at most `maximumDepth` is taken.
  ///   - count: transitions, at least 1.
  public init(
    encoding: OperandEncoding, activationBits: Int, weightBits: Int, depth: Int, count: Int,
    seed: UInt64
  ) {
    precondition(depth >= 1 && count >= 1, "nothing to draw")
    exact = .exact(encoding, activationBits: activationBits, weightBits: weightBits)
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func words(_ count: Int, _ bits: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord() >> UInt32(32 - bits)) }
    }
    let deepest = min(depth, Self.maximumDepth)
    samples = (0..<count).map { _ in
      let above = Int(stream.next() % UInt64(deepest))
      return Sample(
        previous: words(above + 1, activationBits), current: words(above + 1, activationBits),
        weights: words(above + 1, weightBits))
    }
  }

  /// The transitions of a multiplier's inputs.
  ///
  /// - Parameter word: what stands at them for two stored words.
  public func multiplier(_ word: (_ activation: UInt8, _ weight: UInt8) -> UInt64) -> Stimulus {
    stimulus { activations, weights in
      let last = weights.count - 1
      return word(activations[last], weights[last])
    }
  }

  /// The transitions of an adder's inputs: the partial sum in the low bits, the product above it.
  public func adder(_ accumulator: AccumulatorSpec) -> Stimulus {
    stimulus { activations, weights in
      accumulator.adderInputs(zip(activations, weights).map { exact.product($0, $1) })
    }
  }

  private func stimulus(_ word: (_ activations: [UInt8], _ weights: [UInt8]) -> UInt64) -> Stimulus
  {
    Stimulus(
      previous: samples.map { word($0.previous, $0.weights) },
      current: samples.map { word($0.current, $0.weights) })
  }
}
