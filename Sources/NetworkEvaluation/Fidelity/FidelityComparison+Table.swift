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
      "error_rate_low", "Lower end of its 95 % interval: Student's over chips, or Wilson's."),
    ColumnDefinition("error_rate_high", "Upper end of that interval."),
    ColumnDefinition("bias", "Mean of captured minus settled product."),
    ColumnDefinition("variance", "Variance of captured minus settled product."),
    ColumnDefinition("accuracy_percent", "Mean accuracy over chips; empty where not inferred."),
    ColumnDefinition("accuracy_low_percent", "Lower end of Student's 95 % interval over chips."),
    ColumnDefinition("accuracy_high_percent", "Upper end of that interval."),
    ColumnDefinition(
      "time_per_product_ns", "Processor time of a multiplication here, tables not counted."),
  ]

  public func table(_ rows: [Row]) -> ResultTable {
    var table = ResultTable(columns: Self.columns)
    for row in rows {
      let total = row.errorsPerChip.dropFirst().reduce(into: row.errorsPerChip[0]) { $0 += $1 }
      let rate = Self.rate(row.errorsPerChip)
      let accuracy = row.accuracies.isEmpty ? nil : Self.interval(row.accuracies)
      table.append([
        .text(row.fidelity), .text(row.detail), .text(inputs.multipliers[multiplier].name),
        .real(supply.value), .real(clockPeriod.in(.nano)), .integer(row.errorsPerChip.count),
        .integer(total.transitions), .integer(total.errors), .real(total.errorRate),
        .real(rate.lowerBound), .real(rate.upperBound), .real(total.bias), .real(total.variance),
        Self.percent(accuracy.map(\.mean)), Self.percent(accuracy.map(\.low)),
        Self.percent(accuracy.map(\.high)),
        row.timePerProduct.map { .real($0 * 1e9) } ?? .missing,
      ])
    }
    return table
  }

  private static func percent(_ value: Double?) -> CellValue {
    value.map { .real(100 * $0) } ?? .missing
  }

  /// Wilson's interval over all products, or Student's over chips where that is wider.
  private static func rate(_ errors: [CapturedErrors]) -> ClosedRange<Double> {
    let total = errors.dropFirst().reduce(into: errors[0]) { $0 += $1 }
    let wilson = Proportion(successes: total.errors, trials: total.transitions).wilson95
    guard errors.count > 1 else { return wilson }
    let student = interval(errors.map(\.errorRate))
    return min(
      wilson.lowerBound, max(0, student.low))...max(
        wilson.upperBound, min(1, student.high))
  }

  /// Student's 95 % interval of a mean.
  private static func interval(_ values: [Double]) -> (mean: Double, low: Double, high: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else { return (mean, mean, mean) }
    let half =
      Normal.studentTwoSided95(degreesOfFreedom: Double(values.count - 1))
      * SampleVariance(values).ofMean.squareRoot()
    return (mean, mean - half, mean + half)
  }
}
