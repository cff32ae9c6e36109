import ErrorTables
import TableArithmetic

/// Register-level simulation of a weight-stationary array: every register, every cycle, every bit.
///
/// A K×N weight matrix is cut into folds of `rows`×`columns`; M vectors are cut into tiles that the
/// accumulator bank holds. For each tile and fold (folds along K innermost):
/// - `rows` cycles shift the fold's weights down from the top, one row a cycle;
/// - vectors enter from the left, row r one cycle after row r − 1, and move right one column a cycle;
/// - partial sums enter at the top, from the bank (zero in the first fold along K), move down one row a
///   cycle, and are written back to the bank one cycle after they leave the bottom row.
///
/// A processing element has five registers: shadow weight, weight, activation, product and partial sum.
/// Weights shift through the shadow registers and are taken over all at once in the first cycle of the
/// stream, so that the multiplier sees one change. It multiplies in one cycle and adds in the next.
/// Registers are clock-gated by valid bits, which are clocked always: only elements in use are clocked.
/// Convention `physical`: M + 2·rows + columns + 1 cycles a fold, partial folds included; see Models.md.
public struct WeightStationaryArray: Sendable {
  public let rows: Int
  public let columns: Int
  public let bankVectors: Int
  public let accumulator: AccumulatorSpec
  /// What the product registers take.
  public let capture: Capture

  /// What a product register takes at the clock edge.
  public enum Capture: Sendable {
    /// The product of the operands.
    case settled(ProductTable)
    /// What an element's multiplier has come to since its activation changed.
    case transition(ElementTables)
  }

  public init(spec: AcceleratorSpec, products: ProductTable) {
    precondition(
      products.widthA == spec.operandWidth && products.widthB == spec.operandWidth,
      "the multiplier's width is not the array's")
    self.init(spec: spec, capture: .settled(products))
  }

  /// - Precondition: one die for each element of the array.
  public init(spec: AcceleratorSpec, elements: ElementTables) {
    precondition(elements.dieOfElement.count == spec.processingElements, "one die for each element")
    self.init(spec: spec, capture: .transition(elements))
  }

  private init(spec: AcceleratorSpec, capture: Capture) {
    rows = spec.rows
    columns = spec.columns
    bankVectors = spec.bankVectors
    accumulator = spec.accumulator
    self.capture = capture
  }

  /// The registers of one processing element, with the valid bits that gate their clocks.
  struct ProcessingElement {
    var shadowWeight: UInt8 = 0
    var weight: UInt8 = 0
    var activation: UInt8 = 0
    /// What the activation register held before: no register, but what the multiplier comes from.
    var previousActivation: UInt8 = 0
    var product: UInt32 = 0
    var partialSum: Int32 = 0
    var activationIsValid = false
    var productIsValid = false
    var partialSumIsValid = false
  }

  /// Multiplies M×K activations by K×N weights, both row-major.
  ///
  /// - Returns: the M×N accumulator values, row-major, and what it took (cycles, multiplications,
  ///   accumulations, bank and register counts; buffers and DRAM belong to the layer's schedule).
  public func multiply(
    activations: [UInt8], weights: [UInt8], shape: MatrixShape
  ) -> (sums: [Int32], counts: AccessCounts) {
    precondition(activations.count == shape.m * shape.k && weights.count == shape.k * shape.n)
    var sums = [Int32](repeating: 0, count: shape.m * shape.n)
    var counts = AccessCounts()
    var grid = [ProcessingElement](repeating: ProcessingElement(), count: rows * columns)
    var bank = [Int32](repeating: 0, count: bankVectors * columns)
    for firstVector in stride(from: 0, to: shape.m, by: bankVectors) {
      for firstColumn in stride(from: 0, to: shape.n, by: columns) {
        for firstRow in stride(from: 0, to: shape.k, by: rows) {
          let fold = Fold(
            vectors: firstVector..<min(shape.m, firstVector + bankVectors),
            rows: firstRow..<min(shape.k, firstRow + rows),
            columns: firstColumn..<min(shape.n, firstColumn + columns))
          load(weights, of: fold, shape: shape, into: &grid, counts: &counts)
          stream(
            activations, through: fold, shape: shape, grid: &grid, bank: &bank, counts: &counts)
        }
        for vector in firstVector..<min(shape.m, firstVector + bankVectors) {
          for column in firstColumn..<min(shape.n, firstColumn + columns) {
            sums[vector * shape.n + column] =
              bank[(vector - firstVector) * columns + column - firstColumn]
            counts.bankBitsRead += accumulator.width
          }
        }
      }
    }
    return (sums, counts)
  }

  /// The part of the product that the array works on at a time.
  struct Fold {
    let vectors: Range<Int>
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Shifts a fold's weights down the columns, the bottom row's weights first.
  private func load(
    _ weights: [UInt8], of fold: Fold, shape: MatrixShape, into grid: inout [ProcessingElement],
    counts: inout AccessCounts
  ) {
    for cycle in 0..<rows {
      let entering = rows - 1 - cycle
      for row in stride(from: rows - 1, through: 0, by: -1) {
        for column in fold.columns.indices {
          let local = column - fold.columns.lowerBound
          let next: UInt8
          if row > 0 {
            next = grid[(row - 1) * columns + local].shadowWeight
          } else if entering < fold.rows.count {
            next = weights[(fold.rows.lowerBound + entering) * shape.n + column]
          } else {
            next = 0
          }
          let index = row * columns + local
          counts.registerBitClocks += 8
          counts.registerBitToggles += (grid[index].shadowWeight ^ next).nonzeroBitCount
          grid[index].shadowWeight = next
        }
      }
      counts.cycles += 1
      counts.registerBitClocks += validBits
    }
    for row in 0..<rows {
      for column in fold.columns.indices {
        let index = row * columns + column - fold.columns.lowerBound
        counts.registerBitClocks += 8
        counts.registerBitToggles +=
          (grid[index].weight ^ grid[index].shadowWeight).nonzeroBitCount
        grid[index].weight = grid[index].shadowWeight
        counts.weightChanges += 1
      }
    }
  }

  /// Flip-flops that say what is valid: three an element.
  private var validBits: Int { 3 * rows * columns }

  /// Streams a fold's vectors through the array until the last sum is in the bank.
  private func stream(
    _ activations: [UInt8], through fold: Fold, shape: MatrixShape,
    grid: inout [ProcessingElement], bank: inout [Int32], counts: inout AccessCounts
  ) {
    let usedColumns = fold.columns.count
    let usedRows = fold.rows.count
    let vectors = fold.vectors.count
    let width = accumulator.width
    var written = 0
    var cycle = 0
    while written < vectors * usedColumns || cycle < vectors + rows + columns + 1 {
      // The bank takes the sums that left the bottom row in the cycle before.
      for column in 0..<usedColumns where grid[(rows - 1) * columns + column].partialSumIsValid {
        let vector = cycle - rows - column - 2
        let slot = vector * columns + column
        let sum = grid[(rows - 1) * columns + column].partialSum
        counts.bankBitsWritten += width
        counts.registerBitClocks += width
        counts.registerBitToggles += Self.toggles(bank[slot], sum, width: width)
        bank[slot] = sum
        written += 1
      }
      // Each element takes its left and upper neighbor's state of the cycle before: so the far ones
      // are stepped first.
      for row in stride(from: rows - 1, through: 0, by: -1) {
        for column in stride(from: usedColumns - 1, through: 0, by: -1) {
          let index = row * columns + column
          var element = grid[index]

          // Add: the partial sum from above, or from the bank, plus this element's product.
          let incoming: Int32
          let sumArrives: Bool
          if row == 0 {
            let vector = cycle - column - 2
            sumArrives = vector >= 0 && vector < vectors
            incoming =
              sumArrives && fold.rows.lowerBound > 0 ? bank[vector * columns + column] : 0
            if sumArrives && fold.rows.lowerBound > 0 { counts.bankBitsRead += width }
          } else {
            sumArrives = grid[index - columns].partialSumIsValid
            incoming = grid[index - columns].partialSum
          }
          if sumArrives {
            let sum =
              element.productIsValid
              ? accumulator.sum(incoming, element.product) : incoming
            if element.productIsValid { counts.accumulations += 1 }
            counts.registerBitClocks += width
            counts.registerBitToggles += Self.toggles(element.partialSum, sum, width: width)
            element.partialSum = sum
          }
          element.partialSumIsValid = sumArrives

          // Multiply: the weight that stays by the activation that came the cycle before.
          if element.activationIsValid {
            let product = capture.product(of: element, at: index)
            counts.multiplications += 1
            counts.registerBitClocks += 16
            counts.registerBitToggles += (element.product ^ product).nonzeroBitCount
            element.product = product
          }
          element.productIsValid = element.activationIsValid

          // Pass on: the activation from the left neighbor, or from the buffer.
          let arriving: UInt8
          let arrives: Bool
          if column == 0 {
            let vector = cycle - row
            arrives = row < usedRows && vector >= 0 && vector < vectors
            arriving =
              arrives
              ? activations[
                (fold.vectors.lowerBound + vector) * shape.k + fold.rows.lowerBound + row] : 0
          } else {
            arrives = grid[index - 1].activationIsValid
            arriving = grid[index - 1].activation
          }
          if arrives {
            counts.registerBitClocks += 8
            counts.registerBitToggles += (element.activation ^ arriving).nonzeroBitCount
            element.previousActivation = element.activation
            element.activation = arriving
          }
          element.activationIsValid = arrives
          counts.registerBitToggles += Self.validToggles(grid[index], element)
          grid[index] = element
        }
      }
      cycle += 1
    }
    counts.cycles += cycle
    counts.registerBitClocks += cycle * validBits
  }

  private static func validToggles(_ old: ProcessingElement, _ new: ProcessingElement) -> Int {
    (old.activationIsValid != new.activationIsValid ? 1 : 0)
      + (old.productIsValid != new.productIsValid ? 1 : 0)
      + (old.partialSumIsValid != new.partialSumIsValid ? 1 : 0)
  }

  private static func toggles(_ old: Int32, _ new: Int32, width: Int) -> Int {
    let mask = UInt32.max >> UInt32(32 - width)
    return (UInt32(bitPattern: old ^ new) & mask).nonzeroBitCount
  }
}

extension WeightStationaryArray.Capture {
  /// The product that an element's register takes.
  @inline(__always)
  func product(of element: WeightStationaryArray.ProcessingElement, at index: Int) -> UInt32 {
    switch self {
    case .settled(let products): products[Int(element.activation), Int(element.weight)]
    case .transition(let elements):
      elements.product(
        element: index, previous: element.previousActivation, activation: element.activation,
        weight: element.weight)
    }
  }
}
