/// The register-level array of a spec's dataflow: for whoever does not care which one it is.
public struct RegisterLevelArray: Sendable {
  private enum Machine: Sendable {
    case weightStationary(WeightStationaryArray)
    case inputStationary(InputStationaryArray)
    case outputStationary(OutputStationaryArray)
  }

  private let machine: Machine

  /// - Precondition: as for the dataflow's own array.
  public init(spec: AcceleratorSpec, capture: ArrayCapture) {
    self.init(spec: spec, capture: capture, instructions: .best)
  }

  init(spec: AcceleratorSpec, capture: ArrayCapture, instructions: ArrayInstructions) {
    machine =
      switch spec.dataflow {
      case .weightStationary:
        .weightStationary(
          WeightStationaryArray(spec: spec, capture: capture, instructions: instructions))
      case .inputStationary:
        .inputStationary(
          InputStationaryArray(spec: spec, capture: capture, instructions: instructions))
      case .outputStationary:
        .outputStationary(
          OutputStationaryArray(spec: spec, capture: capture, instructions: instructions))
      }
  }

  /// Multiplies M×K activations by K×N weights, both row-major words.
  ///
  /// - Returns: the M×N accumulator values, row-major, and what it took.
  public func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> (sums: [Int32], counts: AccessCounts) {
    multiply(activations: activations, weights: weights, shape: shape, observer: nil)
  }

  func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape, observer: ArrayObserver?
  ) -> (sums: [Int32], counts: AccessCounts) {
    switch machine {
    case .weightStationary(let array):
      array.multiply(
        activations: activations, weights: weights, shape: shape, observer: observer)
    case .inputStationary(let array):
      array.multiply(
        activations: activations, weights: weights, shape: shape, observer: observer)
    case .outputStationary(let array):
      array.multiply(
        activations: activations, weights: weights, shape: shape, observer: observer)
    }
  }
}
