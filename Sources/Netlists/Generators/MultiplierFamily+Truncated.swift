extension ColumnReduction {
  /// Adds the partial products of the columns from `columns` up.
  mutating func addTruncatedProducts(
    _ a: [NetID], _ b: [NetID], columns dropped: Int, _ design: inout GeneratedDesign
  ) {
    addPartialProducts(a, b, &design) { i, j in i + j >= dropped }
  }
}

extension MultiplierFamily {
  /// Each bit a(i) that is set adds 2^i·b without those bits of b that fall in dropped columns.
  static func truncatedProduct(_ a: Int, _ b: Int, columns: Int) -> Int {
    var sum = 0
    for i in 0..<16 where a >> i & 1 == 1 {
      sum += ((b << i) >> columns) << columns
    }
    return sum
  }
}
