/// Bits sorted by weight: `columns[c]` holds nets that each count 2^c. Every multiplier family here
/// is a set of such bits, summed exactly.
struct ColumnReduction {
  var columns: [[NetID]]

  init(width: Int) { columns = Array(repeating: [], count: width) }

  /// Reduces the columns to at most two bits each by a Dadda tree: stage by stage to the heights
  /// … 13, 9, 6, 4, 3, 2, with as few adders as that takes. Source: L. Dadda, *Some schemes for
  /// parallel multipliers*, Alta Frequenza 34, 1965.
  ///
  /// The sum is taken modulo 2^columns.count: the top column gets no carry out.
  mutating func reduceByDadda(_ design: inout GeneratedDesign) {
    var heights = [2]
    while let last = heights.last, last < columns.map(\.count).max() ?? 0 {
      heights.append(last * 3 / 2)
    }
    for (stage, height) in heights.dropLast().reversed().enumerated() {
      for column in columns.indices {
        var adder = 0
        while columns[column].count > height {
          let name = "tree\(stage)_\(column)_\(adder)"
          adder += 1
          // The bits that arrived first go first: sums of this stage stand at the end.
          let result: (sum: NetID, carry: NetID)
          if columns[column].count == height + 1 {
            result = design.halfAdder(columns[column][0], columns[column][1], name: name)
            columns[column].removeFirst(2)
          } else {
            let bits = columns[column]
            result = design.fullAdder(bits[0], bits[1], bits[2], name: name)
            columns[column].removeFirst(3)
          }
          columns[column].append(result.sum)
          if column + 1 < columns.count { columns[column + 1].append(result.carry) }
        }
      }
    }
  }

  /// Adds the two rows that are left by a ripple-carry adder, modulo 2^columns.count.
  ///
  /// - Precondition: at most two bits in each column.
  /// - Returns: one net a column; the constant 0 where there is nothing to add.
  func sumByRipple(_ design: inout GeneratedDesign) -> [NetID] {
    var carry: NetID?
    return columns.enumerated().map { column, bits in
      precondition(bits.count <= 2, "the columns are not reduced")
      let addends = bits + (carry.map { [$0] } ?? [])
      carry = nil
      switch addends.count {
      case 0: return Netlist.constantZero
      case 1: return addends[0]
      case 2:
        let result = design.halfAdder(addends[0], addends[1], name: "final_\(column)")
        carry = result.carry
        return result.sum
      default:
        let result = design.fullAdder(addends[0], addends[1], addends[2], name: "final_\(column)")
        carry = result.carry
        return result.sum
      }
    }
  }
}
