import ErrorTables
import Files
import Fitting
import Quantities

/// A timing study's points as tables, with the law fitted through them.
public struct TimingStudyTables: Sendable {
  public let study: TimingStudy
  public let points: [TimingStudy.Point]
  /// The hand-over to networks, by ascending supply.
  public let errors: TimingErrorTable
  public let fit: Result<TimingErrorFit, TimingErrorFit.Refusal>

  /// - Parameter acceptsPoorFit: whether a law that the points reject is taken.
  /// - Precondition: the points are the study's, by ascending supply.
  public init(
    _ study: TimingStudy, points: [TimingStudy.Point], acceptsPoorFit: Bool = false
  ) {
    self.study = study
    self.points = points
    let clock =
      switch study.clock {
      case .fixed: "fixed"
      case .track: "track"
      }
    errors = TimingErrorTable(
      netlist: study.netlist.name, clock: clock, points: points.map(\.tablePoint))
    let fit = errors.fit()
    if acceptsPoorFit, case .failure(.doesNotDescribe(let law)) = fit {
      self.fit = .success(law)
    } else {
      self.fit = fit
    }
  }

  // MARK: - One row a supply

  public static let columns: [ColumnDefinition] = [
    ColumnDefinition("multiplier", "The multiplier's netlist."),
    ColumnDefinition("technology", "The technology of its delays and energies."),
    ColumnDefinition("clock", "The clock policy: fixed or track."),
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("clock_period_ns", "When products are captured, in nanoseconds."),
    ColumnDefinition(
      "dies",
      "Dies with threshold shifts of their own; 1, the typical one, of a technology that states none."
    ),
    ColumnDefinition("transitions", "Operand transitions over all dies."),
    ColumnDefinition(
      "stimulus", "all (every transition with one operand held), sample, trace, or streams."),
    ColumnDefinition("errors", "Captured products that were wrong."),
    ColumnDefinition("error_rate", "Errors over transitions."),
    ColumnDefinition(
      "error_rate_low",
      "Lower end of its 95 % interval over dies, or Wilson's where that is wider; where no die errs, Wilson's takes transitions for independent."
    ),
    ColumnDefinition("error_rate_high", "Upper end of that interval."),
    ColumnDefinition("error_rate_fitted", "The fitted law there; empty where it is refused."),
    ColumnDefinition("bias", "Mean of captured minus settled product."),
    ColumnDefinition("variance", "Variance of captured minus settled product."),
    ColumnDefinition(
      "energy_per_operation_fj",
      "Switching energy of a multiplication, glitches included, in femtojoules: the mean over the trace, or over 16,384 uniform transitions with one operand held, each from settled operands, on the typical die."
    ),
    ColumnDefinition(
      "transitions_per_operation",
      "Output transitions of gates in a multiplication, on the same transitions."),
    ColumnDefinition("leakage_nw", "Leakage of the multiplier, in nanowatts."),
    ColumnDefinition("critical_path_ns", "Longest path of the typical die, in nanoseconds."),
    ColumnDefinition(
      "slowest_critical_path_ns", "Longest path of the slowest of the dies, in nanoseconds."),
    ColumnDefinition("steps", "Time steps to the longest path of the typical die."),
    ColumnDefinition("pulses", "inertial or transport: what becomes of short pulses."),
  ]

  public var supplies: ResultTable {
    var table = ResultTable(columns: Self.columns)
    for (point, counted) in zip(points, errors.points) {
      let total = point.total
      let interval = counted.interval95
      let fitted: CellValue =
        if case .success(let law) = fit { .real(law.probability(at: point.supply)) } else {
          .missing
        }
      table.append([
        .text(study.netlist.name), .text(study.technology.name), .text(errors.clock),
        .real(point.supply.value), .real(point.clockPeriod.in(.nano)),
        .integer(point.errors.count), .integer(total.transitions), .text(study.stimulusName),
        .integer(total.errors), .real(total.errorRate), .real(interval.lowerBound),
        .real(interval.upperBound), fitted, .real(total.bias), .real(total.variance),
        .real(point.profile.energyPerOperation * 1e15),
        .real(point.profile.transitionsPerOperation), .real(point.profile.leakagePower * 1e9),
        .real(point.profile.criticalPath * 1e9), .real(point.profile.slowestDieCriticalPath * 1e9),
        .integer(study.steps), .text(study.pulses.rawValue),
      ])
    }
    return table
  }

  // MARK: - Bits, masks, differences, dies

  public static let bitColumns: [ColumnDefinition] = [
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("bit", "The product bit, 0 the least significant."),
    ColumnDefinition("errors", "How often it was captured wrong, over all dies."),
    ColumnDefinition("error_rate", "Errors over transitions."),
    ColumnDefinition(
      "error_rate_low", "Lower end of its 95 % interval over dies, or Wilson's."),
    ColumnDefinition("error_rate_high", "Upper end of that interval."),
  ]

  /// The error probability of each product bit at each supply.
  public var bits: ResultTable {
    var table = ResultTable(columns: Self.bitColumns)
    for point in points {
      let counts = point.errors.map(\.bitErrors)
      for bit in 0..<point.errors[0].outputBits {
        // The transitions of a die share its gates: a die counts as one draw.
        let errors = GroupedProportion(
          successes: counts.map { $0[bit] }, trials: point.errors.map(\.transitions))
        table.append([
          .real(point.supply.value), .integer(bit), .integer(errors.proportion.successes),
          .real(errors.proportion.value), .real(errors.interval95.lowerBound),
          .real(errors.interval95.upperBound),
        ])
      }
    }
    return table
  }

  public static let maskColumns: [ColumnDefinition] = [
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("mask", "The product bits that were wrong together, as a number."),
    ColumnDefinition("count", "How often, over all dies."),
    ColumnDefinition("share_of_errors", "The probability of this mask, given an error."),
  ]

  /// The masks of wrong bits at each supply, by number.
  public var masks: ResultTable {
    shares(Self.maskColumns) { $0.masks.map { (Int($0.mask), $0.count) } }
  }

  public static let differenceColumns: [ColumnDefinition] = [
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("difference", "Captured minus settled product."),
    ColumnDefinition("count", "How often, over all dies."),
    ColumnDefinition("share_of_errors", "The probability of this difference, given an error."),
  ]

  /// What wrong products were off by at each supply, by number.
  public var differences: ResultTable {
    shares(Self.differenceColumns) { $0.differences.map { (Int($0.difference), $0.count) } }
  }

  /// What was counted of the errors at each supply, with its share of them.
  private func shares(
    _ columns: [ColumnDefinition], of counted: (CapturedErrors) -> [(value: Int, count: Int)]
  ) -> ResultTable {
    var table = ResultTable(columns: columns)
    for point in points {
      let total = point.total
      for (value, count) in counted(total) {
        table.append([
          .real(point.supply.value), .integer(value), .integer(count),
          .real(Double(count) / Double(total.errors)),
        ])
      }
    }
    return table
  }

  public static let dieColumns: [ColumnDefinition] = [
    ColumnDefinition("supply_v", "Supply of the logic rail, in volts."),
    ColumnDefinition("die", "The die of the seed, from 0."),
    ColumnDefinition("transitions", "Operand transitions on this die."),
    ColumnDefinition("errors", "Captured products that were wrong."),
    ColumnDefinition("error_rate", "Errors over transitions."),
    ColumnDefinition("bias", "Mean of captured minus settled product."),
    ColumnDefinition("variance", "Variance of captured minus settled product."),
  ]

  public var dies: ResultTable {
    var table = ResultTable(columns: Self.dieColumns)
    for point in points {
      for (die, errors) in point.errors.enumerated() {
        table.append([
          .real(point.supply.value), .integer(die), .integer(errors.transitions),
          .integer(errors.errors), .real(errors.errorRate), .real(errors.bias),
          .real(errors.variance),
        ])
      }
    }
    return table
  }

  // MARK: - What there is to say

  /// Sentences on the fit and on what the points show.
  public var findings: [String] {
    var sentences: [String] = []
    switch fit {
    case .success(let law):
      let values = zip(["p_infinity", "V0", "sigma"], law.parameters.indices).map { name, index in
        "\(name) \(CellValue.format(law.parameters[index], digits: 4)) ± "
          + CellValue.format(law.standardErrors[index], digits: 2)
      }
      sentences.append(
        "Law p(V) = p_infinity/2 erfc(z/sqrt(2)), z = "
          + (law.tracksSupply ? "(1 - (V0/V)^2)/(2 sigma): " : "ln(V/V0)/sigma: ")
          + values.joined(separator: ", ") + " (V0 in volts), reduced chi-squared "
          + CellValue.format(law.reducedChiSquared, digits: 3) + " over dies, probability "
          + CellValue.format(law.chiSquaredProbability, digits: 2) + ".")
    case .failure(let reason): sentences.append("No law is fitted: \(reason).")
    }
    if let rise = errors.riseFinding("Errors") { sentences.append(rise) }
    return sentences + Self.notes(of: study)
  }

  /// What a study's numbers do not hold, and the laws that they rest on though these do not follow
  /// their data.
  public static func notes(of study: TimingStudy) -> [String] {
    let dieNote =
      study.dies == 1 && study.hasVariation
      ? "Intervals hold nothing of how dies differ: they are of one die's transitions." : nil
    return [study.technology.variationNote, dieNote].compactMap { $0 }
      + study.technology.poorFitNotes
  }
}

extension TimingStudy {
  /// The word for the stimulus in tables.
  public var stimulusName: String {
    switch transitions {
    case .all: "all"
    case .sample: "sample"
    case .trace: "trace"
    case .streams: "streams"
    }
  }
}
