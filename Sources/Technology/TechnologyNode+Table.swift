import Files
import Fitting
import Quantities

extension TechnologyNode {
  /// The columns of `axtrain fit TECHNOLOGY`.
  public static let fitColumns = [
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
      "reduced_chi_squared", "With the data's own standard deviations; empty where they have none."),
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
  ]

  /// Every fitted parameter with its standard error.
  public var fitTable: ResultTable {
    var table = ResultTable(columns: Self.fitColumns)
    func add(
      _ law: String, _ gate: String, _ fit: FitResult, _ temperature: Temperature?,
      including other: String? = nil
    ) {
      for row in Self.rows(law, gate, fit, temperature, including: other) { table.append(row) }
    }
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      let delay = gate.delay.bracket.colder.law
      let leakage = gate.leakage.bracket.colder.law
      for index in gate.delay.fits.indices {
        let temperature = temperatures[index]
        add("delay \(delay.rawValue)", name, gate.delay.fits[index], temperature)
        add(
          "energy", name, gate.energy.fits[index], temperature, including: gate.energyIncludes)
        add("leakage \(leakage.rawValue)", name, gate.leakage.fits[index], temperature)
      }
    }
    if let sram { add("sram \(sram.failures.law.rawValue)", "", sram.failures.fit, nil) }
    if let response = variation?.response {
      add("variation leakage slope", "", response.leakageSlope, temperatures[0])
      add("variation alpha_power", "", response.alphaPower, temperatures[0])
    }
    return table
  }
  /// A row for each parameter of a fit.
  static func rows(
    _ law: String, _ gate: String, _ fit: FitResult, _ temperature: Temperature?,
    including other: String? = nil
  ) -> [[CellValue]] {
    let isExact = fit.degreesOfFreedom == 0
    return fit.names.enumerated().map { index, name in
      [
        .text(law), .text(gate), temperature.map { .real($0.value) } ?? .missing, .text(name),
        .real(fit.parameters[index]),
        isExact ? .missing : .real(fit.standardErrors[index]), .real(fit.rootMeanSquare),
        fit.isWeighted ? .real(fit.reducedChiSquared) : .missing,
        fit.chiSquaredProbability.map { .real($0) } ?? .missing,
        .real(fit.range.lowerBound), .real(fit.range.upperBound),
        other.map { .text($0) } ?? .missing,
      ]
    }
  }
}
