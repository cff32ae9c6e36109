extension MultiplierGates {
  /// The sum of the 2×2 blocks.
  mutating func kulkarni() -> [NetID] {
    var columns = emptyColumns
    columns.addKulkarniBlocks(a, b, &design)
    return total(columns)
  }
}

extension ColumnReduction {
  /// Adds the outputs of a 2×2 block for each pair of radix-4 digits of a and b. Where an operand's
  /// width is odd its top digit has one bit, and its blocks are exact.
  mutating func addKulkarniBlocks(
    _ a: [NetID], _ b: [NetID], _ design: inout GeneratedDesign
  ) {
    for j in stride(from: 0, to: b.count, by: 2) {
      for i in stride(from: 0, to: a.count, by: 2) {
        let digitA = Array(a[i..<min(i + 2, a.count)])
        let digitB = Array(b[j..<min(j + 2, b.count)])
        if digitA.count == 2 && digitB.count == 2 {
          addBlock(digitA, digitB, column: i + j, name: "block_\(i)_\(j)", &design)
        } else {
          for (n, bitB) in digitB.enumerated() {
            for (m, bitA) in digitA.enumerated() {
              let net = design.and(bitA, bitB, name: "pp_\(i + m)_\(j + n)")
              columns[i + j + m + n].append(net)
            }
          }
        }
      }
    }
  }

  /// p0 = a0·b0, p1 = a1·b0 ∨ a0·b1, p2 = a1·b1: three bits, so 3·3 gives 7.
  private mutating func addBlock(
    _ a: [NetID], _ b: [NetID], column: Int, name: String, _ design: inout GeneratedDesign
  ) {
    let high = design.nand(a[1], b[0], name: "\(name)_10")
    let low = design.nand(a[0], b[1], name: "\(name)_01")
    columns[column].append(design.and(a[0], b[0], name: "\(name)_p0"))
    columns[column + 1].append(design.nand(high, low, name: "\(name)_p1"))
    columns[column + 2].append(design.and(a[1], b[1], name: "\(name)_p2"))
  }
}

extension MultiplierFamily {
  /// The recursion of the definition: split each operand in halves, multiply the four pairs of
  /// halves, add exactly; 2 bits by 2 bits is exact but for 3·3, which gives 7.
  static func kulkarniProduct(_ a: Int, _ b: Int, width: Int = 16) -> Int {
    if width == 2 { return a == 3 && b == 3 ? 7 : a * b }
    let half = width / 2
    let mask = 1 << half - 1
    let (highA, lowA) = (a >> half, a & mask)
    let (highB, lowB) = (b >> half, b & mask)
    return kulkarniProduct(highA, highB, width: half) << width
      + (kulkarniProduct(highA, lowB, width: half) + kulkarniProduct(lowA, highB, width: half))
      << half
      + kulkarniProduct(lowA, lowB, width: half)
  }
}
