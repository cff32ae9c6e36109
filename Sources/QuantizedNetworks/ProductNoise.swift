import Networks
import Synchronization
import TableArithmetic

/// Errors of a layer's products as noise of its weights.
///
/// A weight that is off by δ steps gives its product with activation a the error δ·(a − z), z the zero
/// point of activations; a multiplier gives e(a, w), the captured product less a·w. With activations of
/// frequency p both have the same mean square where δ² = Σₐ p(a)·e(a, w)²/Σₐ p(a)·(a − z)². Errors of
/// capturing, independent of both operands, add their own mean square to e². Our derivation
/// (Models.md). The mean of e is part of it: no pass in floating point takes it back. Not modelled:
/// that errors of one weight's products, or of products of one sum, may go together.
public struct ProductNoise: Hashable, Sendable {
  /// δ² of each weight word, 256 in all, in steps²; 0 where all activations are 0, which no weight
  /// moves then.
  public let meanSquares: [Double]

  /// - Precondition: 256 finite numbers, not negative.
  public init(meanSquares: [Double]) {
    precondition(
      meanSquares.count == 256 && meanSquares.allSatisfy { $0 >= 0 && $0.isFinite },
      "a mean square outside its range")
    self.meanSquares = meanSquares
  }

  /// Deviations of independent noise as well, in steps, by word; those that nothing is added to stay
  /// as they are.
  func added(to deviations: [Double]) -> [Double] {
    deviations.indices.map {
      meanSquares[$0] == 0
        ? deviations[$0]
        : (deviations[$0] * deviations[$0] + meanSquares[$0]).squareRoot()
    }
  }
}

extension IntegerNetwork {
  /// The noise that wrong products give the weights of each layer with weights, under the activations
  /// that its exact integers have on some examples.
  ///
  /// - Parameters:
  ///   - multiplier: for the network's words.
  ///   - timing: the mean square of captured − settled products, at least 0.
  ///   - inputs: `count` × features words, such as those of training examples.
  /// - Precondition: at least one example.
  public func productNoise(
    of multiplier: EncodedMultiplier, timing: Double, inputs: [UInt8], count: Int,
    work: ChunkedWork = .serial
  ) -> [ProductNoise] {
    precondition(count > 0 && timing >= 0 && timing.isFinite, "no examples, or no mean square")
    let sources = steps.compactMap { step in
      if case .linear = step.operation { step.sources[0] } else { nil }
    }
    let integers = spec.encoding.integerTable(bits: spec.activationBits)
    return zip(sources, activationCounts(inputs, count: count, work: work)).map { source, counts in
      let zero = slots[source].quantization.zeroPoint
      let words = counts.indices.filter { counts[$0] > 0 }
      let reach = words.reduce(0.0) {
        let value = Double(integers[$1] - zero)
        return $0 + Double(counts[$1]) * value * value
      }
      guard reach > 0 else {
        return ProductNoise(meanSquares: [Double](repeating: 0, count: 256))
      }
      let captured = Double(counts.reduce(0, +)) * timing
      return ProductNoise(
        meanSquares: (0...255).map { weight in
          words.reduce(captured) {
            let error = Double(multiplier.error(UInt8($1), UInt8(weight)))
            return $0 + Double(counts[$1]) * error * error
          } / reach
        })
    }
  }

  /// How often each word, of 256, is an activation in the products of each layer with weights, words of
  /// padding among them, through exact integers.
  func activationCounts(_ inputs: [UInt8], count: Int, work: ChunkedWork = .serial) -> [[Int]] {
    let features = input.shape.count
    precondition(inputs.count == count * features, "inputs do not fit the network")
    let inference = IntegerInference(self, multiplier: .exact(spec))
    let layers = inference.linears.indices
    let counts = Mutex([[Int]](repeating: [Int](repeating: 0, count: 256), count: layers.count))
    work.forEachChunk(of: count, size: Self.countedImages) { _, images in
      let trace = inference.trace(
        Array(inputs[images.lowerBound * features..<images.upperBound * features]),
        count: images.count)
      for layer in layers {
        var found = [Int](repeating: 0, count: 256)
        for product in inference.products(of: trace, layer: layer, images: images.count) {
          for word in product.activations { found[Int(word)] += 1 }
        }
        counts.withLock { counts in
          for word in found.indices { counts[layer][word] += found[word] }
        }
      }
    }
    return counts.withLock { $0 }
  }

  /// Images whose patches are held at a time.
  private static let countedImages = 16
}
