extension MultiplierGates {
  /// The partial products that lie left of the vertical break and below the horizontal one.
  mutating func brokenArray(vertical: Int, horizontal: Int) -> [NetID] {
    var columns = emptyColumns
    columns.addPartialProducts(a, b, &design) { i, j in i + j >= vertical && j >= horizontal }
    return total(columns)
  }
}

extension MultiplierFamily {
  /// Each row j ≥ horizontal of the array, a·2^j where b(j) is set, without the columns below
  /// `vertical`.
  static func brokenArrayProduct(_ a: Int, _ b: Int, vertical: Int, horizontal: Int) -> Int {
    var sum = 0
    for j in horizontal..<max(horizontal, 16) where b >> j & 1 == 1 {
      sum += ((a << j) >> vertical) << vertical
    }
    return sum
  }
}
