import Files
import Quantities

/// The supplies of a data file's rows, of which tables must not print two alike.
struct DistinctSupplies {
  private var first: [String: (supply: Voltage, line: Int)] = [:]

  /// Takes the supply of a row; the same one again is taken too.
  ///
  /// - Throws: `InputError` 65 at the row's `supply_v` if it is another than one that prints as it.
  mutating func insert(_ supply: Voltage, of row: CSVTable.Row, in table: CSVTable) throws {
    guard let other = first[supply.printed] else {
      first[supply.printed] = (supply, row.line)
      return
    }
    guard other.supply == supply else {
      throw InputError(
        .badData, at: table.location(row, "supply_v"),
        "\(supply) and \(other.supply) of line \(other.line) are one supply in tables: give "
          + "one of them")
    }
  }
}
