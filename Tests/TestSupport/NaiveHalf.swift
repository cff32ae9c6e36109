/// IEEE 754 binary16 by its definition: sign, 2 to an exponent, and a sum over the bits of the
/// fraction.
public enum NaiveHalf {
  public static func value(_ pattern: UInt16) -> Float {
    let bits = (0..<16).map { pattern >> UInt16($0) & 1 == 1 }
    var exponent = 0
    for index in 0..<5 where bits[10 + index] { exponent += 1 << index }
    var fraction = 0.0
    for index in 0..<10 where bits[index] { fraction += 1 / Double(1 << (10 - index)) }
    let sign = bits[15] ? -1.0 : 1
    if exponent == 31 { return fraction == 0 ? Float(sign) * .infinity : .nan }
    var value = exponent == 0 ? fraction : 1 + fraction
    for _ in 0..<abs(max(exponent, 1) - 15) { value *= exponent > 15 ? 2 : 0.5 }
    return Float(sign * value)
  }
}
