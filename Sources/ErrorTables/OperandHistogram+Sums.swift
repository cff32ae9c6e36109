extension OperandHistogram {
  /// Error metrics under a distribution of operands.
  public struct Metrics: Sendable {
    /// P(e ≠ 0), E|e|, E e, E e², and E |e|/|exact| over the pairs with exact ≠ 0 (divided by their
    /// probability).
    public var errorRate = 0.0
    public var meanErrorDistance = 0.0
    public var bias = 0.0
    public var meanSquaredError = 0.0
    public var meanRelativeError = 0.0
  }

  /// Sums over operand pairs, each weighted by its probability.
  public struct Sums: Sendable {
    private let histogram: OperandHistogram
    private let widthA: Int
    /// The numbers that the operands' words stand for.
    private let numbersA: [Int]
    private let numbersB: [Int]
    /// The words whose sign bit is set stand for numbers below 0; 0 where there is no sign.
    private let signBit: UInt32
    private var sums = Metrics()
    /// The probability of the pairs whose exact product is not 0.
    private var counted = 0.0

    /// - Precondition: the histogram has the widths of the format, at most 16 bits each; products
    ///   have 1 to 32 bits.
    public init(_ histogram: OperandHistogram, _ format: OperandFormat, productWidth: Int) {
      precondition(
        histogram.a.count == 1 << format.widthA && histogram.b.count == 1 << format.widthB,
        "widths differ")
      precondition((1...32).contains(productWidth), "a product has 1 to 32 bits")
      self.histogram = histogram
      widthA = format.widthA
      numbersA = histogram.a.indices.map { Int(format.numberA(UInt64($0))) }
      numbersB = histogram.b.indices.map { Int(format.numberB(UInt64($0))) }
      signBit = format.isSigned ? 1 << UInt32(productWidth - 1) : 0
    }

    /// Adds the products of consecutive pairs a + 2^widthA·b from `first` on.
    public mutating func add(_ products: UnsafeBufferPointer<UInt32>, first: Int) {
      let mask = 1 << widthA - 1
      for (offset, word) in products.enumerated() {
        let (a, b) = ((first + offset) & mask, (first + offset) >> widthA)
        let probability = histogram.a[a] * histogram.b[b]
        guard probability > 0 else { continue }
        let exact = numbersA[a] * numbersB[b]
        let product = Int(word & ~signBit) - Int(word & signBit)
        add(error: Double(product - exact), exact: exact, probability)
      }
    }

    private mutating func add(error: Double, exact: Int, _ probability: Double) {
      if exact != 0 {
        counted += probability
        sums.meanRelativeError += probability * error.magnitude / Double(exact.magnitude)
      }
      guard error != 0 else { return }
      sums.errorRate += probability
      sums.meanErrorDistance += probability * error.magnitude
      sums.bias += probability * error
      sums.meanSquaredError += probability * error * error
    }

    /// Adds the sums of other pairs.
    public mutating func add(_ other: Sums) {
      counted += other.counted
      sums.errorRate += other.sums.errorRate
      sums.meanErrorDistance += other.sums.meanErrorDistance
      sums.bias += other.sums.bias
      sums.meanSquaredError += other.sums.meanSquaredError
      sums.meanRelativeError += other.sums.meanRelativeError
    }

    public var metrics: Metrics {
      var metrics = sums
      if counted > 0 { metrics.meanRelativeError /= counted }
      return metrics
    }
  }
}
