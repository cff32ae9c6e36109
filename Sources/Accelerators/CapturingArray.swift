import ErrorTables
import TableArithmetic

/// An array whose product registers may capture wrong products: one fidelity of the same operation.
public protocol CapturingArray: Sendable {
  /// Multiplies M×K activations by K×N weights, both row-major.
  func multiply(activations: [UInt8], weights: [UInt8], shape: MatrixShape) -> CapturedLayer
}

/// What an array made of a layer.
public struct CapturedLayer: Sendable {
  /// M × N, row-major.
  public let accumulators: [Int32]
  /// Of all captured products.
  public let errors: CapturedErrors

  public init(accumulators: [Int32], errors: CapturedErrors) {
    self.accumulators = accumulators
    self.errors = errors
  }
}
