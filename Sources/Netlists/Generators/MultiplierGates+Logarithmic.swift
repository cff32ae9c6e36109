/// An operand as 2^(width − 1 − zeros)·1.f: what logarithmic families compute with.
struct NormalizedOperand {
  /// The bits of f, least significant first; one less than the operand has.
  let fraction: [NetID]
  /// How many zeros stand above the operand's leading one.
  let zeros: [NetID]
  let isNonzero: NetID
}

extension MultiplierGates {
  /// Shifts an operand left until its leading one is on top, by a halving search: is the upper part
  /// of the vector, of 2^s bits, all zero?
  mutating func normalized(_ operand: [NetID]) -> NormalizedOperand {
    var bits = operand
    var zeros: [NetID] = []
    var distance = 1
    while 2 * distance < operand.count { distance *= 2 }
    while distance >= 1 {
      let isEmpty = design.inverted(design.any(Array(bits.suffix(distance))))
      zeros.insert(isEmpty, at: 0)
      bits = bits.indices.map { index in
        let shifted = index >= distance ? bits[index - distance] : GeneratedDesign.zero
        return design.multiplexed(isEmpty, shifted, bits[index])
      }
      distance /= 2
    }
    return NormalizedOperand(
      fraction: Array(bits.dropLast()), zeros: zeros, isNonzero: bits[bits.count - 1])
  }

  /// The highest bits of a fraction, continued by zeros at its low end.
  static func cut(_ fraction: [NetID], to length: Int) -> [NetID] {
    let missing = max(0, length - fraction.count)
    return Array(repeating: GeneratedDesign.zero, count: missing) + fraction.suffix(length)
  }

  /// ⌊mantissa·2^(ka + kb)⌋ for a mantissa with so many bits below its point; 0 where an operand
  /// is 0, and the largest product where it is exceeded.
  ///
  /// - Parameter mantissa: two bits above the point, or three where the product may not fit.
  mutating func scaled(
    _ mantissa: [NetID], fractionBits: Int, _ x: NormalizedOperand, _ y: NormalizedOperand
  ) -> [NetID] {
    // Placed for the largest ka + kb, and shifted right from there.
    let weight = shape.productWidth - 2 - fractionBits
    let placed =
      weight >= 0
      ? Array(repeating: GeneratedDesign.zero, count: weight) + mantissa
      : Array(mantissa.dropFirst(-weight))
    let isNonzero = design.and(x.isNonzero, y.isNonzero)
    let zeros = design.sum(
      x.zeros, y.zeros, width: max(x.zeros.count, y.zeros.count) + 1, by: .ripple)
    let shifted = design.shiftedRight(design.gated(placed, by: isNonzero), by: zeros)
    let isExceeded = design.any(Array(shifted.dropFirst(shape.productWidth)))
    return shifted.prefix(shape.productWidth).map { design.or($0, isExceeded) }
  }

  /// Mitchell's mantissa of the product: with s = fx + fy, 1 + s where s < 1, else 2·s; two bits
  /// above the point.
  mutating func mitchellMantissa(
    _ x: NormalizedOperand, _ y: NormalizedOperand, fractionBits: Int
  ) -> [NetID] {
    let zero = GeneratedDesign.zero
    let sum = design.sum(
      Self.cut(x.fraction, to: fractionBits) + [zero],
      Self.cut(y.fraction, to: fractionBits) + [zero], by: shape.adder)
    let carry = sum[fractionBits]
    let significand = sum.dropLast() + [GeneratedDesign.one]
    return zip([zero] + significand, significand + [zero]).map {
      design.multiplexed(carry, $0, $1)
    }
  }

  /// How many bits the fractions of the operands have, brought to one length.
  var fractionBits: Int { max(a.count, b.count) - 1 }
}
