/// Transition tables of a number of dies of one multiplier.
public struct DieTables: Sendable {
  /// One a die; nil for a die that captures every product right.
  public let tables: [TransitionTable?]
  /// The products after everything has settled.
  public let settled: ProductTable

  /// - Precondition: all tables have 8-bit operands, of which the second one is held.
  public init(tables: [TransitionTable?], settled: ProductTable) {
    precondition(
      tables.compactMap(\.self).allSatisfy { $0.stationaryWidth == 8 && $0.movingWidth == 8 },
      "operands are bytes")
    precondition(settled.widthA == 8 && settled.widthB == 8, "operands are bytes")
    self.tables = tables
    self.settled = settled
  }
}
