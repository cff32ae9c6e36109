import Accelerators
import Files
import QuantizedNetworks
import TableArithmetic

/// The words of a matrix product that an exported array is run on.
package struct MatrixWords: Sendable {
  package let shape: MatrixShape
  /// M×K, row-major.
  package let activations: [UInt8]
  /// K×N, row-major.
  package let weights: [UInt8]
  /// Where they come from, for people.
  package let origin: String

  /// The most words of a matrix, the words of buffers that no product uses included, and the most
  /// multiplications.
  package static let (maximumWords, maximumProducts) = (1 << 22, 1 << 30)
  /// The testbench counts up to twice as many in 32 bits.
  package static let maximumCycles = 1 << 29
  /// Bits of a size and of a buffer's address in hardware.
  static let (sizeBits, addressBits) = (20, 24)

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

  /// Checks that a product is small enough, before anything is made for it.
  ///
  /// - Throws: `InputError` 64 with the limit that it exceeds.
  package static func check(_ shape: MatrixShape, on design: ArrayDesign) throws {
    let limit = 1 << 16
    guard max(shape.m, shape.k, shape.n) <= limit,
      max(shape.m * shape.k, shape.k * shape.n, shape.m * shape.n) <= maximumWords,
      shape.m * shape.k * shape.n <= maximumProducts
    else {
      throw InputError(
        .usage,
        "a product of \(shape.m)x\(shape.k)x\(shape.n) is not exported: at most \(limit) along a "
          + "side, \(maximumWords) elements a matrix and \(maximumProducts) multiplications are")
    }
    let buffers = BufferLayout(shape, on: design)
    let words = max(buffers.rowDepth * design.rows, buffers.columnDepth * design.columns)
    guard words <= maximumWords else {
      throw InputError(
        .usage,
        "a product of \(shape.m)x\(shape.k)x\(shape.n) leaves most of this array unused: its buffers "
          + "would have \(words) words, and at most \(maximumWords) are exported")
    }
    let cycles = design.cycles(shape)
    guard cycles <= maximumCycles else {
      throw InputError(
        .usage,
        "a product of \(shape.m)x\(shape.k)x\(shape.n) takes this array \(cycles) cycles: at most "
          + "\(maximumCycles) are exported")
    }
  }

  /// What the accumulators hold in the end: M×N, row-major, in two's complement.
  package func accumulators(_ multiplier: ExportedMultiplier, _ accumulator: AccumulatorSpec)
    -> [Int32]
  {
    multiplier.table.accumulators(
      activations: activations, weights: weights, images: shape.m,
      shape: ConvolutionShape(
        channels: shape.k, input: ConvolutionShape.Size(square: 1), filters: shape.n,
        kernel: ConvolutionShape.Size(square: 1)), padding: 0, accumulator: accumulator,
      errors: .none, key: ProductErrorKey(seed: 0, purpose: .timingErrors, index: 0, layer: 0))
  }
}
