import Accelerators
import Files
import QuantizedNetworks

/// What is exported: arrays and products that a Verilog simulator can be asked to run.
package enum ExportLimits {
  /// Rows, and columns, of an array; bits of a word.
  package static let (maximumSide, words) = (256, OperandEncoding.widths)
  /// Along a side of a matrix; elements of a matrix, or words of the buffers of all rows, or of all
  /// columns, those that no product uses included.
  package static let (maximumExtent, maximumWords) = (1 << 16, 1 << 22)
  /// The testbench counts up to twice as many in 32 bits.
  package static let maximumCycles = 1 << 29
  /// Elements times cycles: the simulator that gives the expected accumulators steps each.
  package static let maximumElementCycles = 1 << 34
  /// Bits of a size and of a buffer's address in hardware.
  static let (sizeBits, addressBits) = (20, 24)

  /// - Throws: `InputError` 64 if an array is too large or its words too wide.
  package static func check(_ spec: AcceleratorSpec) throws {
    guard max(spec.rows, spec.columns) <= maximumSide else {
      throw InputError(
        .usage,
        "an array of \(spec.rows) × \(spec.columns) elements is not exported: up to "
          + "\(maximumSide) × \(maximumSide) are")
    }
    guard words.contains(spec.operandWidth), words.contains(spec.weightWidth) else {
      throw InputError(
        .usage,
        "activations of \(spec.operandWidth) and weights of \(spec.weightWidth) bits are not "
          + "exported: words of \(words.lowerBound) to \(words.upperBound) bits are")
    }
  }

  /// Checks an array and that a product is small enough, before anything is made for it.
  ///
  /// - Throws: `InputError` 64 with the limit that is exceeded.
  package static func check(_ shape: MatrixShape, on spec: AcceleratorSpec) throws {
    try check(spec)
    let product = "a product of \(shape.m)x\(shape.k)x\(shape.n)"
    guard max(shape.m, shape.k, shape.n) <= maximumExtent,
      max(shape.m * shape.k, shape.k * shape.n, shape.m * shape.n) <= maximumWords
    else {
      throw InputError(
        .usage,
        "\(product) is not exported: at most \(maximumExtent) along a side and \(maximumWords) "
          + "elements a matrix are")
    }
    let mapping = ArrayMapping(shape, on: spec)
    let buffers = BufferLayout(mapping)
    let words = max(buffers.rowDepth * spec.rows, buffers.columnDepth * spec.columns)
    guard words <= maximumWords else {
      throw InputError(
        .usage,
        "\(product) leaves most of this array unused: its buffers would have \(words) words, and at "
          + "most \(maximumWords) are exported")
    }
    let limit = min(maximumCycles, maximumElementCycles / spec.processingElements)
    guard mapping.cycles <= limit else {
      throw InputError(
        .usage,
        "\(product) takes this array \(mapping.cycles) cycles: at most \(limit) of so many elements "
          + "are exported")
    }
  }
}
