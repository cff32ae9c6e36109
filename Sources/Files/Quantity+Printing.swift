import Quantities

extension Quantity {
  /// The number as tables have it.
  public var printed: String { CellValue.real(value).formatted }

  /// Whether both are one number in a table, where rows of one could not be told from those of the other.
  public func printsAs(_ other: Self) -> Bool {
    printed == other.printed
  }
}
