import ErrorTables
import Randomness

/// Adds the errors of a call's products to its sums: an error changes an exact sum by the change of
/// its product, and overflow is applied after.
struct ErrorInjection {
  /// Sizes as the shape says; checked by the caller.
  struct Operands {
    let activations: UnsafePointer<UInt8>
    let weights: UnsafePointer<UInt8>
    let products: UnsafePointer<UInt16>
    let sums: UnsafeMutablePointer<UInt32>
  }

  private let shape: (m: Int, k: Int, n: Int)
  /// The call's operations among all of the layer.
  private let operations: Range<Int>
  private let draws: ProductErrorDraws
  private let byImage: ReciprocalDivision
  private let byOutput: ReciprocalDivision

  init(shape: (m: Int, k: Int, n: Int), firstImage: Int, draws: ProductErrorDraws) {
    let perImage = shape.k * shape.n
    precondition(perImage < 1 << 30, "a matrix of weights too large")
    precondition(
      firstImage >= 0 && firstImage < (1 << 46) / perImage - shape.m, "too many operations")
    self.shape = shape
    operations = firstImage * perImage..<(firstImage + shape.m) * perImage
    self.draws = draws
    byImage = ReciprocalDivision(by: perImage)
    byOutput = ReciprocalDivision(by: shape.n)
  }

  func inject(_ errors: MaskErrors, into operands: Operands) {
    guard let table = errors.table else { return }
    forEachSegment { draws, count, segment, _ in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        add(table.outcome(draws[index].bits), at: place, to: operands)
      }
    }
  }

  func inject(_ errors: WeightClassErrors, into operands: Operands) {
    forEachSegment { draws, count, segment, _ in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        let weight = Int(operands.weights[place.weight])
        let table = errors.tables[Int(errors.classOfWeight[weight])]
        add(table.outcome(draws[index].bits), at: place, to: operands)
      }
    }
  }

  func inject(_ errors: BitErrors, into operands: Operands) {
    guard let first = errors.first else { return }
    forEachSegment { draws, count, segment, blocks in
      for index in 0..<count {
        guard let place = place(draws[index].position, segment) else { continue }
        let mask = Self.mask(
          errors, first: first.outcome(draws[index].bits), error: index, blocks: blocks)
        add(mask, at: place, to: operands)
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
        let perImage = shape.k * shape.n
        let (image, offset) = max(0, start).quotientAndRemainder(dividingBy: perImage)
        body(
          buffer, count,
          Segment(
            start: start, end: operations.count, image: image, shift: offset - max(0, start)),
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
    /// The image that its first operation in the call belongs to.
    let image: Int
    /// What turns an operation of the call into one counted from that image's first.
    let shift: Int
  }

  private struct Place {
    let activation: Int
    let weight: Int
    let sum: Int
  }

  /// Where an operation reads and adds; nil outside the call.
  @inline(__always)
  private func place(_ position: Int32, _ segment: Segment) -> Place? {
    let operation = segment.start &+ Int(position)
    guard operation >= 0, operation < segment.end else { return nil }
    let (images, inImage) = byImage(operation &+ segment.shift)
    let (input, output) = byOutput(inImage)
    let image = segment.image &+ images
    return Place(
      activation: image &* shape.k &+ input, weight: inImage, sum: image &* shape.n &+ output)
  }

  @inline(__always)
  private func add(_ mask: UInt32, at place: Place, to operands: Operands) {
    let entry =
      Int(operands.weights[place.weight]) &<< 8 | Int(operands.activations[place.activation])
    let product = UInt32(operands.products[entry])
    operands.sums[place.sum] &+= (product ^ mask) &- product
  }
}
