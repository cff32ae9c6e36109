/// The approximate radix-4 Booth encoders. Source: Liu, Qian, Wang, Jiang, Han, Lombardi, *Design of
/// approximate radix-4 Booth multipliers for error-tolerant computing*, IEEE Transactions on
/// Computers 66(8), 2017. Their approximate summation tree is not modeled: sums are exact here. The
/// bit that completes a negative row to two's complement is exact too, 1 where the exact digit is
/// negative; circuits that others made from the paper differ in it.
public enum ApproximateBoothEncoder: Int, Hashable, Sendable, CaseIterable {
  /// R4ABM1: the digits 2 and −2 are encoded as 0, a bit is (b(2i) ⊕ b(2i−1))·(b(2i+1) ⊕ a(j)); 4 of
  /// 32 encoder outputs are wrong.
  case first = 1
  /// R4ABM2: a bit is a(j) ⊕ b(2i+1), one XOR gate; 8 of 32 encoder outputs are wrong.
  case second = 2
}

extension MultiplierGates {
  /// Bits of columns below `columns` come from the approximate encoder; the correction of negative
  /// rows is exact.
  mutating func approximateBooth(
    _ encoder: ApproximateBoothEncoder, columns approximated: Int
  ) -> [NetID] {
    total(
      boothColumns { exact, bitA, digit, column, design in
        guard column < approximated else { return exact }
        let signed = design.xor(bitA, digit.top)
        switch encoder {
        case .first: return design.and(signed, digit.isOne)
        case .second: return signed
        }
      })
  }
}

extension MultiplierFamily {
  /// Sums, for each digit of b, the one's complement row of the encoder below the border and of the
  /// exact digit above it, and 1 where the digit is negative.
  static func approximateBoothProduct(
    _ a: Int, _ b: Int, _ encoder: ApproximateBoothEncoder, columns: Int, shape: MultiplierShape
  ) -> Int {
    var sum = 0
    for row in 0..<(shape.widthB + 1) / 2 {
      // b is sign-extended by the shift; bit −1 is 0.
      let digits = [0, 1, 1, 2, -2, -1, -1, 0]
      let pattern = ((b << 1) >> (2 * row)) & 7
      let digit = digits[pattern]
      let magnitude = abs(digit) * a
      let exact = digit < 0 ? ~magnitude : magnitude
      let approximate =
        switch encoder {
        case .first: abs(digit) == 1 ? exact : 0
        case .second: pattern >= 4 ? ~a : a
        }
      // A row's sign bit stands at wa: where it is approximate, so are all its copies.
      let border = max(0, columns - 2 * row)
      let mask = border > shape.widthA ? -1 : 1 << border - 1
      let bits = (approximate & mask) | (exact & ~mask)
      sum += (bits + (digit < 0 ? 1 : 0)) << (2 * row)
    }
    let unused = Int.bitWidth - shape.productWidth
    return (sum << unused) >> unused
  }
}
