import Accelerators

/// What an exported array must give: the result of the register-level simulator.
package struct ExpectedResult: Hashable, Sendable {
  /// M×N, row-major.
  package let sums: [Int32]
  package let cycles: Int

  /// - Precondition: a multiplier for the array's words.
  package init(_ words: MatrixWords, on spec: AcceleratorSpec, multiplier: ExportedMultiplier) {
    let capture = ArrayCapture.encoded(multiplier.table)
    let (activations, weights, shape) = (words.activations, words.weights, words.shape)
    let (sums, counts) =
      switch spec.dataflow {
      case .weightStationary:
        WeightStationaryArray(spec: spec, capture: capture)
          .multiply(activations: activations, weights: weights, shape: shape)
      case .inputStationary:
        InputStationaryArray(spec: spec, capture: capture)
          .multiply(activations: activations, weights: weights, shape: shape)
      case .outputStationary:
        OutputStationaryArray(spec: spec, capture: capture)
          .multiply(activations: activations, weights: weights, shape: shape)
      }
    self.sums = sums
    cycles = counts.cycles
  }
}
