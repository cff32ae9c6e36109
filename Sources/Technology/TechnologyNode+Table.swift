import Files
import Fitting
import Quantities

extension TechnologyNode {
  /// The columns of `axtrain fit TECHNOLOGY`.
  public static let fitColumns =
    [
      ColumnDefinition(
        "law", "What was fitted: delay, energy, leakage, sram, or variation, and by which law."),
      ColumnDefinition("gate", "The library cell and output pin; empty for the SRAM."),
      ColumnDefinition("temperature_k", "Temperature of the data, in kelvins; empty for the SRAM."),
      ColumnDefinition("parameter", "The parameter, with its unit."),
      ColumnDefinition("value", "Its value."),
      ColumnDefinition(
        "standard_error",
        "One standard deviation of it; empty where there are as many parameters as data."),
      ColumnDefinition(
        "rms_residual",
        "Root mean square of the law's residuals: ln t, fF, ln(P/V), or z of the failure probability."
      ),
      ColumnDefinition(
        "reduced_chi_squared",
        "With the data's own standard deviations; empty where they have none."),
      ColumnDefinition(
        "chi_squared_probability",
        "That data of this law give such a chi-squared or a larger one; empty without standard "
          + "deviations."),
      ColumnDefinition("from_v", "Lowest supply of the data, in volts."),
      ColumnDefinition("to_v", "Highest supply of the data, in volts."),
      ColumnDefinition(
        "energy_includes",
        "Of an energy law: the output that switches in the same data, whose energy this law holds too "
          + "and which is taken off wherever the gate's energy is used; empty where there is none."),
    ] + FitResult.goodnessColumns

  /// The columns of `axtrain fit TECHNOLOGY --covariance`.
  public static let covarianceColumns =
    Array(fitColumns.prefix(3)) + FitResult.covarianceColumns

  /// A law of the technology.
  struct NamedFit {
    let law: String
    /// Empty where it is of no gate.
    let gate: String
    let fit: FitResult
    let temperature: Temperature?
    /// The output whose energy an energy law holds too.
    var including: String?

    private var place: [CellValue] {
      [.text(law), .text(gate), temperature.map { .real($0.value) } ?? .missing]
    }

    /// A row for each parameter.
    var rows: [[CellValue]] {
      let isExact = fit.degreesOfFreedom == 0
      return fit.names.enumerated().map { index, name in
        place + [
          .text(name), .real(fit.parameters[index]),
          isExact ? .missing : .real(fit.standardErrors[index]), .real(fit.rootMeanSquare),
          fit.isWeighted ? .real(fit.reducedChiSquared) : .missing,
          fit.chiSquaredProbability.map { .real($0) } ?? .missing,
          .real(fit.range.lowerBound), .real(fit.range.upperBound),
          including.map { .text($0) } ?? .missing,
        ] + fit.goodnessCells
      }
    }

    /// A row for each pair of parameters.
    var covarianceRows: [[CellValue]] { fit.covarianceRows.map { place + $0 } }
  }

  private var namedFits: [NamedFit] {
    var all: [NamedFit] = []
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      let delay = gate.delay.bracket.colder.law
      let leakage = gate.leakage.bracket.colder.law
      for index in gate.delay.fits.indices {
        let temperature = temperatures[index]
        func add(_ law: String, _ fit: FitResult, including other: String? = nil) {
          all.append(
            NamedFit(law: law, gate: name, fit: fit, temperature: temperature, including: other))
        }
        add("delay \(delay.rawValue)", gate.delay.fits[index])
        add("energy", gate.energy.fits[index], including: gate.energyIncludes)
        add("leakage \(leakage.rawValue)", gate.leakage.fits[index])
      }
    }
    func add(_ law: String, _ fit: FitResult, _ temperature: Temperature?) {
      all.append(NamedFit(law: law, gate: "", fit: fit, temperature: temperature))
    }
    if let sram { add("sram \(sram.failures.law.rawValue)", sram.failures.fit, nil) }
    if let response = variation?.response {
      add("variation leakage slope", response.leakageSlope, temperatures[0])
      add("variation alpha_power", response.alphaPower, temperatures[0])
    }
    return all
  }

  /// Every fitted parameter with its standard error.
  public var fitTable: ResultTable {
    ResultTable(columns: Self.fitColumns, rows: namedFits.flatMap(\.rows))
  }

  /// The covariance of each law's parameters; without rows where all laws have as many parameters as data.
  public var covarianceTable: ResultTable {
    ResultTable(columns: Self.covarianceColumns, rows: namedFits.flatMap(\.covarianceRows))
  }
}
