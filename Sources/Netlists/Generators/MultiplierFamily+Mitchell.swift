extension MultiplierGates {
  /// The antilogarithm of the sum of the logarithms, both linear between powers of two.
  mutating func mitchell() -> [NetID] {
    let (x, y) = (normalized(a), normalized(b))
    let mantissa = mitchellMantissa(x, y, fractionBits: fractionBits)
    return scaled(mantissa, fractionBits: fractionBits, x, y)
  }

  /// Mitchell's product with 1/12 added to its mantissa; saturates.
  mutating func minimallyBiased() -> [NetID] {
    let (x, y) = (normalized(a), normalized(b))
    let mantissa = mitchellMantissa(x, y, fractionBits: fractionBits)
    // 1/12 to the last bit that can reach the product: what a longer constant gives too.
    let precision = shape.productWidth - 2
    let padding = Array(repeating: GeneratedDesign.zero, count: precision - fractionBits)
    let constant = GeneratedDesign.constant((1 << precision) / 12, width: precision)
    let corrected = design.sum(
      padding + mantissa, constant, width: precision + 3, by: shape.adder)
    return scaled(corrected, fractionBits: precision, x, y)
  }
}

/// An operand x > 0 as 2^exponent + remainder.
struct LogarithmicOperand {
  let exponent: Int
  let remainder: Int

  init(_ x: Int) {
    precondition(x > 0, "0 has no logarithm")
    exponent = Int.bitWidth - 1 - x.leadingZeroBitCount
    remainder = x - 1 << exponent
  }
}

extension MultiplierFamily {
  /// With x = 2^k·(1 + f): 2^(k1+k2)·(1 + f1 + f2), or 2^(k1+k2+1)·(f1 + f2) where f1 + f2 ≥ 1;
  /// 0 for an operand 0. In integers: with r = 2^k·f, the sum r1·2^k2 + r2·2^k1 against 2^(k1+k2).
  static func mitchellProduct(_ a: Int, _ b: Int) -> Int {
    guard a > 0, b > 0 else { return 0 }
    let (x, y) = (LogarithmicOperand(a), LogarithmicOperand(b))
    let one = 1 << (x.exponent + y.exponent)
    let fractions = x.remainder << y.exponent + y.remainder << x.exponent
    return fractions < one ? one + fractions : 2 * fractions
  }

  /// Mitchell's product + ⌊2^(k1+k2)/12⌋, as large as it gets.
  package static func unlimitedMinimallyBiasedProduct(_ a: Int, _ b: Int) -> Int {
    guard a > 0, b > 0 else { return 0 }
    let (x, y) = (LogarithmicOperand(a), LogarithmicOperand(b))
    return mitchellProduct(a, b) + (1 << (x.exponent + y.exponent)) / 12
  }

  static func minimallyBiasedProduct(_ a: Int, _ b: Int, shape: MultiplierShape) -> Int {
    min(unlimitedMinimallyBiasedProduct(a, b), shape.largestProduct)
  }
}
