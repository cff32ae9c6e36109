/// Approximate 4:2 compressors without carry-in and carry-out.
public enum ApproximateCompressor: String, Hashable, Sendable, CaseIterable {
  /// Design 2 of Momeni, Han, Montuschi, Lombardi, *Design and analysis of approximate compressors
  /// for multiplication*, IEEE Transactions on Computers 64(4), 2015: carry = x1x2 ∨ x3x4,
  /// sum = ¬(x1 ⊕ x2) ∨ ¬(x3 ⊕ x4).
  case momeni
  /// After Venkatachalam, Ko, *Design of power and area efficient approximate multipliers*, IEEE
  /// Transactions on VLSI Systems 25(5), 2017: carry = x1x2 ∨ x3x4,
  /// sum = (x1 ⊕ x2) ∨ (x3 ⊕ x4) ∨ x1x2x3x4.
  case venkatachalamKo = "venkatachalam_ko"
}

extension MultiplierGates {
  /// A tree to the heights … 8, 4, 2: column by column from the lowest, bits first come, first
  /// served, carries of a stage counted in that stage. Where a column is one too high it gets a half
  /// adder, otherwise a compressor (a full adder where it has only three bits left). Columns from
  /// `columns` up are summed exactly.
  mutating func compressorTree(
    _ compressor: ApproximateCompressor, columns approximated: Int
  ) -> [NetID] {
    var tree = emptyColumns
    tree.addPartialProducts(a, b, &design)
    var heights = [2]
    while let last = heights.last, last < min(a.count, b.count) { heights.append(2 * last) }
    for (stage, height) in heights.dropLast().reversed().enumerated() {
      for column in 0..<min(approximated, tree.columns.count) {
        // Sums of this stage are not compressed again in it.
        var waiting = tree.columns[column]
        var sums: [NetID] = []
        while waiting.count + sums.count > height && waiting.count > 1 {
          let excess = waiting.count + sums.count - height
          let count = excess == 1 ? 2 : min(4, waiting.count)
          let bits = Array(waiting.prefix(count))
          waiting.removeFirst(count)
          let name = "tree\(stage)_\(column)_\(sums.count)"
          let result = compressed(bits, by: compressor, name: name)
          sums.append(result.sum)
          tree.add(result.carry, column: column + 1)
        }
        tree.columns[column] = waiting + sums
      }
    }
    return total(tree)
  }

  private mutating func compressed(
    _ x: [NetID], by compressor: ApproximateCompressor, name: String
  ) -> (sum: NetID, carry: NetID) {
    switch x.count {
    case 2: return design.halfAdder(x[0], x[1], name: name)
    case 3: return design.fullAdder(x[0], x[1], x[2], name: name)
    default:
      let (low, high) = (design.nand(x[0], x[1]), design.nand(x[2], x[3]))
      let carry = design.nand(low, high)
      let (oddLow, oddHigh) = (design.xor(x[0], x[1]), design.xor(x[2], x[3]))
      switch compressor {
      case .momeni: return (design.nand(oddLow, oddHigh), carry)
      case .venkatachalamKo:
        let isFour = design.nor(low, high)
        return (design.any([oddLow, oddHigh, isFour]), carry)
      }
    }
  }
}

extension MultiplierFamily {
  /// Bits of the approximate columns pass through the tree as numbers; all that reaches an exact
  /// column is added as it stands.
  static func compressorTreeProduct(
    _ a: Int, _ b: Int, _ compressor: ApproximateCompressor, columns: Int, shape: MultiplierShape
  ) -> Int {
    var bits = [[Int]](repeating: [], count: shape.productWidth + 1)
    for j in 0..<shape.widthB {
      for i in 0..<shape.widthA { bits[i + j].append((a >> i) & (b >> j) & 1) }
    }
    var height = 2
    while 2 * height < min(shape.widthA, shape.widthB) { height *= 2 }
    while height >= 2 {
      for column in 0..<min(columns, shape.productWidth) {
        var sums: [Int] = []
        while bits[column].count + sums.count > height && bits[column].count > 1 {
          let isPair = bits[column].count + sums.count == height + 1
          let taken = Array(bits[column].prefix(isPair ? 2 : 4))
          bits[column].removeFirst(taken.count)
          let (sum, carry) = compressed(taken, compressor)
          sums.append(sum)
          bits[column + 1].append(carry)
        }
        bits[column] += sums
      }
      height /= 2
    }
    let total = bits.enumerated().reduce(0) { $0 + $1.element.reduce(0, +) << $1.offset }
    return total & shape.largestProduct
  }

  private static func compressed(
    _ x: [Int], _ compressor: ApproximateCompressor
  ) -> (sum: Int, carry: Int) {
    let count = x.reduce(0, +)
    guard x.count == 4 else { return (count % 2, count / 2) }
    let (low, high) = (x[0] + x[1], x[2] + x[3])
    let carry = low == 2 || high == 2 ? 1 : 0
    switch compressor {
    case .momeni: return (low != 1 || high != 1 ? 1 : 0, carry)
    case .venkatachalamKo: return (low == 1 || high == 1 || count == 4 ? 1 : 0, carry)
    }
  }
}
