/// The corrections of REALM: for each of M×M segments of the fractions a constant that makes the
/// mean relative error over the segment 0. Source: Saadat, Javaid, Ignjatovic, Parameswaran,
/// *REALM: reduced-error approximate log-based integer multiplier*, DATE 2020.
struct SegmentCorrections {
  /// The constants in units of 2^−bits; that of segment (i, j) at `[j·M + i]`.
  let constants: [Int]

  /// - Parameters:
  ///   - segments: M, a power of two.
  ///   - bits: the constants are rounded to the nearest multiple of 2^−bits.
  init(segments: Int, bits: Int) {
    let scale = Double(1 << bits)
    constants = (Self.exact[segments] ?? []).map { Int(($0 * scale + 0.5).rounded(.down)) }
  }

  static let segmentCounts = [2, 4, 8, 16]

  /// Whether a corrected mantissa may reach 4, so that the product may not fit: the largest mantissa
  /// of each segment decides.
  func mayExceed(segments: Int, bits: Int, fractionBits: Int) -> Bool {
    constants.indices.contains { index in
      let corner = (index % segments + index / segments + 2) << fractionBits / segments
      let (one, sum) = (1 << fractionBits, corner - 2)
      let mantissa = sum < one ? one + sum : 2 * sum
      return mantissa << bits + constants[index] << fractionBits >= 4 << (fractionBits + bits)
    }
  }

  /// The constants as numbers, by M.
  private static let exact: [Int: [Double]] = Dictionary(
    uniqueKeysWithValues: segmentCounts.map { count in
      let all = (0..<count).flatMap { j in
        (0..<count).map { i in correction(i, j, segments: count) }
      }
      return (count, all)
    })

  /// c with ∫∫ (m + c − e)/e = 0 over the segment, where e = (1 + x)(1 + y) and m is Mitchell's
  /// mantissa: c = ∫∫ (1 − m/e) / ∫∫ 1/e, by the midpoint rule over 64×64 points, arithmetic that
  /// gives the same bits on every machine.
  private static func correction(_ i: Int, _ j: Int, segments: Int) -> Double {
    let points = 64
    let step = 1 / Double(segments * points)
    var (missing, weight) = (0.0, 0.0)
    for row in 0..<points {
      let y = (Double(j * points + row) + 0.5) * step
      for column in 0..<points {
        let x = (Double(i * points + column) + 0.5) * step
        let exact = (1 + x) * (1 + y)
        let mantissa = x + y < 1 ? 1 + x + y : 2 * (x + y)
        missing += 1 - mantissa / exact
        weight += 1 / exact
      }
    }
    return missing / weight
  }
}

extension MultiplierGates {
  /// Mitchell's mantissa and the constant of its segment, shifted into place; saturates.
  mutating func reducedError(segments: Int, bits: Int) -> [NetID] {
    let (x, y) = (normalized(a), normalized(b))
    let mantissa = mitchellMantissa(x, y, fractionBits: fractionBits)
    let indexBits = segments.trailingZeroBitCount
    let index = x.fraction.suffix(indexBits) + y.fraction.suffix(indexBits)
    let corrections = SegmentCorrections(segments: segments, bits: bits)
    let constant = design.entry(of: corrections.constants, at: Array(index), width: bits)
    // Bits of the constant below the product's last one, at its largest, reach nothing.
    let precision = max(fractionBits, min(bits, shape.productWidth - 2))
    let padding = Array(repeating: GeneratedDesign.zero, count: precision - fractionBits)
    let mayExceed = corrections.mayExceed(
      segments: segments, bits: bits, fractionBits: fractionBits)
    let corrected = design.sum(
      padding + mantissa, Self.cut(constant, to: precision),
      width: precision + (mayExceed ? 3 : 2), by: shape.adder)
    return scaled(corrected, fractionBits: precision, x, y)
  }
}

extension MultiplierFamily {
  /// Mitchell's product + ⌊2^(k1+k2)·c⌋ with the constant c of the fractions' segment.
  static func reducedErrorProduct(
    _ a: Int, _ b: Int, segments: Int, corrections: SegmentCorrections, bits: Int,
    shape: MultiplierShape
  ) -> Int {
    guard a > 0, b > 0 else { return 0 }
    let (x, y) = (LogarithmicOperand(a), LogarithmicOperand(b))
    let i = (x.remainder * segments) >> x.exponent
    let j = (y.remainder * segments) >> y.exponent
    let constant = corrections.constants[j * segments + i]
    let correction = (constant << (x.exponent + y.exponent)) >> bits
    return min(mitchellProduct(a, b) + correction, shape.largestProduct)
  }
}
