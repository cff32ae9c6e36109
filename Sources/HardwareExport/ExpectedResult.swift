import Accelerators

/// What an exported array must give: the result of the register-level simulator.
package struct ExpectedResult: Hashable, Sendable {
  /// M×N, row-major.
  package let sums: [Int32]
  package let cycles: Int

  /// - Precondition: a multiplier for the array's words.
  package init(_ words: MatrixWords, on spec: AcceleratorSpec, multiplier: ExportedMultiplier) {
    let (sums, counts) = RegisterLevelArray(spec: spec, capture: .encoded(multiplier.table))
      .multiply(activations: words.activations, weights: words.weights, shape: words.shape)
    self.sums = sums
    cycles = counts.cycles
  }
}
