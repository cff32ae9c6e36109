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
  /// The bits of a byte that reach the multiplier, as moving and as held operand.
  var movingMask: UInt8 { get }
  var heldMask: UInt8 { get }

  func workspace() -> Workspace

  /// Whether any product of a weight at a place of K × N, row-major, may be captured wrong.
  func mayErr(_ weight: UInt8, element: Int) -> Bool

  /// Whether a product may be captured wrong whose operands are those of the cycle before: never by
  /// gates, which have settled.
  var mayErrOnRepeats: Bool { get }

  /// What an element's product register takes where that may be no settled product.
  ///
  /// - Parameters:
  ///   - stream: of a weight that may err.
  ///   - lanes: gets the places of such products in the stream, each once; has room for all.
  ///   - captured: gets these products.
  /// - Returns: how many there are.
  func capture(
    _ stream: ElementStreams.Stream, weight: UInt8, with workspace: inout Workspace,
    lanes: UnsafeMutableBufferPointer<Int32>, captured: UnsafeMutableBufferPointer<UInt32>
  ) -> Int
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
    captured(activations, weights, shape, counts: true)
  }

  /// The accumulators alone: of the few images of a step of training, to count what is wrong by mask and
  /// by difference takes longer than to find it.
  public func accumulators(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> [Int32] {
    captured(activations, weights, shape, counts: false).accumulators
  }

  /// - Parameter counts: whether errors are counted; else none are.
  private func captured(
    _ activations: [UInt8], _ weights: [UInt8], _ shape: MatrixShape, counts: Bool
  ) -> CapturedLayer {
    precondition(weights.count == shape.k * shape.n, "weights are not K × N")
    let activations = Self.masked(activations, movingMask)
    let weights = Self.masked(weights, heldMask)
    var sums = settled.productSums(
      activations: activations, weights: weights, m: shape.m, k: shape.k, n: shape.n)
    var errors = CapturedErrors(outputBits: 16)
    let streams = ElementStreams(spec: spec, shape: shape)
    let places = weights.indices.filter {
      mayErr(weights[$0], element: streams.element(ofPlace: $0))
    }
    errors.addRight((weights.count - places.count) * shape.m)
    if !places.isEmpty {
      var differences = SumDifferences(outputs: shape.n, vectors: shape.m)
      differences.collect { change in
        capture(
          places, streams, activations, weights, &errors, counts: counts, wrong: change)
      }
      differences.add(to: &sums)
    }
    errors.compact()
    return CapturedLayer(
      accumulators: sums.map(spec.accumulator.value(ofProductSum:)), errors: errors)
  }

  private static func masked(_ words: [UInt8], _ mask: UInt8) -> [UInt8] {
    mask == .max ? words : words.map { $0 & mask }
  }

  /// Captures the products of some weights.
  ///
  /// - Parameters:
  ///   - counts: whether what is wrong is counted.
  ///   - wrong: gets captured − settled, modulo 2³², of each wrong product.
  private func capture(
    _ places: [Int], _ streams: ElementStreams, _ activations: [UInt8], _ weights: [UInt8],
    _ errors: inout CapturedErrors, counts: Bool,
    wrong: (_ n: Int, _ vector: Int, _ difference: UInt32) -> Void
  ) {
    let shape = streams.shape
    // Asked for once: a copy of the tables for each product costs more than its gates.
    let settled = settled
    var workspace = workspace()
    var lanes = [Int32](repeating: 0, count: shape.m)
    var captured = [UInt32](repeating: 0, count: shape.m)
    var right = captured
    lanes.withUnsafeMutableBufferPointer { lanes in
      captured.withUnsafeMutableBufferPointer { captured in
        right.withUnsafeMutableBufferPointer { right in
          streams.forEach(places, activations: activations, leavesRepeats: !mayErrOnRepeats) {
            stream in
            let weight = weights[stream.k * shape.n + stream.n]
            let count = capture(
              stream, weight: weight, with: &workspace, lanes: lanes, captured: captured)
            settled.withProducts(of: weight) { products in
              for index in 0..<count {
                right[index] = UInt32(products[Int(stream.current[Int(lanes[index])])])
              }
            }
            func change(_ index: Int) {
              wrong(
                stream.n, Int(stream.vectors[Int(lanes[index])]),
                captured[index] &- right[index])
            }
            guard counts else {
              for index in 0..<count { change(index) }
              return
            }
            errors.addRight(shape.m - count)
            errors.add(
              settled: UnsafeBufferPointer(right), captured: UnsafeBufferPointer(captured),
              lanes: count, change)
          }
        }
      }
    }
  }
}
