extension MultiplierGates {
  /// Ar·b + Br·a − Ar·Br for the powers of two Ar and Br that are nearest to a and b.
  mutating func nearestPowers(threeToFour: Bool) -> [NetID] {
    let powerA = nearestPower(a, threeToFour: threeToFour)
    let powerB = nearestPower(b, threeToFour: threeToFour)
    let (exponentA, exponentB) = (design.encoded(powerA), design.encoded(powerB))
    let isNonzero = design.and(design.any(a), design.any(b))
    let width = shape.productWidth
    var columns = emptyColumns
    columns.add(
      design.shiftedLeft(design.gated(b, by: isNonzero), by: exponentA, width: width))
    columns.add(
      design.shiftedLeft(design.gated(a, by: isNonzero), by: exponentB, width: width))
    // −x = ¬x + 1
    let both = design.shiftedLeft(
      design.gated(powerA, by: isNonzero), by: exponentB, width: width)
    columns.add(both.map { design.inverted($0) })
    columns.add(constant: 1)
    return total(columns)
  }

  /// The nearest power of two, one-hot, one bit longer: the leading one moves up where the bit
  /// below it is set, which sends a tie 3·2^p up.
  private mutating func nearestPower(_ operand: [NetID], threeToFour: Bool) -> [NetID] {
    let leading = design.leadingOne(operand)
    var moves = [GeneratedDesign.zero]
    for index in 1..<operand.count {
      let isTie = index == 1 && !threeToFour
      moves.append(isTie ? GeneratedDesign.zero : operand[index - 1])
    }
    var power = [NetID](repeating: GeneratedDesign.zero, count: operand.count + 1)
    for index in operand.indices {
      let stays = design.and(leading[index], design.inverted(moves[index]))
      power[index] = design.or(power[index], stays)
      power[index + 1] = design.and(leading[index], moves[index])
    }
    return power
  }
}

extension MultiplierFamily {
  /// The nearest power of two to x > 0; a tie goes up, but 3 goes where the family says.
  private static func nearestPower(_ x: Int, threeToFour: Bool) -> Int {
    if x == 3 { return threeToFour ? 4 : 2 }
    let lower = 1 << LogarithmicOperand(x).exponent
    return x - lower < 2 * lower - x ? lower : 2 * lower
  }

  /// ab − (a − Ar)(b − Br); 0 for an operand 0.
  static func nearestPowerProduct(_ a: Int, _ b: Int, threeToFour: Bool) -> Int {
    guard a > 0, b > 0 else { return 0 }
    let residueA = a - nearestPower(a, threeToFour: threeToFour)
    let residueB = b - nearestPower(b, threeToFour: threeToFour)
    return a * b - residueA * residueB
  }
}
