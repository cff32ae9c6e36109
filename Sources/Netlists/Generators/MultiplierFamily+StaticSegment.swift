extension MultiplierGates {
  /// SSM: a low and a high segment of m bits.
  mutating func staticSegment(bits: Int) -> [NetID] {
    staticSegments(bits) { [0, $0 - bits] }
  }

  /// ESSM: a low, a middle and a high segment of m bits.
  mutating func enhancedStaticSegment(bits: Int) -> [NetID] {
    staticSegments(bits) { [0, ($0 - bits) / 2, $0 - bits] }
  }

  private mutating func staticSegments(
    _ length: Int, _ offsets: (_ width: Int) -> [Int]
  ) -> [NetID] {
    let segments = [a, b].map { operand in
      var distinct: [Int] = []
      for offset in offsets(operand.count) where distinct.last != offset {
        distinct.append(offset)
      }
      let choices = fixedChoices(of: operand, length: length, offsets: distinct)
      return segment(of: operand, length: length, choices: choices)
    }
    return product(segments[0], segments[1])
  }
}

extension MultiplierFamily {
  /// An operand below 2^bits is kept, another keeps its high `bits` bits only.
  static func staticSegmentProduct(
    _ a: Int, _ b: Int, bits: Int, shape: MultiplierShape
  ) -> Int {
    func kept(_ x: Int, _ width: Int) -> Int {
      x < 1 << bits ? x : x - x % (1 << (width - bits))
    }
    return kept(a, shape.widthA) * kept(b, shape.widthB)
  }

  /// As SSM, but an operand that a segment (width − bits)/2 bits further up holds keeps that one.
  static func enhancedStaticSegmentProduct(
    _ a: Int, _ b: Int, bits: Int, shape: MultiplierShape
  ) -> Int {
    func kept(_ x: Int, _ width: Int) -> Int {
      let middle = (width - bits) / 2
      if x < 1 << bits { return x }
      return x < 1 << (bits + middle) ? x - x % (1 << middle) : x - x % (1 << (width - bits))
    }
    return kept(a, shape.widthA) * kept(b, shape.widthB)
  }
}
