extension MultiplierGates {
  /// DRUM: segments of k bits from the leading one, the lowest bit set.
  mutating func drum(bits: Int) -> [NetID] { leadingOneSegments(bits, setsLowest: true) }

  /// Segments of m bits from the leading one, cut.
  mutating func leadingOneTruncated(bits: Int) -> [NetID] {
    leadingOneSegments(bits, setsLowest: false)
  }

  private mutating func leadingOneSegments(_ length: Int, setsLowest: Bool) -> [NetID] {
    let segments = [a, b].map { operand in
      let choices = leadingOneChoices(of: operand, length: length, setsLowest: setsLowest)
      return segment(of: operand, length: length, choices: choices)
    }
    return product(segments[0], segments[1])
  }
}

extension MultiplierFamily {
  /// Each operand keeps its `bits` highest bits from the leading one; where bits are cut, the
  /// lowest that is kept becomes 1, which halves what the cut takes on average.
  static func drumProduct(_ a: Int, _ b: Int, bits: Int) -> Int {
    func kept(_ x: Int) -> Int {
      let cut = max(0, (Int.bitWidth - x.leadingZeroBitCount) - bits)
      return cut == 0 ? x : ((x >> cut) | 1) << cut
    }
    return kept(a) * kept(b)
  }

  /// Each operand keeps its `bits` highest bits from the leading one.
  static func leadingOneTruncatedProduct(_ a: Int, _ b: Int, bits: Int) -> Int {
    func kept(_ x: Int) -> Int {
      let cut = max(0, (Int.bitWidth - x.leadingZeroBitCount) - bits)
      return (x >> cut) << cut
    }
    return kept(a) * kept(b)
  }
}
