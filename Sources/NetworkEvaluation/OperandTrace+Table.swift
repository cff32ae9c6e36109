import Files

extension OperandTrace {
  /// The columns that `axtrain characterize --trace` reads: a multiplier whose first operand is the
  /// activation, as arrays have it.
  public static let columns = [
    ColumnDefinition("previous_a", "The stored word of the activation before."),
    ColumnDefinition("previous_b", "The stored word of the weight before."),
    ColumnDefinition("a", "The stored word of the activation after."),
    ColumnDefinition("b", "The stored word of the weight after."),
  ]

  /// The transitions of a multiplier's operands, a row each, in the order in which they were drawn.
  public var table: ResultTable {
    ResultTable(
      columns: Self.columns,
      rows: transitions.map { previous, current in
        [previous.activation, previous.weight, current.activation, current.weight].map {
          .integer(Int($0))
        }
      })
  }
}
