import QuantizedNetworks

/// Chips whose processing elements capture the products of training's perturbed passes, in the place of
/// errors that are drawn from tables: what an element captures follows from its die and its operands.
public protocol CapturingChips: Sendable {
  /// The array of a step's chip, which gives the M × N accumulators of a product of matrices, row-major.
  ///
  /// - Parameters:
  ///   - seed: of the training.
  ///   - step: counted from 0 over the whole training.
  func array(seed: UInt64, step: Int) -> @Sendable (ArrayProduct) -> [Int32]
}
