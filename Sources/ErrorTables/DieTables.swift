/// Transition tables of a number of dies of one multiplier, and which held words each captures wrong.
public struct DieTables: Sendable {
  /// One a die; nil for a die that captures every product right.
  public let tables: [TransitionTable?]
  /// The products after everything has settled.
  public let settled: ProductTable
  /// By die and held word.
  private let canErr: [[Bool]]

  /// - Precondition: all tables have 8-bit operands, of which the second one is held.
  public init(tables: [TransitionTable?], settled: ProductTable) {
    precondition(
      tables.compactMap(\.self).allSatisfy { $0.stationaryWidth == 8 && $0.movingWidth == 8 },
      "operands are bytes")
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    self.tables = tables
    self.settled = settled
    canErr = tables.map { table in
      guard let table else { return [Bool](repeating: false, count: 256) }
      return (0...255).map { held in
        !table.captures((0...255).map { UInt16(truncatingIfNeeded: settled[$0, held]) }, of: held)
      }
    }
  }

  /// Whether a die captures any product of a held word wrong.
  @inline(__always)
  public func canErr(die: Int, held: UInt8) -> Bool { canErr[die][Int(held)] }
}

extension TransitionTable {
  /// Whether the captured products of a held byte are those, one a present byte, whatever came before.
  fileprivate func captures(_ products: [UInt16], of held: Int) -> Bool {
    withProducts { captured in
      products.withUnsafeBufferPointer { products in
        for previous in 0..<256 {
          let first = index(held, previous, 0)
          let row = UnsafeBufferPointer(rebasing: captured[first..<first + 256])
          var differing: UInt16 = 0
          for current in 0..<256 { differing |= row[current] ^ products[current] }
          if differing != 0 { return false }
        }
        return true
      }
    }
  }
}
