import ErrorTables
import Files
import Fitting

extension FidelityComparison {
  /// The columns of `axtrain compare-fidelities`.
  public static let columns: [ColumnDefinition] = [
    ColumnDefinition(
      "fidelity", "How products were captured: functional, statistical, transition or gate."),
    ColumnDefinition("detail", "Dies, time steps or streams of the row."),
    ColumnDefinition("multiplier", "The multiplier's netlist."),
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("clock_period_ns", "When products are captured, in nanoseconds."),
    ColumnDefinition("chips", "Chips; for statistical the dies of its table."),
    ColumnDefinition("products", "Captured products that were counted."),
    ColumnDefinition("errors", "Those that were wrong."),
    ColumnDefinition("error_rate", "Errors over products."),
    ColumnDefinition(
      "error_rate_low",
      "Lower end of its 95 % interval over chips (for a table over dies), or Wilson's; empty where chips share dies."
    ),
    ColumnDefinition("error_rate_high", "Upper end of that interval."),
    ColumnDefinition("bias", "Mean of captured minus settled product."),
    ColumnDefinition(
      "bias_low", "Lower end of its 95 % interval over chips or dies; empty where chips share dies."
    ),
    ColumnDefinition("bias_high", "Upper end of that interval."),
    ColumnDefinition("variance", "Variance of captured minus settled product."),
    ColumnDefinition(
      "variance_low",
      "Lower end of the 95 % interval of its mean over chips or dies; empty where chips share dies."
    ),
    ColumnDefinition("variance_high", "Upper end of that interval."),
    ColumnDefinition("accuracy_percent", "Mean accuracy over chips; empty where not inferred."),
    ColumnDefinition(
      "accuracy_low_percent",
      "Lower end of Student's 95 % interval over chips, for statistical over draws from one table, not below 0; empty where chips share dies."
    ),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval, not above 100."),
  ]

  public func table(_ rows: [Row]) -> ResultTable {
    var table = ResultTable(columns: Self.columns)
    for row in rows {
      let total = row.errorsPerChip.total
      let groups = row.errorsAreIndependent ? row.errorsPerChip : []
      let rate =
        groups.count > 1
        ? GroupedProportion(
          successes: groups.map(\.errors), trials: groups.map(\.transitions)
        ).interval95 : nil
      let bias = groups.count > 1 ? GroupedMean.interval95(groups.map(\.bias)) : nil
      let variance =
        groups.count > 1
        ? GroupedMean.interval95(groups.map(\.variance)).clamped(to: 0...Double.infinity) : nil
      table.append(
        [
          .text(row.fidelity), .text(row.detail), .text(inputs.multipliers[multiplier].name),
          .real(supply.value), .real(clockPeriod.in(.nano)), .integer(row.errorsPerChip.count),
          .integer(total.transitions), .integer(total.errors), .real(total.errorRate),
        ] + Self.ends(rate) + [.real(total.bias)] + Self.ends(bias) + [.real(total.variance)]
          + Self.ends(variance)
          + Self.percentages(row.accuracies, isSampled: row.accuraciesAreIndependent))
    }
    return table
  }

  private static func ends(_ interval: ClosedRange<Double>?) -> [CellValue] {
    [interval?.lowerBound, interval?.upperBound].map { $0.map { .real($0) } ?? .missing }
  }

  /// A mean in percent, with Student's 95 % interval if the values are several independent draws.
  ///
  /// - Parameter values: shares in [0, 1]; without any, all three are missing.
  /// - Returns: mean, low and high.
  package static func percentages(_ values: [Double], isSampled: Bool) -> [CellValue] {
    guard !values.isEmpty else { return [.missing, .missing, .missing] }
    let mean = values.reduce(0, +) / Double(values.count)
    guard isSampled && values.count > 1 else { return [.real(100 * mean), .missing, .missing] }
    let half =
      Normal.studentTwoSided95(degreesOfFreedom: Double(values.count - 1))
      * SampleVariance(values).ofMean.squareRoot()
    let interval = PercentageInterval(mean: mean, halfWidth: half)
    return [.real(100 * mean), .real(interval.low), .real(interval.high)]
  }
}
