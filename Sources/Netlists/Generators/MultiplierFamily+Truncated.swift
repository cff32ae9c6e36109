extension MultiplierGates {
  /// The partial products of the columns from `columns` up, and the constant that stands for the
  /// others.
  mutating func truncated(columns dropped: Int, constant: Int) -> [NetID] {
    var columns = emptyColumns
    columns.addPartialProducts(a, b, &design) { i, j in i + j >= dropped }
    columns.add(constant: constant)
    return total(columns)
  }

  /// The low bits of both operands are zero.
  mutating func lowBitsZero(bits: Int) -> [NetID] {
    var columns = emptyColumns
    columns.addPartialProducts(a, b, &design) { i, j in i >= bits && j >= bits }
    return total(columns)
  }
}

extension MultiplierFamily {
  /// Each bit a(i) that is set adds 2^i·b without those bits of b that fall in dropped columns.
  static func truncatedProduct(
    _ a: Int, _ b: Int, columns: Int, constant: Int, shape: MultiplierShape
  ) -> Int {
    var sum = constant
    for i in 0..<shape.widthA where a >> i & 1 == 1 {
      sum += ((b << i) >> columns) << columns
    }
    return sum
  }

  /// The nearest integer to the mean of what truncation drops over all operand pairs, a quarter of
  /// the weight of each partial product; a half goes up.
  static func truncationConstant(columns: Int, shape: MultiplierShape) -> Int {
    var weight = 0
    for i in 0..<shape.widthA {
      for j in 0..<shape.widthB where i + j < columns { weight += 1 << (i + j) }
    }
    return (weight + 2) / 4
  }

  /// (a − a mod 2^bits)(b − b mod 2^bits).
  static func lowBitsZeroProduct(_ a: Int, _ b: Int, bits: Int) -> Int {
    (a - a % (1 << bits)) * (b - b % (1 << bits))
  }
}
