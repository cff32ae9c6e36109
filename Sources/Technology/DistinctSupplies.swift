import Files
import Quantities

/// The supplies of a data file's rows, of which tables must not print two alike.
struct DistinctSupplies {
  private var first: [String: (supply: Voltage, location: SourceLocation)] = [:]

  /// Takes the supply of a row; the same one again is taken too.
  ///
  /// - Throws: `InputError` 65 at the row if its supply is another than one that prints as it.
  mutating func insert(_ supply: Voltage, at location: SourceLocation) throws {
    guard let other = first[supply.printed] else {
      first[supply.printed] = (supply, location)
      return
    }
    guard other.supply == supply else {
      throw InputError(
        .badData, at: location,
        "\(supply) and \(other.supply) of line \(other.location.line) are one supply in tables: give "
          + "one of them")
    }
  }
}
