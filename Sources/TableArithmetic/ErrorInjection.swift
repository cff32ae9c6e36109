import ErrorTables
import Randomness

/// Adds the errors of a call's products to its sums: an error changes an exact sum by the change of
/// its product, and overflow is applied after.
struct ErrorInjection {
  private let shape: TableProductShape
  /// The call's first operation among all of the layer.
  private let firstOperation: Int
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
    firstOperation = firstVector * perVector
    self.draws = draws
    byVector = ReciprocalDivision(by: perVector)
    byOutput = ReciprocalDivision(by: shape.outputs)
  }

  func inject(_ errors: ProductErrorModel, into operands: ProductOperands<some ProductPlaces>) {
    switch errors {
    case .maskRun: preconditionFailure("a run of masks is not keyed by position")
    case .masks(let errors): inject(errors, into: operands)
    case .bits(let errors): inject(errors, into: operands)
    case .differences(let errors): inject(errors, into: operands)
    }
  }

  private func inject(_ errors: MaskErrors, into operands: ProductOperands<some ProductPlaces>) {
    guard let table = errors.table else { return }
    forEachBatch(of: operands) { batch, _, found, masks in
      table.choose(masks, for: batch.bits, count: batch.count)
      operands.add(masks: masks, count: batch.count, at: found)
    }
  }

  private func inject(
    _ errors: DifferenceErrors, into operands: ProductOperands<some ProductPlaces>
  ) {
    guard let table = errors.table else { return }
    precondition(
      operands.signedBits == nil || operands.signedBits == errors.outputBits,
      "differences of another register")
    let most: Int32 = 1 << Int32(errors.outputBits) - 1
    forEachBatch(of: operands) { batch, _, found, differences in
      table.choose(differences, for: batch.bits, count: batch.count)
      operands.add(differences: differences, upTo: most, count: batch.count, at: found)
    }
  }

  private func inject(_ errors: BitErrors, into operands: ProductOperands<some ProductPlaces>) {
    guard let first = errors.first else { return }
    forEachBatch(of: operands) { batch, firstOperation, found, masks in
      first.choose(masks, for: batch.bits, count: batch.count)
      for index in 0..<batch.count {
        let outcome = masks[index]
        masks[index] =
          outcome < BitErrors.more
          ? 1 &<< outcome
          : longMask(
            errors, first: outcome & 31, error: batch.numbers[index],
            operation: firstOperation &+ Int(batch.operations[index]))
      }
      operands.add(masks: masks, count: batch.count, at: found)
    }
  }

  /// The wrong bits of the jth error of a segment, from the lowest on: uniform number t of the chain
  /// is half t mod 2 of block j + (1 + ⌊t/2⌋)·2¹⁶.
  ///
  /// - Parameter operation: among all of the layer.
  @inline(never)
  private func longMask(
    _ errors: BitErrors, first: UInt32, error: UInt32, operation: Int
  ) -> UInt32 {
    let blocks = draws.blocks(ofSegment: operation / ProductErrorDraws.segmentLength)
    var mask: UInt32 = 1 << first
    var bit = Int(first)
    var number = error
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

  /// Draws the call's errors batch by batch.
  ///
  /// - Parameter body: called with the batch, the operation among all of the layer that it counts
  ///   from, where its products are, and memory for a mask or difference of each.
  private func forEachBatch(
    of operands: ProductOperands<some ProductPlaces>,
    _ body: (ProductErrorDraws.Batch, Int, FoundProducts, UnsafeMutablePointer<UInt32>) -> Void
  ) {
    let perVector = shape.steps * shape.outputs
    // As many vectors at once as have at most 2³⁰ operations.
    let most = max(1, (1 << 30) / perVector)
    let capacity = ProductErrorDraws.batchCapacity
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: 3 * capacity) { indices in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { changes in
        guard let indices = indices.baseAddress, let changes = changes.baseAddress else { return }
        let found = FoundProducts(
          activations: indices, weights: indices + capacity, sums: indices + 2 * capacity)
        for vector in stride(from: 0, to: shape.vectors, by: most) {
          let first = firstOperation + vector * perVector
          let operations = first..<first + min(most, shape.vectors - vector) * perVector
          let stretch = OperationStretch(
            firstVector: vector, byVector: byVector, byOutput: byOutput)
          draws.forEachBatch(of: operations) { batch in
            operands.places.find(
              batch.operations, count: batch.count, of: stretch, kernels: draws.kernels,
              into: found)
            body(batch, first, found, changes)
          }
        }
      }
    }
  }
}
