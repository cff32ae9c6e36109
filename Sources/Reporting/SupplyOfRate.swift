import Files

/// The memory supply at which a row's given rate of wrong bits is that of the memory's failure law, as
/// charts and tables label it.
public struct SupplyOfRate: Hashable, Sendable {
  /// Volts, three significant digits.
  public let volts: String
  /// Whether it lies outside the supplies that the law was fitted on.
  public let isExtrapolated: Bool

  /// What stands behind volts that are extrapolated.
  public static let mark = "*"

  /// - Returns: nil where the table, or the row, has no such supply.
  public init?(_ table: ResultTable, row: Int) {
    guard table.index(of: "bit_error_supply_v") != nil,
      let supply = table[row, "bit_error_supply_v"].number
    else { return nil }
    volts = CellValue.format(supply, digits: 3)
    isExtrapolated =
      table.index(of: "extrapolated") != nil && table[row, "extrapolated"] == .flag(true)
  }
}
