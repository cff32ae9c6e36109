extension GeneratedDesign {
  /// (a + b + carryIn) modulo 2^width; a constant zero at the top of both makes room for a carry.
  ///
  /// - Parameter name: a prefix for the cells of a ripple-carry adder.
  /// - Precondition: operands of the same width.
  mutating func sum(
    _ a: [NetID], _ b: [NetID], carryIn: NetID = zero, by adder: AdderFamily, name: String = "sum"
  ) -> [NetID] {
    precondition(a.count == b.count, "operands of one width")
    switch adder {
    case .ripple: return rippleSum(a, b, carryIn, name)
    case .carryLookAhead: return lookAheadSum(a, b, carryIn)
    case .koggeStone: return koggeStoneSum(a, b, carryIn)
    case .brentKung: return brentKungSum(a, b, carryIn)
    case .lowerPartOR(let bits):
      precondition(carryIn == Self.zero, "a lower-part-OR adder has no carry input")
      guard bits > 0 else { return rippleSum(a, b, Self.zero, name) }
      let low = (0..<bits).map { or(a[$0], b[$0]) }
      guard bits < a.count else { return low }
      let carry = and(a[bits - 1], b[bits - 1])
      return low + rippleSum(Array(a[bits...]), Array(b[bits...]), carry, name)
    }
  }

  /// The sum of vectors of different widths, with as many bits as asked for.
  mutating func sum(
    _ a: [NetID], _ b: [NetID], width: Int, by adder: AdderFamily
  ) -> [NetID] {
    sum(Self.resized(a, to: width), Self.resized(b, to: width), by: adder)
  }

  private mutating func rippleSum(
    _ a: [NetID], _ b: [NetID], _ carryIn: NetID, _ name: String
  ) -> [NetID] {
    var carry = carryIn
    return a.indices.map { i in
      // The carry out of the top bit goes nowhere: no adder cell for it.
      if i == a.count - 1 { return exclusiveSum(a[i], b[i], carry, name: "\(name)_\(i)") }
      let result = fullAdder(a[i], b[i], carry, name: "\(name)_\(i)")
      carry = result.carry
      return result.sum
    }
  }

  /// The sum bit of a full adder alone.
  mutating func exclusiveSum(_ a: NetID, _ b: NetID, _ c: NetID, name: String) -> NetID {
    let half = xor(a, b, name: c == Self.zero ? "\(name)_sum" : "\(name)_half")
    return xor(half, c, name: "\(name)_sum")
  }

  /// Generate and propagate from the group's first bit to each of its bits, as sums of products that
  /// do not wait for the group's carry-in; with it each carry is two NAND2 away.
  private mutating func lookAheadSum(
    _ a: [NetID], _ b: [NetID], _ carryIn: NetID
  ) -> [NetID] {
    let propagate = a.indices.map { xor(a[$0], b[$0]) }
    let generate = a.indices.map { and(a[$0], b[$0]) }
    var groupCarry = carryIn
    var result: [NetID] = []
    for first in stride(from: 0, to: a.count, by: 4) {
      var carry = groupCarry
      for i in first..<min(first + 4, a.count) {
        result.append(xor(propagate[i], carry))
        var terms = [generate[i]]
        for j in stride(from: i - 1, through: first, by: -1) {
          terms.append(all([generate[j]] + propagate[(j + 1)...i]))
        }
        let carried = nand(all(Array(propagate[first...i])), groupCarry)
        carry = nand(inverted(any(terms)), carried)
      }
      groupCarry = carry
    }
    return result
  }
}
