import Accelerators

/// The words of a matrix product that an exported array is run on.
package struct MatrixWords: Sendable {
  package let shape: MatrixShape
  /// M×K, row-major.
  package let activations: [UInt8]
  /// K×N, row-major.
  package let weights: [UInt8]
  /// Where they come from, for people.
  package let origin: String

  /// - Precondition: as many words as the matrices have elements.
  package init(shape: MatrixShape, activations: [UInt8], weights: [UInt8], origin: String) {
    precondition(
      activations.count == shape.m * shape.k && weights.count == shape.k * shape.n,
      "words do not fit the matrices")
    self.shape = shape
    self.activations = activations
    self.weights = weights
    self.origin = origin
  }

  func activation(_ m: Int, _ k: Int) -> UInt8 { activations[m * shape.k + k] }
  func weight(_ k: Int, _ n: Int) -> UInt8 { weights[k * shape.n + n] }
}
