import Accelerators

/// The words of a matrix product that an exported array is run on.
package struct MatrixWords: Sendable {
  package let shape: MatrixShape
  /// M×K, row-major; a word of up to 16 bits each.
  package let activations: [UInt16]
  /// K×N, row-major.
  package let weights: [UInt16]
  /// Where they come from, for people.
  package let origin: String

  /// - Precondition: as many words as the matrices have elements.
  package init(shape: MatrixShape, activations: [UInt16], weights: [UInt16], origin: String) {
    precondition(
      activations.count == shape.m * shape.k && weights.count == shape.k * shape.n,
      "words do not fit the matrices")
    self.shape = shape
    self.activations = activations
    self.weights = weights
    self.origin = origin
  }

  func activation(_ m: Int, _ k: Int) -> UInt16 { activations[m * shape.k + k] }
  func weight(_ k: Int, _ n: Int) -> UInt16 { weights[k * shape.n + n] }
}
