import ErrorTables
import TableArithmetic

/// A weight-stationary array whose product registers may capture wrong products: one fidelity of the
/// same operation.
///
/// A fidelity says what one element captures while a weight stays in it; the sums follow from that
/// in the same way for all.
public protocol CapturingArray: Sendable {
  /// Memory that is used again from weight to weight.
  associatedtype Workspace

  var spec: AcceleratorSpec { get }
  /// The products after everything has settled.
  var settled: TableMatrixMultiplication { get }

  func workspace() -> Workspace

  /// The places, in K × N row-major, of the weights of which a product may be captured wrong, in the
  /// order in which their streams are captured. Results do not depend on it.
  func erring(_ weights: [UInt8], in streams: ElementStreams) -> [Int]

  /// What an element's product register takes for each vector of the stream of a weight that is
  /// `erring`.
  ///
  /// - Parameter captured: one word a vector, to be filled; holds the settled products.
  /// - Returns: whether a product may be wrong; if not, `captured` was left alone.
  func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with workspace: inout Workspace,
    into captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Bool
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

extension CapturingArray {
  /// Multiplies M×K activations by K×N weights, both row-major.
  ///
  /// A wrong product changes the exact sum by its difference; overflow is applied after, which gives
  /// the same accumulators (`AccumulatorSpec.value(ofProductSum:)`).
  public func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> CapturedLayer {
    precondition(weights.count == shape.k * shape.n, "weights are not K × N")
    // Asked for once: a copy of the tables for each product costs more than its gates.
    let settled = settled
    var sums = settled.productSums(
      activations: activations, weights: weights, m: shape.m, k: shape.k, n: shape.n)
    var errors = CapturedErrors(outputBits: 16)
    var workspace = workspace()
    var right = [UInt32](repeating: 0, count: shape.m)
    var captured = right
    right.withUnsafeMutableBufferPointer { right in
      captured.withUnsafeMutableBufferPointer { captured in
        let streams = ElementStreams(spec: spec, shape: shape)
        let places = erring(weights, in: streams)
        errors.addRight((weights.count - places.count) * shape.m)
        streams.forEach(places, activations: activations) { stream in
          let weight = weights[stream.k * shape.n + stream.n]
          settled.look(up: stream.current, with: weight, into: right)
          _ = captured.update(fromContentsOf: right)
          guard capture(stream, weight: weight, with: &workspace, into: captured) else {
            return errors.addRight(shape.m)
          }
          errors.add(
            settled: UnsafeBufferPointer(right), captured: UnsafeBufferPointer(captured),
            lanes: shape.m
          ) { vector in
            sums[vector * shape.n + stream.n] &+= captured[vector] &- right[vector]
          }
        }
      }
    }
    errors.compact()
    return CapturedLayer(
      accumulators: sums.map(spec.accumulator.value(ofProductSum:)), errors: errors)
  }
}
