extension MultiplierGates {
  /// An array of rows whose adders are lower-part-OR adders over the product's low columns.
  mutating func lowerPartORAccumulated(columns approximated: Int) -> [NetID] {
    let width = shape.productWidth
    var accumulated = GeneratedDesign.constant(0, width: width)
    for j in b.indices {
      let row = a.indices.map { design.and(a[$0], b[j], name: "pp_\($0)_\(j)") }
      let placed = Array(repeating: GeneratedDesign.zero, count: j) + row
      accumulated = design.sum(
        accumulated, GeneratedDesign.resized(placed, to: width),
        by: .lowerPartOR(bits: approximated), name: "row\(j)")
    }
    return accumulated
  }
}

extension MultiplierFamily {
  /// Row by row: the low columns are ORed, the rest is added, with a carry where both rows have the
  /// highest low bit; modulo 2^(wa + wb).
  static func lowerPartORAccumulatedProduct(
    _ a: Int, _ b: Int, columns: Int, shape: MultiplierShape
  ) -> Int {
    let low = 1 << columns
    var sum = 0
    for j in 0..<shape.widthB where b >> j & 1 == 1 {
      let row = a << j
      let carry = columns > 0 && sum % low >= low / 2 && row % low >= low / 2 ? low : 0
      sum = ((sum | row) % low) + (sum / low + row / low) * low + carry
    }
    return sum & shape.largestProduct
  }
}
