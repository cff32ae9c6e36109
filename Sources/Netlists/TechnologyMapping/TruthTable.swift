/// A Boolean function of up to six variables: bit i of `bits` is its value for the pattern i, where
/// variable k is bit k of the pattern.
package struct TruthTable: Hashable, Sendable {
  package let bits: UInt64
  /// How many variables there are, 0 to 6.
  package let count: Int

  package init(_ bits: UInt64, variables count: Int) {
    precondition((0...6).contains(count), "a truth table has at most six variables")
    self.bits = bits & Self.mask(count)
    self.count = count
  }

  /// The patterns of so many variables.
  private static func mask(_ count: Int) -> UInt64 {
    count == 6 ? .max : (1 << (1 << UInt64(count))) - 1
  }

  /// For each variable the patterns in which it is 1.
  package static let ones: [UInt64] = [
    0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00, 0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
  ]

  package subscript(pattern: Int) -> Bool { bits >> UInt64(pattern) & 1 == 1 }

  package var inverse: TruthTable { TruthTable(~bits, variables: count) }

  package func dependsOn(_ variable: Int) -> Bool {
    let shift = UInt64(1) << UInt64(variable)
    let low = bits & ~Self.ones[variable]
    return (bits & Self.ones[variable]) >> shift != low
  }

  /// The variables that the function depends on.
  package var support: [Int] { (0..<count).filter(dependsOn) }

  /// The function of the remaining variables with one held at a value.
  package func cofactor(_ variable: Int, _ value: Bool) -> TruthTable {
    var result: UInt64 = 0
    for pattern in 0..<(1 << (count - 1)) {
      let below = pattern & ((1 << variable) - 1)
      var source = (pattern >> variable) << (variable + 1) | below
      if value { source |= 1 << variable }
      if self[source] { result |= 1 << UInt64(pattern) }
    }
    return TruthTable(result, variables: count - 1)
  }

  /// The function with the variables of a mask inverted before it.
  package func invertingInputs(_ mask: Int) -> TruthTable {
    var result = bits
    for variable in 0..<count where mask >> variable & 1 == 1 {
      let shift = UInt64(1) << UInt64(variable)
      let ones = Self.ones[variable]
      result = (result & ones) >> shift | (result & ~ones) << shift
    }
    return TruthTable(result, variables: count)
  }

  /// The same function of `total` variables, where its variable k is the variable `places[k]`.
  package func placed(_ places: [Int], of total: Int) -> TruthTable {
    precondition(places.count == count, "one place for each variable")
    var result: UInt64 = 0
    for pattern in 0..<(1 << total) {
      var source = 0
      for (variable, place) in places.enumerated() where pattern >> place & 1 == 1 {
        source |= 1 << variable
      }
      if self[source] { result |= 1 << UInt64(pattern) }
    }
    return TruthTable(result, variables: total)
  }

  /// The function of the variables that it depends on, in their order.
  package func reduced(to support: [Int]) -> TruthTable {
    var result = self
    for variable in (0..<count).reversed() where !support.contains(variable) {
      result = result.cofactor(variable, false)
    }
    return result
  }
}
