import ErrorTables
import Randomness

/// Adds the errors of a call's products to its sums: an error changes an exact sum by the change of
/// its product, and overflow is applied after.
struct ErrorInjection {
  private let shape: TableProductShape
  /// The call's operations among all of the layer.
  private let operations: Range<Int>
  private let draws: ProductErrorDraws
  private let byVector: ReciprocalDivision
  private let byOutput: ReciprocalDivision

  /// - Parameter firstVector: the call's first input vector, counted from the first of the dataset.
  init(shape: TableProductShape, firstVector: Int, draws: ProductErrorDraws) {
    let perVector = shape.steps * shape.outputs
    precondition(perVector < 1 << 30, "a matrix of weights too large")
    precondition(
      firstVector >= 0 && firstVector < (1 << 46) / perVector - shape.vectors,
      "too many operations")
    self.shape = shape
    operations = firstVector * perVector..<(firstVector + shape.vectors) * perVector
    self.draws = draws
    byVector = ReciprocalDivision(by: perVector)
    byOutput = ReciprocalDivision(by: shape.outputs)
  }

  func inject(_ errors: ProductErrorModel, into operands: ProductOperands) {
    switch errors {
    case .maskRun: preconditionFailure("a run of masks is not keyed by position")
    case .masks(let errors): inject(errors, into: operands)
    case .bits(let errors): inject(errors, into: operands)
    case .masksByWeight(let errors): inject(errors, into: operands)
    }
  }

  private func inject(_ errors: MaskErrors, into operands: ProductOperands) {
    guard let table = errors.table else { return }
    forEachSegment { draws, count, segment, _ in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        operands.add(table.outcome(draws[index].bits), at: place)
      }
    }
  }

  private func inject(_ errors: WeightClassErrors, into operands: ProductOperands) {
    forEachSegment { draws, count, segment, _ in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        let weight = Int(operands.weight(place))
        let table = errors.tables[Int(errors.classOfWeight[weight])]
        operands.add(table.outcome(draws[index].bits), at: place)
      }
    }
  }

  private func inject(_ errors: BitErrors, into operands: ProductOperands) {
    guard let first = errors.first else { return }
    forEachSegment { draws, count, segment, blocks in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        let mask = Self.mask(
          errors, first: first.outcome(draws[index].bits), error: index, blocks: blocks)
        operands.add(mask, at: place)
      }
    }
  }

  /// The wrong bits of the jth error of a segment, from the lowest on: uniform number t of the chain
  /// is half t mod 2 of block j + (1 + ⌊t/2⌋)·2¹⁶.
  @inline(__always)
  private static func mask(
    _ errors: BitErrors, first: UInt32, error: Int, blocks: RandomBlocks
  ) -> UInt32 {
    first < BitErrors.more
      ? 1 << first : longMask(errors, first: first & 31, error: error, blocks: blocks)
  }

  @inline(never)
  private static func longMask(
    _ errors: BitErrors, first: UInt32, error: Int, blocks: RandomBlocks
  ) -> UInt32 {
    var mask: UInt32 = 1 << first
    var bit = Int(first)
    var number = UInt32(truncatingIfNeeded: error)
    // A second bit is known to be wrong: its uniform number is one of those that find one.
    var scale = errors.anyLater(than: bit)
    while true {
      number &+= 1 << 16
      let (even, odd) = blocks.block(number)
      for half in [even, odd] {
        guard let next = errors.next(above: bit, uniform: half.uniform * scale) else {
          return mask
        }
        mask |= 1 << UInt32(next)
        (bit, scale) = (next, 1)
      }
    }
  }

  /// Draws the errors of each segment that the call's operations touch.
  @inline(__always)
  private func forEachSegment(
    _ body: (UnsafeMutablePointer<ProductErrorDraws.Draw>, Int, Segment, RandomBlocks) -> Void
  ) {
    let length = ProductErrorDraws.segmentLength
    withUnsafeTemporaryAllocation(of: ProductErrorDraws.Draw.self, capacity: length) { buffer in
      guard let buffer = buffer.baseAddress else { return }
      for number in operations.lowerBound / length...(operations.upperBound - 1) / length {
        let blocks = draws.blocks(ofSegment: number)
        let count = draws.fill(buffer, from: blocks)
        if count == 0 { continue }
        let start = number * length - operations.lowerBound
        let perVector = shape.steps * shape.outputs
        let (vector, offset) = max(0, start).quotientAndRemainder(dividingBy: perVector)
        body(
          buffer, count,
          Segment(
            start: start, end: operations.count, vector: vector, shift: offset - max(0, start)),
          blocks)
      }
    }
  }

  /// A segment among the call's operations.
  private struct Segment {
    /// Its first operation, counted from the call's first: negative if the call begins within it.
    let start: Int
    /// The number of operations of the call.
    let end: Int
    /// The vector that its first operation in the call belongs to.
    let vector: Int
    /// What turns an operation of the call into one counted from that vector's first.
    let shift: Int
  }

  /// Where an operation reads and adds; nil outside the call.
  @inline(__always)
  private func place(_ position: Int32, _ segment: Segment) -> ProductOperands.Place? {
    let operation = segment.start &+ Int(position)
    guard operation >= 0, operation < segment.end else { return nil }
    let (vectors, inVector) = byVector(operation &+ segment.shift)
    let (step, output) = byOutput(inVector)
    return ProductOperands.Place(
      vector: segment.vector &+ vectors, step: step, output: output)
  }
}
