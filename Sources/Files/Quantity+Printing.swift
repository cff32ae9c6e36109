import Quantities

extension Quantity {
  /// Whether both are one number in a table, where rows of one could not be told from those of the other.
  public func printsAs(_ other: Self) -> Bool {
    CellValue.real(value).formatted == CellValue.real(other.value).formatted
  }
}
