import Accelerators
import ErrorTables
import Files
import Quantities

extension CharacterizedHardware {
  /// The columns of `timing_errors.csv`.
  public static let columns: [ColumnDefinition] =
    [
      ColumnDefinition("multiplier", "The multiplier's netlist, by its file's name."),
      ColumnDefinition("clock", "The clock policy: fixed or track."),
      ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
      ColumnDefinition("clock_period_ns", "When products are captured, in nanoseconds."),
      ColumnDefinition("dies", "Dies with threshold shifts of their own, those of evaluation."),
      ColumnDefinition("transitions", "Operand transitions over all dies."),
      ColumnDefinition("errors", "Captured products that were wrong."),
      ColumnDefinition("error_rate", "Errors over transitions."),
      ColumnDefinition(
        "error_rate_low", "Lower end of its 95 % interval over dies, or Wilson's."),
      ColumnDefinition("error_rate_high", "Upper end of that interval."),
      ColumnDefinition(
        "training_dies", "Other dies, as many transitions each, whose errors training draws."),
      ColumnDefinition("training_error_rate", "Errors over transitions of these."),
      ColumnDefinition(
        "training_error_rate_low", "Lower end of its 95 % interval over dies, or Wilson's."),
      ColumnDefinition("training_error_rate_high", "Upper end of that interval."),
      ColumnDefinition("error_rate_fitted", "The fitted law there; empty where it is refused."),
      ColumnDefinition(
        "fit",
        "p_infinity, V0 in volts and sigma with standard errors and reduced chi-squared (from the scatter of whole dies), or why the law is refused."
      ),
      ColumnDefinition("bias", "Mean of captured minus settled product."),
      ColumnDefinition("mean_square", "Mean square of captured minus settled product."),
      ColumnDefinition(
        "energy_per_operation_fj",
        "Switching energy of a multiplication, glitches included, in femtojoules; of sign-magnitude words with the gates of the signs, as leakage and errors are."
      ),
      ColumnDefinition(
        "transitions_per_operation", "Output transitions of gates in a multiplication."),
      ColumnDefinition("leakage_nw", "Leakage of the multiplier, in nanowatts."),
      ColumnDefinition(
        "critical_path_ns", "Longest path of the typical die, in nanoseconds."),
      ColumnDefinition(
        "slowest_critical_path_ns",
        "Longest path of the slowest multiplier of the evaluated chips, in nanoseconds."),
    ]
    + (0..<16).map {
      ColumnDefinition("bit_\($0)_error_rate", "Share of products with a wrong bit \($0).")
    }

  /// The error tables by multiplier and clock, in this order.
  public func tables(_ inputs: EvaluationInputs) -> [TimingErrorTable] {
    inputs.multipliers.indices.flatMap { multiplier in
      ClockPolicy.allCases.compactMap { timing[TableKey(multiplier: multiplier, clock: $0)] }
    }
  }

  /// One row a multiplier, clock and supply, in this order.
  public func table(_ inputs: EvaluationInputs) -> ResultTable {
    var table = ResultTable(columns: Self.columns)
    for multiplier in inputs.multipliers.indices {
      for clock in ClockPolicy.allCases {
        let key = TableKey(multiplier: multiplier, clock: clock)
        guard let errors = timing[key], let training = trainingTiming[key], let fit = fits[key]
        else { continue }
        for point in errors.points {
          let supply = Voltage(point.supply)
          guard let profile = profiles[.multiplier(multiplier)]?[supply],
            let trainingPoint = training.point(at: supply)
          else { continue }
          table.append(Self.row(errors, point, training: trainingPoint, profile, fit))
        }
      }
    }
    return table
  }

  private static func row(
    _ table: TimingErrorTable, _ point: TimingErrorTable.Point,
    training: TimingErrorTable.Point, _ profile: OperatorProfile,
    _ fit: Result<TimingErrorFit, TimingErrorFit.Refusal>
  ) -> [CellValue] {
    let trials = point.proportion.trials
    let fitted: CellValue
    switch fit {
    case .success(let law): fitted = .real(law.probability(at: Voltage(point.supply)))
    case .failure: fitted = .missing
    }
    return [
      .text(table.netlist), .text(table.clock), .real(point.supply),
      .real(point.clockPeriod * 1e9), .integer(point.errorsPerDie.count), .integer(trials),
      .integer(point.proportion.successes), .real(point.proportion.value),
      .real(point.interval95.lowerBound), .real(point.interval95.upperBound),
      .integer(training.errorsPerDie.count), .real(training.proportion.value),
      .real(training.interval95.lowerBound), .real(training.interval95.upperBound), fitted,
      .text(Self.words(fit)), .real(point.bias), .real(point.meanSquare),
      .real(profile.energyPerOperation * 1e15), .real(profile.transitionsPerOperation),
      .real(profile.leakagePower * 1e9), .real(profile.criticalPath * 1e9),
      .real(profile.slowestDieCriticalPath * 1e9),
    ]
      + (0..<16).map { bit in
        bit < point.bitErrors.count
          ? .real(Double(point.bitErrors[bit]) / Double(trials)) : .missing
      }
  }

  /// The law's parameters, or the reason for its refusal.
  static func words(_ fit: Result<TimingErrorFit, TimingErrorFit.Refusal>) -> String {
    switch fit {
    case .failure(let reason): return "refused: \(reason)"
    case .success(let law):
      let values = zip(["p_infinity", "v0_v", "sigma"], law.parameters.indices).map {
        name, index in
        "\(name) \(CellValue.format(law.parameters[index], digits: 4)) ± "
          + CellValue.format(law.standardErrors[index], digits: 2)
      }
      return values.joined(separator: ", ")
        + ", reduced chi-squared \(CellValue.format(law.reducedChiSquared, digits: 3))"
    }
  }
}
