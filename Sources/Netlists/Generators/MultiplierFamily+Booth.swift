/// The nets of one radix-4 Booth digit, in −2…2. Source: O. L. MacSorley, *High-speed arithmetic in
/// binary computers*, Proceedings of the IRE 49(1), 1961.
struct BoothDigit {
  /// The digit is 1 or −1.
  let isOne: NetID
  /// The digit is 2 or −2.
  let isTwo: NetID
  /// The digit is −1 or −2.
  let isNegative: NetID
  /// The highest of the digit's three bits of b.
  let top: NetID
}

extension MultiplierGates {
  /// The rows of a radix-4 Booth multiplier, digit·a, as bits by weight. The complement of a
  /// negative row is completed by a bit at its low end; a sign bit s of weight 2^c stands as ¬s and
  /// the constant −2^c.
  ///
  /// - Parameter partialProduct: gets the exact bit and gives the one to sum.
  mutating func boothColumns(
    _ partialProduct: (
      _ exact: NetID, _ a: NetID, _ digit: BoothDigit, _ column: Int,
      _ design: inout GeneratedDesign
    ) -> NetID
  ) -> ColumnReduction {
    var columns = emptyColumns
    let zero = GeneratedDesign.zero
    // Unsigned operands are signed ones with a leading zero.
    let multiplicand = shape.isSigned ? a : a + [zero]
    let fill = shape.isSigned ? b[b.count - 1] : zero
    let digits = shape.isSigned ? (b.count + 1) / 2 : b.count / 2 + 1
    func bit(_ index: Int) -> NetID {
      index < 0 ? zero : index < b.count ? b[index] : fill
    }
    var constant = 0
    for row in 0..<digits {
      let digit = boothDigit(bit(2 * row + 1), bit(2 * row), bit(2 * row - 1))
      for j in 0...multiplicand.count {
        let single = multiplicand[min(j, multiplicand.count - 1)]
        let double = j == 0 ? zero : multiplicand[j - 1]
        let one = design.nand(digit.isOne, single)
        let two = design.nand(digit.isTwo, double)
        let exact = design.xor(design.nand(one, two), digit.isNegative)
        let net = partialProduct(exact, single, digit, 2 * row + j, &design)
        let isSign = j == multiplicand.count
        columns.add(isSign ? design.inverted(net) : net, column: 2 * row + j)
      }
      columns.add(digit.isNegative, column: 2 * row)
      constant -= 1 << (2 * row + multiplicand.count)
    }
    columns.add(constant: constant)
    return columns
  }

  private mutating func boothDigit(_ high: NetID, _ middle: NetID, _ low: NetID) -> BoothDigit {
    let isOne = design.xor(middle, low)
    let isTwo = design.and(design.xor(high, middle), design.inverted(isOne))
    return BoothDigit(
      isOne: isOne, isTwo: isTwo, isNegative: design.and(high, design.nand(middle, low)),
      top: high)
  }
}
