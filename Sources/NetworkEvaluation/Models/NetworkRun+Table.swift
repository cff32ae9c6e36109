import Accelerators
import Files
import Fitting
import QuantizedNetworks

extension NetworkRun {
  /// The columns that a network's values add to `axtrain simulate`, of the row of totals.
  public static let columns = [
    levelColumn,
    ColumnDefinition("multiplier", "The multiplier's netlist; `exact`: exact products."),
    ColumnDefinition("images", "Test examples that were run."),
    ColumnDefinition("correct", "Those of them that are classified rightly."),
    ColumnDefinition(
      "accuracy_percent",
      "Their share, in percent; late products are in it where `timing_errors` is there, failing cells never."
    ),
    ColumnDefinition(
      "accuracy_low_percent", "Lower end of its 95 % interval by Wilson, in percent."),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval."),
    togglesColumn,
    ColumnDefinition(
      "overflowed_sums_share",
      "Of the sums of products, those that their accumulator did not hold in the end: a share of 1; empty with late products."
    ),
  ]

  private static let levelColumn = ColumnDefinition(
    "level",
    "What computed the values: `closed_form` (products through a table; counts of the closed form) or `register` (every register; its counts equal the closed form's)."
  )
  private static let togglesColumn = ColumnDefinition(
    "register_bit_toggles",
    "Flip-flops of the array and the bank that changed; empty of the closed form.")

  /// The columns that layers whose registers are stepped with random words add, of every row.
  static let steppedColumns = [levelColumn, togglesColumn]

  /// The columns that the late products of a chip add, of the row of totals.
  public static let timingColumns = [
    ColumnDefinition(
      "timing_errors",
      "What captured the products: `transition` (tables of a number of dies) or `gate` (each element's own gates)."
    ),
    ColumnDefinition(
      "wrong_products", "Products that were captured before they had settled, and wrong."),
    ColumnDefinition("wrong_products_share", "Of all captured products: a share of 1."),
    ColumnDefinition("chip_seed", "What the elements' dies follow from."),
    ColumnDefinition(
      "dies", "Dies that the elements have: of `transition` so many, of `gate` one each."),
  ]

  /// A table of layers and their total with these columns; empty in the layers' rows.
  ///
  /// - Parameters:
  ///   - chip: that captured the products; adds `timingColumns`.
  ///   - labels: a class for each image, and perhaps more.
  ///   - multiplier: its name.
  /// - Precondition: a table with a row.
  public func table(
    adding layers: ResultTable, labels: [UInt8], multiplier: String, chip: SimulatedChip? = nil
  ) -> ResultTable {
    let predictions = Classification.predictions(logits: logits, classCount: classCount)
    let correct = zip(predictions, labels).count { $0 == $1 }
    let accuracy = GroupedProportion(successes: [correct], trials: [images])
    let interval = accuracy.interval95
    let cells: [CellValue] =
      [
        .text(level.rawValue), .text(multiplier), .integer(images), .integer(correct),
        .real(100 * accuracy.proportion.value), .real(100 * interval.lowerBound),
        .real(100 * interval.upperBound), registerBitToggles.map { .integer($0) } ?? .missing,
        overflows.map { .real($0.total.share) } ?? .missing,
      ] + (chip.map(timingCells) ?? [])
    let empty = [CellValue](repeating: .missing, count: cells.count)
    return ResultTable(
      columns: layers.columns + Self.columns + (chip == nil ? [] : Self.timingColumns),
      rows: layers.rows.enumerated().map { $1 + ($0 == layers.rows.count - 1 ? cells : empty) })
  }

  private func timingCells(_ chip: SimulatedChip) -> [CellValue] {
    let (wrong, all) = (errors?.errors ?? 0, errors?.transitions ?? 0)
    return [
      .text(chip.fidelity.rawValue), .integer(wrong), .real(Double(wrong) / Double(max(1, all))),
      .text("\(chip.seed)"), .integer(chip.dies),
    ]
  }
}
