import Networks
import Randomness

/// A random direction u of a batch's outputs: ±1/√M each, M the batch's examples, so that the square of
/// ∂(uᵀy)/∂w has the mean (1/M)·Σₘₖ(∂yₘₖ/∂w)² over draws.
///
/// Independent signs leave the squares alone, whose mean is the trace: Hutchinson, *A stochastic
/// estimator of the trace of the influence matrix*, Communications in Statistics 18(3), 1989.
enum OutputProjection {
  /// The direction of a step: signs from the stream (seed, `.trainingOutputProjection`, step), 64 of a
  /// word.
  ///
  /// - Parameter count: M, positive.
  static func draw(count: Int, shape: FeatureShape, seed: UInt64, step: Int) -> Tensor {
    precondition(count > 0, "a batch is not empty")
    var stream = RandomStream(
      seed: seed, purpose: .trainingOutputProjection, index: UInt64(step))
    let size = 1 / Float(count).squareRoot()
    var signs: UInt64 = 0
    let values = (0..<count * shape.count).map { index -> Float in
      if index.isMultiple(of: 64) { signs = stream.next() }
      defer { signs >>= 1 }
      return signs & 1 == 0 ? size : -size
    }
    return Tensor(count: count, shape: shape, values: values)
  }
}
