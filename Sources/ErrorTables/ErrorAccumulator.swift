import LaneKernels

/// Adds up the errors of products that stand in the order of the operands: the fast path of
/// `ErrorSums`, for operands of up to 32 bits together and products of up to 32 bits.
///
/// One operand is the inner one, which runs through consecutive products; it has at most 16 bits.
/// All numbers are integers in double precision, which holds each of them, their products and their
/// sums over a run exactly; squares that would not fit are added as integers.
public struct ErrorAccumulator: Sendable {
  private let kernels: LaneKernels
  private let productWidth: Int
  private let signs: OperandSigns
  private let convention: RelativeErrorConvention
  private let innerWidth: Int
  private let outerWidth: Int
  /// For each inner operand its number, and 1 over its magnitude (0 for 0).
  private let inner: [Double]
  private let reciprocals: [Double]
  /// The outer operands of the rows of a run, and 1 over their magnitudes (0 for 0).
  private var outer = [Double](repeating: 0, count: 2048 / 8)
  private var outerReciprocals = [Double](repeating: 0, count: 2048 / 8)
  /// Whether Σe² over a run of 2,048 may pass 2^53.
  private let hasWideSquares: Bool

  /// The sums so far.
  public private(set) var sums = ErrorSums()

  /// - Parameters:
  ///   - innerWidth: bits of the operand that runs, 1 to 16.
  ///   - outerWidth: bits of the other operand; both together at most 32.
  ///   - productWidth: bits of the product, 1 to 32.
  ///   - signs: of the inner operand, a, and of the outer one, b.
  public init(
    innerWidth: Int, outerWidth: Int, productWidth: Int, signs: OperandSigns,
    convention: RelativeErrorConvention, kernels: LaneKernels = .best
  ) {
    precondition((1...16).contains(innerWidth), "inner width outside 1…16")
    precondition(outerWidth >= 1 && innerWidth + outerWidth <= 32, "more than 32 operand bits")
    precondition((1...32).contains(productWidth), "product width outside 1…32")
    self.innerWidth = innerWidth
    self.outerWidth = outerWidth
    self.productWidth = productWidth
    self.signs = signs
    self.convention = convention
    self.kernels = kernels
    inner = (0..<1 << innerWidth).map { (word: Int) -> Double in
      Self.number(word, width: innerWidth, isSigned: signs.a)
    }
    reciprocals = inner.map { (value: Double) -> Double in value == 0 ? 0 : 1 / value.magnitude }
    hasWideSquares = max(productWidth, innerWidth + outerWidth) > 20
  }

  /// Adds the errors of a run of products.
  ///
  /// - Parameters:
  ///   - products: of consecutive inner operands, `first` modulo 2^innerWidth on; the outer operand
  ///     goes up by one where the inner one begins again.
  ///   - first: inner operand + outer operand · 2^innerWidth of the first product.
  /// - Precondition: at most 2,048 products, none beyond the last pair; the count and `first` are
  ///   multiples of min(2^innerWidth, count).
  public mutating func add(_ products: UnsafeBufferPointer<UInt32>, first: Int) {
    precondition(products.count <= 2048, "more than 2,048 products")
    let row = min(products.count, 1 << innerWidth)
    guard row > 0, let base = products.baseAddress else { return }
    precondition(products.count % row == 0 && first % row == 0, "the run is not made of rows")
    precondition(
      (first + products.count - 1) >> (innerWidth + outerWidth) == 0, "the run passes the last pair"
    )
    if row < 8 {
      addOneByOne(products, first: first)
      return
    }
    let rows = products.count / row
    let firstOuter = first >> innerWidth
    for r in 0..<rows {
      outer[r] = outerNumber(firstOuter + r)
      outerReciprocals[r] = outer[r] == 0 ? 0 : 1 / outer[r].magnitude
      // Pairs whose exact product is not 0.
      let zeros = first & (1 << innerWidth - 1) == 0 ? 1 : 0
      sums.relativeCount += outer[r] == 0 ? 0 : UInt64(row - zeros)
    }
    let lanes = errorLanes(base, rows, row, position: first & (1 << innerWidth - 1))
    finish(lanes, products, first: first)
  }

  private func errorLanes(
    _ products: UnsafePointer<UInt32>, _ rows: Int, _ length: Int, position: Int
  ) -> ErrorLanes {
    let half: UInt32 = signs.product ? 1 << UInt32(productWidth - 1) : 0
    var lanes = ErrorLanes()
    inner.withUnsafeBufferPointer { inner in
      reciprocals.withUnsafeBufferPointer { reciprocals in
        outer.withUnsafeBufferPointer { outer in
          outerReciprocals.withUnsafeBufferPointer { outerReciprocals in
            guard let values = inner.baseAddress, let inverses = reciprocals.baseAddress else {
              return
            }
            let format = ErrorRows(
              inner: values + position, innerReciprocals: inverses + position,
              outer: outer.baseAddress, outerReciprocals: outerReciprocals.baseAddress,
              length: Int64(length), offset: 4_503_599_627_370_496 + Double(half), flip: half,
              squaresAreWide: hasWideSquares ? 1 : 0)
            kernels.addErrors(products, rows: rows, format: format, lanes: &lanes)
          }
        }
      }
    }
    return lanes
  }

  private func outerNumber(_ word: Int) -> Double {
    Self.number(word, width: outerWidth, isSigned: signs.b)
  }

  private static func number(_ word: Int, width: Int, isSigned: Bool) -> Double {
    let isNegative = isSigned && word >> (width - 1) & 1 == 1
    return Double(word - (isNegative ? 1 << width : 0))
  }

  private mutating func finish(
    _ lanes: ErrorLanes, _ products: UnsafeBufferPointer<UInt32>, first: Int
  ) {
    sums.pairCount += UInt64(products.count)
    sums.errorCount += ErrorLanes.sum(lanes.count)
    sums.errors += Int128(Int64(ErrorLanes.sum(lanes.errors)))
    sums.absoluteErrors += UInt128(UInt64(ErrorLanes.sum(lanes.absolute)))
    sums.squaredErrors += UInt128(UInt64(ErrorLanes.sum(lanes.squares)))
    sums.squaredErrors +=
      UInt128(ErrorLanes.sum(lanes.squaresLow)) + UInt128(ErrorLanes.sum(lanes.squaresHigh)) << 32
    sums.worstError = max(sums.worstError, UInt64(ErrorLanes.max(lanes.worst)))
    sums.relativeErrors += ErrorLanes.sum(lanes.relative)
    // Rounded several times: where it is the largest so far, it is divided anew, once.
    let worst = ErrorLanes.max(lanes.worstRelative)
    if worst > sums.worstRelativeError * (1 + 1e-12) {
      sums.worstRelativeError = largestQuotient(
        products, first: first, atLeast: worst * (1 - 1e-12))
    }
    if convention == .atLeastOne { addZeroPairs(products, first: first) }
  }

  /// The exact quotient of the first pair whose relative error is at least `bound`.
  private func largestQuotient(
    _ products: UnsafeBufferPointer<UInt32>, first: Int, atLeast bound: Double
  ) -> Double {
    var largest = 0.0
    for (offset, word) in products.enumerated() {
      let (product, exact) = pair(word, first + offset)
      guard exact != 0 else { continue }
      let relative = (product - exact).magnitude / exact.magnitude
      if relative >= bound { largest = max(largest, relative) }
    }
    return largest
  }

  /// With the convention max(1, exact), the pairs whose exact product is 0.
  private mutating func addZeroPairs(_ products: UnsafeBufferPointer<UInt32>, first: Int) {
    for (offset, word) in products.enumerated() {
      let (product, exact) = pair(word, first + offset)
      guard exact == 0 else { continue }
      sums.relativeCount += 1
      sums.relativeErrors += product.magnitude
      sums.worstRelativeError = max(sums.worstRelativeError, product.magnitude)
    }
  }

  private func pair(_ word: UInt32, _ index: Int) -> (product: Double, exact: Double) {
    let a = inner[index & (1 << innerWidth - 1)]
    let b = outerNumber(index >> innerWidth)
    let product = Self.number(Int(word), width: productWidth, isSigned: signs.product)
    return (product, a * b)
  }

  /// Rows too short for vectors.
  private mutating func addOneByOne(_ products: UnsafeBufferPointer<UInt32>, first: Int) {
    for (offset, word) in products.enumerated() {
      let (product, exact) = pair(word, first + offset)
      sums.add(product: Int128(product), exact: Int128(exact), convention: convention)
    }
  }
}
