extension MultiplierGates {
  /// The mantissa 1 + Xt + Yt + Xh'·Yh' as columns of bits, summed at once and shifted into place.
  mutating func truncationScalable(product h: Int, sum t: Int) -> [NetID] {
    let (x, y) = (normalized(a), normalized(b))
    let fractionBits = max(t, 2 * h + 2)
    // Two bits above the point: the sum is below 4.
    var columns = ColumnReduction(width: fractionBits + 2)
    columns.add(GeneratedDesign.one, column: fractionBits)
    columns.add(Self.cut(x.fraction, to: t), column: fractionBits - t)
    columns.add(Self.cut(y.fraction, to: t), column: fractionBits - t)
    var products = ColumnReduction(width: 2 * h + 2)
    products.addPartialProducts(
      [GeneratedDesign.one] + Self.cut(x.fraction, to: h),
      [GeneratedDesign.one] + Self.cut(y.fraction, to: h), &design)
    for (column, bits) in products.columns.enumerated() {
      for bit in bits { columns.add(bit, column: column + fractionBits - 2 * h - 2) }
    }
    return scaled(total(columns), fractionBits: fractionBits, x, y)
  }
}

extension MultiplierFamily {
  /// ⌊2^(k1+k2)·(1 + Xt + Yt + Xh'·Yh')⌋ over a common denominator 2^(t + 2h + 2): Xt is the fraction
  /// cut to t bits, Xh' the fraction cut to h bits with a 1 appended.
  static func truncationScalableProduct(_ a: Int, _ b: Int, product h: Int, sum t: Int) -> Int {
    guard a > 0, b > 0 else { return 0 }
    let (x, y) = (LogarithmicOperand(a), LogarithmicOperand(b))
    func cut(_ operand: LogarithmicOperand, _ bits: Int) -> Int {
      (operand.remainder << bits) >> operand.exponent
    }
    let sum = 1 << t + cut(x, t) + cut(y, t)
    let product = (2 * cut(x, h) + 1) * (2 * cut(y, h) + 1)
    // Up to 79 bits for operands of 16.
    let mantissa = Int128(sum) << (2 * h + 2) + Int128(product) << t
    return Int((mantissa << (x.exponent + y.exponent)) >> (t + 2 * h + 2))
  }
}
