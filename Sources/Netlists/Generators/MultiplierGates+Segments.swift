/// One place where a segment of an operand may be taken.
struct SegmentChoice {
  /// The operand's bit that becomes the segment's bit 0.
  let offset: Int
  /// The net that is 1 where this choice is taken; exactly one choice is.
  let select: NetID
  /// Bits of the segment that are 1 whatever the operand is.
  var setBits: Set<Int> = []
}

/// A segment of an operand: operand ≈ bits·2^shift.
struct OperandSegment {
  let bits: [NetID]
  let shift: [NetID]
}

/// Families that multiply a short segment of each operand exactly and shift the product back.
extension MultiplierGates {
  /// The segment of an operand that the choices give.
  mutating func segment(
    of operand: [NetID], length: Int, choices: [SegmentChoice]
  ) -> OperandSegment {
    let bits = (0..<length).map { bit in
      var terms: [NetID] = []
      for choice in choices {
        terms.append(
          choice.setBits.contains(bit)
            ? choice.select : design.and(choice.select, operand[choice.offset + bit]))
      }
      return design.any(terms)
    }
    var shift: [NetID] = []
    let farthest = choices.map(\.offset).max() ?? 0
    while farthest >> shift.count > 0 {
      let bit = shift.count
      shift.append(design.any(choices.filter { $0.offset >> bit & 1 == 1 }.map(\.select)))
    }
    return OperandSegment(bits: bits, shift: shift)
  }

  /// The product of the segments, shifted back.
  mutating func product(_ first: OperandSegment, _ second: OperandSegment) -> [NetID] {
    let product = exactProduct(first.bits, second.bits)
    let width = max(first.shift.count, second.shift.count) + 1
    let shift = design.sum(first.shift, second.shift, width: width, by: .ripple)
    return design.shiftedLeft(product, by: shift, width: shape.productWidth)
  }

  /// The choices of a segment that begins at the leading one, or at bit 0 where that one is lower.
  ///
  /// - Parameter setsLowest: the lowest bit of a segment that does not begin at bit 0 is 1.
  mutating func leadingOneChoices(
    of operand: [NetID], length: Int, setsLowest: Bool
  ) -> [SegmentChoice] {
    let upper = Array(operand[length...])
    let isLow = design.inverted(design.any(upper))
    let leading = design.leadingOne(upper)
    return [SegmentChoice(offset: 0, select: isLow)]
      + leading.enumerated().map { index, select in
        SegmentChoice(
          offset: index + 1, select: select,
          setBits: setsLowest ? [0, length - 1] : [length - 1])
      }
  }

  /// The choices of a segment that ends at one of some fixed bits: the lowest that holds the
  /// operand.
  ///
  /// - Parameter offsets: ascending, from 0.
  mutating func fixedChoices(
    of operand: [NetID], length: Int, offsets: [Int]
  ) -> [SegmentChoice] {
    var choices: [SegmentChoice] = []
    var isBeyond = GeneratedDesign.one
    for (index, offset) in offsets.enumerated() {
      let next = index + 1 < offsets.count
      let above = next ? design.any(Array(operand[(offset + length)...])) : GeneratedDesign.zero
      let select = design.and(isBeyond, design.inverted(above))
      choices.append(SegmentChoice(offset: offset, select: select))
      isBeyond = above
    }
    return choices
  }
}
