/// Building blocks over vectors of nets, least significant bit first.
extension GeneratedDesign {
  /// The disjunction of any number of nets, as a balanced tree; 0 for none.
  mutating func any(_ bits: [NetID]) -> NetID {
    var level = bits.filter { $0 != Self.zero }
    while level.count > 1 {
      var next: [NetID] = []
      for first in stride(from: 0, to: level.count, by: 2) {
        next.append(first + 1 < level.count ? or(level[first], level[first + 1]) : level[first])
      }
      level = next
    }
    return level.first ?? Self.zero
  }

  /// The conjunction of any number of nets, as a balanced tree; 1 for none.
  mutating func all(_ bits: [NetID]) -> NetID {
    var level = bits.filter { $0 != Self.one }
    while level.count > 1 {
      var next: [NetID] = []
      for first in stride(from: 0, to: level.count, by: 2) {
        next.append(first + 1 < level.count ? and(level[first], level[first + 1]) : level[first])
      }
      level = next
    }
    return level.first ?? Self.one
  }

  /// select ? a : b, from three NAND2 and an inverter.
  mutating func multiplexed(_ select: NetID, _ a: NetID, _ b: NetID) -> NetID {
    if a == b || select == Self.one { return a }
    if select == Self.zero { return b }
    if a == Self.one { return or(select, b) }
    if b == Self.zero { return and(select, a) }
    let notSelect = inverted(select)
    if a == Self.zero { return and(notSelect, b) }
    if b == Self.one { return or(notSelect, a) }
    return nand(nand(select, a), nand(notSelect, b))
  }

  /// Each bit of a vector ∧ enable.
  mutating func gated(_ bits: [NetID], by enable: NetID) -> [NetID] {
    bits.map { and($0, enable) }
  }

  /// The bits of a constant that is not negative.
  static func constant(_ value: Int, width: Int) -> [NetID] {
    (0..<width).map { value >> $0 & 1 == 1 ? one : zero }
  }

  /// A vector of the given width: cut at the top, or continued by constant zeros.
  static func resized(_ bits: [NetID], to width: Int) -> [NetID] {
    Array(bits.prefix(width)) + Array(repeating: zero, count: max(0, width - bits.count))
  }

  /// bits·2^amount modulo 2^width: a barrel shifter, a row of multiplexers for each bit of the
  /// amount.
  mutating func shiftedLeft(_ bits: [NetID], by amount: [NetID], width: Int) -> [NetID] {
    var result = Self.resized(bits, to: width)
    for (stage, select) in amount.enumerated() where select != Self.zero {
      let distance = 1 << stage
      result = result.indices.map { index in
        let shifted = index >= distance ? result[index - distance] : Self.zero
        return multiplexed(select, shifted, result[index])
      }
    }
    return result
  }

  /// ⌊bits / 2^amount⌋: a barrel shifter.
  mutating func shiftedRight(_ bits: [NetID], by amount: [NetID]) -> [NetID] {
    var result = bits
    for (stage, select) in amount.enumerated() where select != Self.zero {
      let distance = 1 << stage
      result = result.indices.map { index in
        let shifted = index + distance < result.count ? result[index + distance] : Self.zero
        return multiplexed(select, shifted, result[index])
      }
    }
    return result
  }

  /// A leading-one detector: bit i of the result is set where bit i is the highest that is set.
  mutating func leadingOne(_ bits: [NetID]) -> [NetID] {
    var oneHot = bits
    var above = Self.zero
    for index in bits.indices.reversed() {
      oneHot[index] = and(bits[index], inverted(above))
      above = or(above, bits[index])
    }
    return oneHot
  }

  /// The number of the line that is set, of lines of which at most one is; 0 if none is.
  mutating func encoded(_ oneHot: [NetID]) -> [NetID] {
    var position: [NetID] = []
    while 1 << position.count < oneHot.count {
      let weight = 1 << position.count
      position.append(any(oneHot.indices.filter { $0 & weight != 0 }.map { oneHot[$0] }))
    }
    return position
  }

  /// The entry of a table of constants that an index selects: a tree of multiplexers.
  ///
  /// - Precondition: 2^index.count entries.
  mutating func entry(of table: [Int], at index: [NetID], width: Int) -> [NetID] {
    precondition(table.count == 1 << index.count, "an entry for each index")
    var rows = table.map { Self.constant($0, width: width) }
    for select in index {
      rows = stride(from: 0, to: rows.count, by: 2).map { row in
        zip(rows[row + 1], rows[row]).map { multiplexed(select, $0, $1) }
      }
    }
    return rows[0]
  }
}
