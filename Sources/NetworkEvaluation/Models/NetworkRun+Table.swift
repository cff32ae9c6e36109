import Accelerators
import Files
import Fitting
import QuantizedNetworks

extension NetworkRun {
  /// The columns that a network's values add to `axtrain simulate`, of the row of totals.
  public static let columns = [
    ColumnDefinition(
      "level",
      "What computed the values: `closed_form` (products through a table; counts of the closed form) or `register` (every register; its counts equal the closed form's)."
    ),
    ColumnDefinition("multiplier", "The multiplier's netlist; `exact`: exact products."),
    ColumnDefinition("images", "Test examples that were run."),
    ColumnDefinition("correct", "Those of them that are classified rightly."),
    ColumnDefinition(
      "accuracy_percent",
      "Their share, in percent; late products and failing cells are not in it, whatever the supply."
    ),
    ColumnDefinition(
      "accuracy_low_percent", "Lower end of its 95 % interval by Wilson, in percent."),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval."),
    ColumnDefinition(
      "register_bit_toggles",
      "Flip-flops of the array and the bank that changed; empty of the closed form."),
  ]

  /// A table of layers and their total with these columns; empty in the layers' rows.
  ///
  /// - Parameters:
  ///   - labels: a class for each image, and perhaps more.
  ///   - multiplier: its name.
  /// - Precondition: a table with a row.
  public func table(
    adding layers: ResultTable, labels: [UInt8], multiplier: String
  ) -> ResultTable {
    let predictions = Classification.predictions(logits: logits, classCount: classCount)
    let correct = zip(predictions, labels).count { $0 == $1 }
    let accuracy = GroupedProportion(successes: [correct], trials: [images])
    let interval = accuracy.interval95
    let cells: [CellValue] = [
      .text(level.rawValue), .text(multiplier), .integer(images), .integer(correct),
      .real(100 * accuracy.proportion.value), .real(100 * interval.lowerBound),
      .real(100 * interval.upperBound), registerBitToggles.map { .integer($0) } ?? .missing,
    ]
    let empty = [CellValue](repeating: .missing, count: cells.count)
    return ResultTable(
      columns: layers.columns + Self.columns,
      rows: layers.rows.enumerated().map { $1 + ($0 == layers.rows.count - 1 ? cells : empty) })
  }
}
