import Accelerators
import Files
import TableArithmetic

/// An array as it is exported: its size, its dataflow, what stands below it.
package struct ArrayDesign: Hashable, Sendable {
  /// Which operand of a product stays in the processing elements.
  package enum Dataflow: String, CaseIterable, Sendable {
    case weightStationary = "weight_stationary"
    case inputStationary = "input_stationary"
    case outputStationary = "output_stationary"
  }

  package let rows: Int
  package let columns: Int
  package let dataflow: Dataflow
  /// How many vectors of partial sums the accumulator bank holds.
  package let bankVectors: Int
  package let accumulator: AccumulatorSpec

  /// The largest array that is exported: rows, and columns.
  package static let maximumSide = 256
  /// The largest accumulator bank, in vectors.
  package static let maximumBankVectors = 65_536

  /// - Throws: `InputError` 64 if a size is outside 1 … `maximumSide`, or the bank's outside
  ///   1 … `maximumBankVectors`.
  package init(
    rows: Int, columns: Int, dataflow: Dataflow, bankVectors: Int, accumulator: AccumulatorSpec
  ) throws {
    guard (1...Self.maximumSide).contains(rows), (1...Self.maximumSide).contains(columns) else {
      throw InputError(
        .usage,
        "an array of \(rows) × \(columns) elements is not exported: 1 × 1 to \(Self.maximumSide) × "
          + "\(Self.maximumSide) are")
    }
    guard (1...Self.maximumBankVectors).contains(bankVectors) else {
      throw InputError(
        .usage,
        "an accumulator bank of \(bankVectors) vectors is not exported: 1 to "
          + "\(Self.maximumBankVectors) are")
    }
    self.rows = rows
    self.columns = columns
    self.dataflow = dataflow
    self.bankVectors = bankVectors
    self.accumulator = accumulator
  }

  /// How a matrix product lies on the array.
  struct Mapping: Hashable {
    /// Along the moving operand, along the sum, along the array's columns.
    let vectors: Int
    let depth: Int
    let outputs: Int
    /// Whether vectors are the activations' rows; else they are the weights' columns.
    let vectorsAreActivations: Bool
  }

  func mapping(_ shape: MatrixShape) -> Mapping {
    let isExchanged = dataflow == .inputStationary
    return Mapping(
      vectors: isExchanged ? shape.n : shape.m, depth: shape.k,
      outputs: isExchanged ? shape.m : shape.n, vectorsAreActivations: !isExchanged)
  }

  /// From the first word that enters the array to the end of the last fold; Documentation/Models.md
  /// draws a fold of each dataflow.
  package func cycles(_ shape: MatrixShape) -> Int {
    let mapping = mapping(shape)
    let outputFolds = Self.ceiling(mapping.outputs, columns)
    switch dataflow {
    case .weightStationary, .inputStationary:
      let tiles = Self.ceiling(mapping.vectors, bankVectors)
      return Self.ceiling(mapping.depth, rows) * outputFolds
        * (mapping.vectors + tiles * (2 * rows + columns + 1))
    case .outputStationary:
      return Self.ceiling(mapping.vectors, rows) * outputFolds
        * (mapping.depth + 2 * rows + columns)
    }
  }

  /// The cycle in which the output stage reads the last accumulator, counted as `cycles` is: earlier
  /// than its end where the last fold of a stationary operand leaves columns unused.
  package func lastOutputCycle(_ shape: MatrixShape) -> Int {
    switch dataflow {
    case .weightStationary, .inputStationary:
      let used = (mapping(shape).outputs - 1) % columns + 1
      return cycles(shape) - (columns - used)
    case .outputStationary: return cycles(shape)
    }
  }

  static func ceiling(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
}
