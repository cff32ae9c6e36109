import CArrayKernels
import ErrorTables
import TableArithmetic

/// The machine that weight and input stationary share: one operand is held by the elements, the other
/// streams past it, sums run down the columns into the bank.
///
/// It steps registers through `CArrayKernels`, and knows which operand is held only by the strides at
/// which it reads them.
struct StationaryEngine: Sendable {
  /// Row-major operands as the array sees them: held K × outputs, moving vectors × K.
  struct Operands<Word: ArrayWord> {
    let held: [Word]
    let heldRow: Int
    let heldColumn: Int
    let moving: [Word]
    let movingVector: Int
    let movingRow: Int
    let vectors: Int
    let depth: Int
    let outputs: Int
  }

  let spec: AcceleratorSpec
  let capture: ArrayCapture
  let products: ArrayProducts
  let instructions: ArrayInstructions

  init(
    spec: AcceleratorSpec, capture: ArrayCapture, heldIsWeight: Bool,
    instructions: ArrayInstructions
  ) {
    if case .pairs = capture { preconditionFailure("one operand is held: take transition tables") }
    if case .transition(let elements) = capture {
      precondition(
        elements.dieOfElement.count == spec.processingElements, "one die for each element")
    }
    precondition(spec.accumulatorProblem == nil, "accumulators too wide for bytes")
    self.spec = spec
    self.capture = capture
    self.instructions = instructions
    products = ArrayProducts(capture, of: spec, highIsWeight: heldIsWeight)
  }

  /// Runs all tiles and folds.
  ///
  /// - Parameters:
  ///   - memory: makes the array stand still; nil: nothing does.
  ///   - parts: of which these operands are the next one, with a memory of their own; nil: all.
  ///   - observer: sees the registers after each cycle; nil: nobody looks.
  ///   - store: takes the sum of a vector and an output.
  func run<Word: ArrayWord>(
    _ operands: Operands<Word>, heldBits: Int, movingBits: Int, memory: SteppedMemory?,
    parts: ProductParts?, observer: ArrayObserver?,
    store: (_ vector: Int, _ output: Int, _ sum: Word.Sum) -> Void
  ) -> (counts: AccessCounts, stalls: StallCounts) {
    precondition(MemoryLayout<Word>.size == spec.wordBytes, "words of another width")
    var memory = parts?.memory ?? memory
    let (rows, columns) = (spec.rows, spec.columns)
    let registers = parts?.registers ?? ArrayRegisters(spec, vectors: operands.vectors)
    let stride = registers.stride
    let bank = registers.bank.base.assumingMemoryBound(to: Word.Sum.self)
    let computed = products.computing(registers: rows * stride)
    var counts = AXArrayCounts()
    var (bankReads, changes) = (0, 0)
    withCaptured { captured in
      products.words.withUnsafeBufferPointer { table in
        operands.held.withUnsafeBufferPointer { held in
          operands.moving.withUnsafeBufferPointer { stream in
            guard let held = held.baseAddress, let stream = stream.baseAddress else { return }
            var array = AXStationaryArray(
              rows: Int32(rows), columns: Int32(columns), stride: Int64(stride),
              shadow: registers.shadow.base, stationary: registers.held.base,
              moving: registers.moving.base, previous: registers.previous.base,
              product: registers.product.base, pipeline: registers.pipeline.base,
              pipelineStages: Int32(spec.pipelineRegisters), sum: registers.sum.base,
              bank: bank, isWide: computed == nil ? 0 : 1, table: table.baseAddress,
              wide: computed?.kernel ?? AXWideProducts(),
              productsAreSigned: products.areSigned ? 1 : 0,
              productMask: UInt32(truncatingIfNeeded: 1 << spec.productWidth - 1),
              accumulator: AXAccumulator(spec.accumulator), captured: captured,
              instructions: instructions.rawValue)
            for tile in Parts(operands.vectors, size: spec.bankVectors) {
              for output in Parts(operands.outputs, size: columns) {
                for step in Parts(operands.depth, size: rows) {
                  var fold = AXStationaryFold(
                    stationary: held + step.lowerBound * operands.heldRow
                      + output.lowerBound * operands.heldColumn,
                    stationaryRow: Int64(operands.heldRow),
                    stationaryColumn: Int64(operands.heldColumn),
                    moving: stream + tile.lowerBound * operands.movingVector
                      + step.lowerBound * operands.movingRow,
                    movingVector: Int64(operands.movingVector),
                    movingRow: Int64(operands.movingRow), usedRows: Int32(step.count),
                    usedColumns: Int32(output.count), vectors: Int32(tile.count),
                    continuesSums: step.lowerBound > 0 ? 1 : 0)
                  run(&array, &fold, &counts, &memory, observer)
                  // Rows beyond the first fold's have held nothing; beyond a later one's they lose it.
                  changes += output.count * (step.lowerBound == 0 ? step.count : rows)
                }
                for vector in tile {
                  for column in output {
                    store(
                      vector, column,
                      bank[(vector - tile.lowerBound) * stride + column - output.lowerBound])
                    bankReads += 1
                  }
                }
              }
            }
          }
        }
      }
    }
    withExtendedLifetime((registers, computed)) {}
    counts.bankReads += Int64(bankReads)
    return (
      accessCounts(counts, changes: changes, heldBits: heldBits, movingBits: movingBits),
      ProductParts.stalls(after: parts, &memory, observer)
    )
  }

  /// One fold: load, then stream; cycle by cycle where somebody looks.
  private func run(
    _ array: inout AXStationaryArray, _ fold: inout AXStationaryFold,
    _ counts: inout AXArrayCounts, _ memory: inout SteppedMemory?, _ observer: ArrayObserver?
  ) {
    let load = Int64(spec.rows)
    let stream = Int64(fold.vectors) + Int64(spec.rows + spec.columns + spec.pipelineRegisters + 1)
    guard let observer else {
      // Registers keep what they have while the array stands still.
      ax_stationary_load(&array, &fold, 0, load, &counts)
      ax_stationary_stream(&array, &fold, 0, stream, &counts)
      memory?.advance(load + stream)
      return
    }
    observer.beginFold()
    for cycle in 0..<load {
      observer.wait(memory?.advance() ?? 0)
      ax_stationary_load(&array, &fold, cycle, cycle + 1, &counts)
      observer.see(array, fold, streamCycle: nil, loadCycle: Int(cycle))
    }
    for cycle in 0..<stream {
      observer.wait(memory?.advance() ?? 0)
      ax_stationary_stream(&array, &fold, cycle, cycle + 1, &counts)
      observer.see(array, fold, streamCycle: Int(cycle), loadCycle: nil)
    }
  }

  /// Calls a body with each element's transition table, or nil where no product is captured wrong.
  private func withCaptured(
    _ body: (UnsafePointer<UnsafePointer<UInt16>?>?) -> Void
  ) {
    guard case .transition(let elements) = capture else { return body(nil) }
    func open(
      _ index: Int, _ bases: [UnsafePointer<UInt16>?]
    ) {
      guard index < elements.dies.tables.count else {
        let pointers = elements.dieOfElement.map { bases[$0] }
        pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        return
      }
      guard let table = elements.dies.tables[index] else { return open(index + 1, bases + [nil]) }
      table.withProducts { open(index + 1, bases + [$0.baseAddress]) }
    }
    open(0, [])
  }

  private func accessCounts(
    _ counts: AXArrayCounts, changes: Int, heldBits: Int, movingBits: Int
  ) -> AccessCounts {
    let width = spec.accumulator.width
    var result = AccessCounts()
    (result.cycles, result.clockedCycles) = (Int(counts.cycles), Int(counts.cycles))
    result.multiplications = Int(counts.productClocks)
    result.accumulations = Int(counts.productClocks)
    result.heldLoads = Int(counts.stationaryClocks)
    result.weightChanges = changes
    result.bankBitsRead = width * Int(counts.bankReads)
    result.bankBitsWritten = width * Int(counts.bankWrites)
    result.registerBitClocks =
      heldBits * Int(counts.shadowClocks + counts.stationaryClocks)
      + movingBits * Int(counts.movingClocks) + spec.productWidth
      * Int(counts.productClocks + counts.pipelineClocks)
      + width * Int(counts.sumClocks + counts.bankWrites)
      + (3 + spec.pipelineRegisters) * spec.processingElements * Int(counts.cycles)
    let loads = Int(counts.shadowClocks + counts.stationaryClocks)
    let products = Int(counts.productClocks + counts.pipelineClocks)
    result.gatedClocks = loads + products + Int(counts.movingClocks + counts.sumClocks)
    result.gatedInverters =
      ClockTree.inverters(driving: heldBits) * loads
      + ClockTree.inverters(driving: movingBits) * Int(counts.movingClocks)
      + ClockTree.inverters(driving: spec.productWidth) * products
      + ClockTree.inverters(driving: width) * Int(counts.sumClocks)
    result.toggles = counts.toggles
    return result
  }
}

/// Parts of an extent, the last one perhaps smaller.
struct Parts: Sequence, IteratorProtocol {
  private let extent: Int
  private let size: Int
  private var start = 0

  init(_ extent: Int, size: Int) {
    self.extent = extent
    self.size = size
  }

  mutating func next() -> Range<Int>? {
    guard start < extent else { return nil }
    defer { start = Swift.min(extent, start + size) }
    return start..<Swift.min(extent, start + size)
  }
}

/// The set of instructions that steps the registers.
enum ArrayInstructions: Int32, CaseIterable, Sendable {
  case best = 0
  case portable
  case avx2
}

extension AXArrayCounts {
  var toggles: RegisterToggles {
    RegisterToggles(all: Int(localToggles + linkToggles), links: Int(linkToggles))
  }
}

extension AXAccumulator {
  init(_ spec: AccumulatorSpec) {
    self.init(width: Int32(spec.width), saturates: spec.overflow == .saturate ? 1 : 0)
  }
}
