/// Bits sorted by weight: `columns[c]` holds nets that each count 2^c. Most multiplier families here
/// are a set of such bits, summed exactly and modulo 2^columns.count.
struct ColumnReduction {
  var columns: [[NetID]]

  init(width: Int) { columns = Array(repeating: [], count: width) }

  /// Adds a bit of weight 2^column; constant zeros and weights beyond the top are left out.
  mutating func add(_ bit: NetID, column: Int) {
    guard bit != Netlist.constantZero, columns.indices.contains(column) else { return }
    columns[column].append(bit)
  }

  /// Adds a vector times 2^column.
  mutating func add(_ bits: [NetID], column: Int = 0) {
    for (offset, bit) in bits.enumerated() { add(bit, column: column + offset) }
  }

  /// Adds a constant that may be negative, modulo 2^columns.count.
  mutating func add(constant: Int) {
    for column in columns.indices where constant >> column & 1 == 1 {
      add(Netlist.constantOne, column: column)
    }
  }

  /// Adds the partial products a(i)·b(j) that are kept, each an AND, to column i + j.
  mutating func addPartialProducts(
    _ a: [NetID], _ b: [NetID], _ design: inout GeneratedDesign,
    where isKept: (_ i: Int, _ j: Int) -> Bool = { _, _ in true }
  ) {
    for (j, bitB) in b.enumerated() {
      for (i, bitA) in a.enumerated() where isKept(i, j) {
        add(design.and(bitA, bitB, name: "pp_\(i)_\(j)"), column: i + j)
      }
    }
  }

  /// Reduces the columns to at most two bits each by a Dadda tree: stage by stage to the heights
  /// … 13, 9, 6, 4, 3, 2, with as few adders as that takes. Source: L. Dadda, *Some schemes for
  /// parallel multipliers*, Alta Frequenza 34, 1965.
  mutating func reduceByDadda(_ design: inout GeneratedDesign) {
    var heights = [2]
    while let last = heights.last, last < tallest { heights.append(last * 3 / 2) }
    for (stage, height) in heights.dropLast().reversed().enumerated() {
      for column in columns.indices {
        var adder = 0
        while columns[column].count > height {
          let name = "tree\(stage)_\(column)_\(adder)"
          adder += 1
          // The bits that arrived first go first: sums of this stage stand at the end.
          let addends = columns[column].count == height + 1 ? 2 : 3
          compress(column, addends, name, &design)
        }
      }
    }
  }

  /// Reduces the columns to at most two bits each by a Wallace tree: in each stage three bits of a
  /// column go to a full adder and a pair that is left to a half adder. Source: C. S. Wallace, *A
  /// suggestion for a fast multiplier*, IEEE Transactions on Electronic Computers EC-13(1), 1964.
  mutating func reduceByWallace(_ design: inout GeneratedDesign) {
    var stage = 0
    while tallest > 2 {
      var next = ColumnReduction(width: columns.count)
      for column in columns.indices {
        for first in stride(from: 0, to: columns[column].count, by: 3) {
          let bits = Array(columns[column].dropFirst(first).prefix(3))
          let name = "tree\(stage)_\(column)_\(first / 3)"
          let result = sum(bits, column, name, &design)
          next.add(result.sum, column: column)
          next.add(result.carry, column: column + 1)
        }
      }
      columns = next.columns
      stage += 1
    }
  }

  /// Adds the two rows that are left by an adder.
  ///
  /// - Precondition: at most two bits in each column.
  /// - Returns: one net a column; the constant 0 where there is nothing to add.
  func sum(by adder: AdderFamily, _ design: inout GeneratedDesign) -> [NetID] {
    precondition(tallest <= 2, "the columns are not reduced")
    let rows = (0..<2).map { row in
      columns.map { row < $0.count ? $0[row] : Netlist.constantZero }
    }
    return design.sum(rows[0], rows[1], by: adder, name: "final")
  }

  private var tallest: Int { columns.map(\.count).max() ?? 0 }

  /// Replaces the first two or three bits of a column by their sum, at its end, and their carry, in
  /// the next column.
  mutating func compress(
    _ column: Int, _ addends: Int, _ name: String, _ design: inout GeneratedDesign
  ) {
    let result = sum(Array(columns[column].prefix(addends)), column, name, &design)
    columns[column].removeFirst(addends)
    add(result.sum, column: column)
    add(result.carry, column: column + 1)
  }

  /// The sum of one to three bits; the top column has no carry.
  private func sum(
    _ bits: [NetID], _ column: Int, _ name: String, _ design: inout GeneratedDesign
  ) -> (sum: NetID, carry: NetID) {
    switch bits.count {
    case 1: return (bits[0], Netlist.constantZero)
    case 2: return design.halfAdder(bits[0], bits[1], name: name)
    default:
      guard column + 1 < columns.count else {
        let sum = design.exclusiveSum(bits[0], bits[1], bits[2], name: name)
        return (sum, Netlist.constantZero)
      }
      return design.fullAdder(bits[0], bits[1], bits[2], name: name)
    }
  }
}
