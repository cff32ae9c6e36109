extension MultiplierGates {
  /// The first product x·2^ky + ry·2^kx of each stage, residues passed to the next, all summed.
  mutating func iterativeLogarithmic(stages: Int) -> [NetID] {
    var columns = emptyColumns
    var (x, y) = (a, b)
    for _ in 0..<stages {
      let (leadX, leadY) = (design.leadingOne(x), design.leadingOne(y))
      let residueX = zip(x, leadX).map { design.and($0, design.inverted($1)) }
      let residueY = zip(y, leadY).map { design.and($0, design.inverted($1)) }
      let (exponentX, exponentY) = (design.encoded(leadX), design.encoded(leadY))
      let isNonzero = design.and(design.any(x), design.any(y))
      columns.add(
        design.shiftedLeft(
          design.gated(x, by: isNonzero), by: exponentY, width: shape.productWidth))
      columns.add(
        design.shiftedLeft(
          design.gated(residueY, by: isNonzero), by: exponentX, width: shape.productWidth))
      (x, y) = (residueX, residueY)
    }
    return total(columns)
  }
}

extension MultiplierFamily {
  /// 2^(k1+k2) + r1·2^k2 + r2·2^k1, and the same for the residues r1 and r2, so many times.
  static func iterativeLogarithmicProduct(_ a: Int, _ b: Int, stages: Int) -> Int {
    var (x, y, sum) = (a, b, 0)
    for _ in 0..<stages where x > 0 && y > 0 {
      let (first, second) = (LogarithmicOperand(x), LogarithmicOperand(y))
      sum += 1 << (first.exponent + second.exponent)
      sum += first.remainder << second.exponent + second.remainder << first.exponent
      (x, y) = (first.remainder, second.remainder)
    }
    return sum
  }
}
