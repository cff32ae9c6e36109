/// Error metrics by their definitions, pair by pair: the reference of the fast sums.
public struct NaiveErrorMetrics {
  public var errorCount = 0
  public var absolute: UInt128 = 0
  public var signed: Int128 = 0
  public var squared: UInt128 = 0
  public var worst: UInt64 = 0
  public var relativeSum = 0.0
  public var relativeCount = 0
  public var worstRelative = 0.0

  /// - Parameters:
  ///   - product: the word that the circuit gives for the words of two operands.
  ///   - signs: whether each operand is in two's complement; the product is where one of them is.
  ///   - atLeastOne: divide by max(1, |exact|) over all pairs, not by |exact| where it is not 0.
  public init(
    widthA: Int, widthB: Int, productWidth: Int, signs: (a: Bool, b: Bool), atLeastOne: Bool,
    product: (_ a: Int, _ b: Int) -> UInt64
  ) {
    func value(_ word: UInt64, _ width: Int, _ isSigned: Bool) -> Int128 {
      guard isSigned, word >> UInt64(width - 1) & 1 == 1 else { return Int128(word) }
      return Int128(word) - Int128(1) << Int128(width)
    }
    for b in 0..<1 << widthB {
      for a in 0..<1 << widthA {
        let exact = value(UInt64(a), widthA, signs.a) * value(UInt64(b), widthB, signs.b)
        let error = value(product(a, b), productWidth, signs.a || signs.b) - exact
        if error != 0 { errorCount += 1 }
        absolute += error.magnitude
        signed += error
        squared += error.magnitude * error.magnitude
        worst = max(worst, UInt64(error.magnitude))
        guard exact != 0 || atLeastOne else { continue }
        let relative = Double(error.magnitude) / Double(max(1, exact.magnitude))
        relativeCount += 1
        relativeSum += relative
        worstRelative = max(worstRelative, relative)
      }
    }
  }
}
