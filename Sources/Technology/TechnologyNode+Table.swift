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
  ]

  /// Every fitted parameter with its standard error.
  public var fitTable: ResultTable {
    var table = ResultTable(columns: Self.fitColumns)
    func add(_ law: String, _ gate: String, _ fit: FitResult, _ temperature: Temperature?) {
      let isExact = fit.degreesOfFreedom == 0
      for (index, name) in fit.names.enumerated() {
        table.append([
          .text(law), .text(gate), temperature.map { .real($0.value) } ?? .missing, .text(name),
          .real(fit.parameters[index]),
          isExact ? .missing : .real(fit.standardErrors[index]), .real(fit.rootMeanSquare),
          fit.isWeighted ? .real(fit.reducedChiSquared) : .missing,
          fit.chiSquaredProbability.map { .real($0) } ?? .missing,
          .real(fit.range.lowerBound), .real(fit.range.upperBound),
        ])
      }
    }
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      let delay = gate.delay.bracket.colder.law
      let leakage = gate.leakage.bracket.colder.law
      for index in gate.delay.fits.indices {
        let temperature = temperatures[index]
        add("delay \(delay.rawValue)", name, gate.delay.fits[index], temperature)
        add("energy", name, gate.energy.fits[index], temperature)
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
}
