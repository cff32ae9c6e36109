/// How an exact multiplier sums its partial products.
public enum ExactArchitecture: String, Hashable, Sendable, CaseIterable {
  /// Row after row by ripple-carry adders.
  case array
  /// Row after row, carries saved for the next; a final adder.
  case carrySave = "carry_save"
  /// A Wallace tree and a final adder.
  case wallace
  /// A Dadda tree and a final adder.
  case dadda
  /// Radix-4 Booth digits, a Dadda tree and a final adder.
  case booth

  /// The architecture in words.
  var summary: String {
    switch self {
    case .array: "array of ripple-carry rows"
    case .carrySave: "carry-save array"
    case .wallace: "Wallace tree"
    case .dadda: "Dadda tree"
    case .booth: "radix-4 Booth, Dadda tree"
    }
  }
}

extension MultiplierGates {
  mutating func exact(_ architecture: ExactArchitecture) -> [NetID] {
    switch architecture {
    case .array: return rippleRows()
    case .carrySave: return carrySaveRows()
    case .wallace:
      var columns = partialProducts()
      columns.reduceByWallace(&design)
      return columns.sum(by: shape.adder, &design)
    case .dadda: return total(partialProducts())
    case .booth: return total(boothColumns { exact, _, _, _, _ in exact })
    }
  }

  /// The partial products of unsigned operands, or of signed ones by Baugh and Wooley.
  private mutating func partialProducts() -> ColumnReduction {
    var columns = emptyColumns
    for j in b.indices { columns.add(row(j), column: j) }
    columns.add(constant: signConstant)
    return columns
  }

  /// The row of partial products a(i)·b(j). Signed: those with exactly one sign bit are inverted.
  /// Source: Baugh, Wooley, *A two's complement parallel array multiplication algorithm*, IEEE
  /// Transactions on Computers C-22(12), 1973.
  private mutating func row(_ j: Int) -> [NetID] {
    a.indices.map { i in
      let isInverted = shape.isSigned && (i == a.count - 1) != (j == b.count - 1)
      return isInverted
        ? design.nand(a[i], b[j], name: "pp_\(i)_\(j)")
        : design.and(a[i], b[j], name: "pp_\(i)_\(j)")
    }
  }

  /// What the inverted partial products leave to be added: 2^(wa−1) + 2^(wb−1) + 2^(wa+wb−1).
  private var signConstant: Int {
    shape.isSigned ? 1 << (a.count - 1) + 1 << (b.count - 1) + 1 << (a.count + b.count - 1) : 0
  }

  private mutating func rippleRows() -> [NetID] {
    let width = shape.productWidth
    var accumulated = GeneratedDesign.constant(signConstant, width: width)
    for j in b.indices {
      let high = design.sum(
        Array(accumulated[j...]), GeneratedDesign.resized(row(j), to: width - j), by: .ripple,
        name: "row\(j)")
      accumulated = Array(accumulated[..<j]) + high
    }
    return accumulated
  }

  private mutating func carrySaveRows() -> [NetID] {
    var columns = emptyColumns
    columns.add(constant: signConstant)
    for j in b.indices {
      let row = row(j)
      for i in row.indices { columns.add(row[i], column: i + j) }
      // From the top down, so that a carry waits for the next row.
      for i in row.indices.reversed() where columns.columns[i + j].count > 1 {
        columns.compress(i + j, columns.columns[i + j].count, "row\(j)_\(i + j)", &design)
      }
    }
    return columns.sum(by: shape.adder, &design)
  }
}

extension MultiplierFamily {
  /// The product itself.
  static func exactProduct(_ a: Int, _ b: Int) -> Int { a * b }
}
