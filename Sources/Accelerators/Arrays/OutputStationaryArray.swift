import CArrayKernels
import ErrorTables

/// Register-level simulation of an output-stationary array: sums stay until they are complete.
///
/// M lies along the rows, N along the columns; folds along N are inner, those along M outer, and all of
/// K passes in one fold:
/// - activation k of row r enters from the left in cycle k + r and moves right, weight k of column c
///   enters from the top in cycle k + c and moves down;
/// - an element multiplies in the cycle after, and adds in the one after that;
/// - after the last sum all sums move down one row a cycle into the bank below, for `rows` cycles, and
///   leave zeros behind.
///
/// ```
/// sum        <= sum + product          (drain: sum of the element above)
/// product    <= activation × weight
/// activation <= activation of the element to the left
/// weight     <= weight of the element above
/// ```
///
/// One valid bit goes with the operands, one with the product. Row r of a fold is written to the bank's
/// vector r mod `bankVectors` and read by the output stage in the next cycle, so that one vector is
/// enough. With P pipeline registers behind the product register all that follows comes P cycles
/// later. Convention `physical`: K + 2·rows + columns + P cycles a fold, partial folds included.
public struct OutputStationaryArray: Sendable {
  public let spec: AcceleratorSpec
  private let products: ArrayProducts
  private let late: (any PairCapture)?
  private let instructions: ArrayInstructions

  /// - Precondition: a capture for the spec's words, and no transition table.
  public init(spec: AcceleratorSpec, capture: ArrayCapture) {
    self.init(spec: spec, capture: capture, instructions: .best)
  }

  init(spec: AcceleratorSpec, capture: ArrayCapture, instructions: ArrayInstructions) {
    if case .transition = capture {
      preconditionFailure("both operands move: transition tables hold one")
    }
    precondition(spec.accumulatorProblem == nil, "accumulators too wide for bytes")
    self.spec = spec
    if case .pairs(let late) = capture { self.late = late } else { late = nil }
    self.instructions = instructions
    products = ArrayProducts(capture, of: spec, highIsWeight: true)
  }

  /// Multiplies M×K activations by K×N weights, both row-major words.
  ///
  /// - Precondition: bytes where operands have at most 8 bits, else words of 16.
  /// - Returns: the M×N accumulator values, row-major, and what it took.
  public func multiply<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape
  ) -> (sums: [Word.Sum], counts: AccessCounts) {
    let (sums, counts, _) = step(
      activations: activations, weights: weights, shape: shape, memory: nil, parts: nil,
      observer: nil)
    return (sums, counts)
  }

  func step<Word: ArrayWord>(
    activations: [Word], weights: [Word], shape: MatrixShape, memory: SteppedMemory?,
    parts: ProductParts?, observer: ArrayObserver?
  ) -> (sums: [Word.Sum], counts: AccessCounts, stalls: StallCounts) {
    precondition(activations.count == shape.m * shape.k && weights.count == shape.k * shape.n)
    precondition(MemoryLayout<Word>.size == spec.wordBytes, "words of another width")
    let (rows, columns) = (spec.rows, spec.columns)
    let registers = parts?.registers ?? ArrayRegisters(spec, vectors: rows)
    let capture = late.map(LateProducts.init)
    let computed = products.computing(registers: rows * registers.stride)
    let results = RegisterMemory<Word.Sum>(shape.m * shape.n)
    var counts = AXArrayCounts()
    var memory = parts?.memory ?? memory
    let cycles = Int64(shape.k + 2 * rows + columns + spec.pipelineRegisters)
    products.words.withUnsafeBufferPointer { table in
      activations.withUnsafeBufferPointer { activations in
        weights.withUnsafeBufferPointer { weights in
          guard let left = activations.baseAddress, let top = weights.baseAddress else { return }
          var array = AXOutputArray(
            rows: Int32(rows), columns: Int32(columns), stride: Int64(registers.stride),
            activation: registers.moving.base, weight: registers.held.base,
            product: registers.product.base, pipeline: registers.pipeline.base,
            pipelineStages: Int32(spec.pipelineRegisters), sum: registers.sum.base,
            bank: registers.bank.base, bankVectors: Int64(registers.bankVectors),
            isWide: computed == nil ? 0 : 1, table: table.baseAddress,
            wide: computed?.kernel ?? AXWideProducts(),
            productsAreSigned: products.areSigned ? 1 : 0,
            productMask: UInt32(truncatingIfNeeded: 1 << spec.productWidth - 1),
            accumulator: AXAccumulator(spec.accumulator),
            capture: capture == nil ? nil : LateProducts.function,
            context: capture.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) },
            previousActivation: registers.previous.base,
            previousWeight: registers.shadow.base,
            instructions: instructions.rawValue)
          for row in Parts(shape.m, size: rows) {
            for column in Parts(shape.n, size: columns) {
              var fold = AXOutputFold(
                activations: left + row.lowerBound * shape.k, activationRow: Int64(shape.k),
                weights: top + column.lowerBound, weightRow: Int64(shape.n),
                results: results.base + row.lowerBound * shape.n + column.lowerBound,
                resultRow: Int64(shape.n), usedRows: Int32(row.count),
                usedColumns: Int32(column.count), steps: Int64(shape.k))
              guard let observer else {
                ax_output_step(&array, &fold, 0, cycles, &counts)
                memory?.advance(cycles)
                continue
              }
              observer.beginFold()
              for cycle in 0..<cycles {
                observer.wait(memory?.advance() ?? 0)
                ax_output_step(&array, &fold, cycle, cycle + 1, &counts)
                observer.see(array, fold, cycle: Int(cycle))
              }
            }
          }
        }
      }
    }
    withExtendedLifetime((registers, capture, computed)) {}
    let sums = Array(UnsafeBufferPointer(start: results.base, count: results.count))
    return (sums, accessCounts(counts), ProductParts.stalls(after: parts, &memory, observer))
  }

  private func accessCounts(_ counts: AXArrayCounts) -> AccessCounts {
    let width = spec.accumulator.width
    var result = AccessCounts()
    (result.cycles, result.clockedCycles) = (Int(counts.cycles), Int(counts.cycles))
    result.multiplications = Int(counts.productClocks)
    result.accumulations = Int(counts.productClocks)
    result.bankBitsRead = width * Int(counts.bankReads)
    result.bankBitsWritten = width * Int(counts.bankWrites)
    result.registerBitClocks =
      spec.operandWidth * Int(counts.movingClocks) + spec.weightWidth * Int(counts.stationaryClocks)
      + spec.productWidth * Int(counts.productClocks + counts.pipelineClocks)
      + width * Int(counts.sumClocks + counts.bankWrites)
      + (2 + spec.pipelineRegisters) * spec.processingElements * Int(counts.cycles)
    let products = Int(counts.productClocks + counts.pipelineClocks)
    // Both operands take their edges together.
    result.gatedClocks = products + Int(counts.movingClocks + counts.sumClocks)
    result.gatedInverters =
      ClockTree.inverters(driving: spec.operandWidth + spec.weightWidth) * Int(counts.movingClocks)
      + ClockTree.inverters(driving: spec.productWidth) * products
      + ClockTree.inverters(driving: width) * Int(counts.sumClocks)
    result.toggles = counts.toggles
    return result
  }
}

/// Hands the kernel's operands to a `PairCapture`.
private final class LateProducts {
  private let capture: any PairCapture

  init(_ capture: any PairCapture) { self.capture = capture }

  static let function: AXPairCapture = { context, element, previous, current in
    guard let context else { return 0 }
    return Unmanaged<LateProducts>.fromOpaque(context).takeUnretainedValue().capture.product(
      element: Int(element), previous: OperandPair(word: previous),
      current: OperandPair(word: current))
  }
}
