/// What one die of a multiplier captures wrong: its transition table without the products that are
/// right.
public struct WrongProducts: Sendable {
  /// Bits of the held operand and of the moving one, 1 to 8 each.
  public let stationaryWidth: Int
  public let movingWidth: Int
  /// By held byte; nil where every product is captured right.
  let held: [HeldErrors?]

  init(stationaryWidth: Int, movingWidth: Int, held: [HeldErrors?]) {
    self.stationaryWidth = stationaryWidth
    self.movingWidth = movingWidth
    self.held = held
  }

  /// - Parameter settled: the products after everything has settled, of bytes, the second one held.
  /// - Precondition: operands of at most 8 bits.
  public init(_ table: TransitionTable, settled: ProductTable) {
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    precondition(max(table.stationaryWidth, table.movingWidth) <= 8, "operands wider than bytes")
    let (heldCount, transitions) = (1 << table.stationaryWidth, 1 << (2 * table.movingWidth))
    self.init(
      stationaryWidth: table.stationaryWidth, movingWidth: table.movingWidth,
      held: table.withProducts { products in
        (0...255).map { held in
          guard held < heldCount else { return nil }
          let first = held * transitions
          return HeldErrors(
            captured: UnsafeBufferPointer(rebasing: products[first..<first + transitions]),
            width: table.movingWidth,
            settled: (0...255).map { UInt16(truncatingIfNeeded: settled[$0, held]) })
        }
      })
  }
}
