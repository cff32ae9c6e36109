/// Numbers of IEEE 754 binary16, which not every platform of Swift has as a type.
enum HalfPrecision {
  /// The same number in single precision: every binary16 is one. The payload of what is no number is
  /// not kept.
  static func float(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023) * 0x1p-10
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
