import Accelerators
import ErrorTables
import QuantizedNetworks
import Randomness
import Training

/// The chips that training captures products on: at each step every element has another of a number of
/// dies, which no evaluated chip, pool of evaluated dies or error table has.
///
/// Step t draws its elements' dies from the stream (seed of the training, `.trainingElementDies`, t).
public struct TrainingChips: CapturingChips {
  /// Of any dies.
  private let array: TransitionArray

  /// - Parameter tables: of the dies to draw from, at least one.
  public init(spec: AcceleratorSpec, tables: DieErrors) {
    array = TransitionArray(
      spec: spec, dies: tables, dieOfElement: [Int](repeating: 0, count: spec.processingElements))
  }

  /// The die of each element at a step.
  func dies(seed: UInt64, step: Int) -> [Int] {
    var stream = RandomStream(seed: seed, purpose: .trainingElementDies, index: UInt64(step))
    return ElementTables.dies(
      elements: array.spec.processingElements, variants: array.dies.count,
      from: &stream)
  }

  public func array(seed: UInt64, step: Int) -> @Sendable (ArrayProduct) -> [Int32] {
    let array = array.replacingDies(dies(seed: seed, step: step))
    return { product in
      array.accumulators(
        activations: product.activations, weights: product.weights, shape: product.shape)
    }
  }
}
