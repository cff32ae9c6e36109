/// Where the errors of a multiplier lie: e = approximate − exact against each operand, over the plane
/// of both, and how often each size of error occurs.
///
/// Operands wider than eight bits are put together by their upper eight.
public struct ErrorProfile: Sendable {
  public let format: OperandFormat
  /// Cells of the plane along each operand: 2^width, at most 256. Cell c holds the operand words
  /// c·2^width / count and those up to the next cell's.
  public let countA: Int
  public let countB: Int
  private var pairs: [Int]
  private var errors: [Double]
  private var magnitudes: [Double]
  /// By the number of bits of |e|, 0 for none.
  private var negative = [Int](repeating: 0, count: 66)
  private var positive = [Int](repeating: 0, count: 66)

  public init(format: OperandFormat) {
    self.format = format
    countA = 1 << min(format.widthA, 8)
    countB = 1 << min(format.widthB, 8)
    pairs = Array(repeating: 0, count: countA * countB)
    errors = Array(repeating: 0, count: countA * countB)
    magnitudes = errors
  }

  /// Adds a pair of operand words.
  public mutating func add(a: UInt64, b: UInt64, error: Int128) {
    let column = Int(a >> UInt64(format.widthA - countA.trailingZeroBitCount))
    let row = Int(b >> UInt64(format.widthB - countB.trailingZeroBitCount))
    let cell = row * countA + column
    pairs[cell] += 1
    errors[cell] += Double(error)
    magnitudes[cell] += Double(error.magnitude)
    let bits = min(65, 128 - error.magnitude.leadingZeroBitCount)
    if error < 0 { negative[bits] += 1 } else { positive[bits] += 1 }
  }

  /// The profile of all pairs of a table with products of `productWidth` bits.
  public init(of table: ProductTable, productWidth: Int, signs: OperandSigns) {
    self.init(
      format: OperandFormat(widthA: table.widthA, widthB: table.widthB, signs: signs))
    for b in 0..<UInt64(1) << UInt64(table.widthB) {
      let numberB = format.numberB(b)
      for a in 0..<UInt64(1) << UInt64(table.widthA) {
        let product = format.number(product: UInt64(table[Int(a), Int(b)]), width: productWidth)
        add(a: a, b: b, error: product - format.numberA(a) * numberB)
      }
    }
  }

  /// Mean |e| in a cell of the plane; nil where no pair was added.
  public func meanMagnitude(a: Int, b: Int) -> Double? {
    let cell = b * countA + a
    return pairs[cell] == 0 ? nil : magnitudes[cell] / Double(pairs[cell])
  }

  /// For each cell along the first operand, over all second operands: mean |e|, and mean e, the bias
  /// that a layer feels for that operand.
  public var byA: [(meanMagnitude: Double, bias: Double)] {
    (0..<countA).map { a in mean((0..<countB).map { $0 * countA + a }) }
  }

  /// For each cell along the second operand, over all first operands.
  public var byB: [(meanMagnitude: Double, bias: Double)] {
    (0..<countB).map { b in mean((0..<countA).map { b * countA + $0 }) }
  }

  private func mean(_ cells: [Int]) -> (meanMagnitude: Double, bias: Double) {
    let (sum, sign, count) = cells.reduce(into: (0.0, 0.0, 0)) {
      $0.0 += magnitudes[$1]
      $0.1 += errors[$1]
      $0.2 += pairs[$1]
    }
    return count == 0 ? (0, 0) : (sum / Double(count), sign / Double(count))
  }

  /// A class of errors: those from `low` to `high`, which have the same sign and number of bits.
  public struct HistogramBin: Hashable, Sendable {
    public let low: Int128
    public let high: Int128
    public let count: Int
  }

  /// How many pairs have errors of each class, most negative first, from the first class that
  /// occurs to the last.
  public var histogram: [HistogramBin] {
    func bin(_ bits: Int, _ sign: Int128, _ count: Int) -> HistogramBin {
      let low = bits == 0 ? 0 : Int128(1) << Int128(bits - 1)
      let high = bits == 0 ? 0 : Int128(1) << Int128(bits) - 1
      return sign < 0
        ? HistogramBin(low: -high, high: -low, count: count)
        : HistogramBin(low: low, high: high, count: count)
    }
    let bins =
      (1...65).reversed().map { bin($0, -1, negative[$0]) }
      + (0...65).map { bin($0, 1, positive[$0]) }
    guard let first = bins.firstIndex(where: { $0.count > 0 }),
      let last = bins.lastIndex(where: { $0.count > 0 })
    else { return [] }
    return Array(bins[first...last])
  }

  /// The middle of a cell along an operand as a number.
  public static func operand(cell: Int, of count: Int, width: Int, isSigned: Bool) -> Double {
    let size = Double(UInt64(1) << UInt64(width)) / Double(count)
    let word = (Double(cell) + 0.5) * size - 0.5
    return isSigned && 2 * cell >= count ? word - size * Double(count) : word
  }
}
