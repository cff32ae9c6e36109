import Files
import Fitting

extension TechnologyNode {
  /// The columns of `axtrain fit`.
  public static let fitColumns = [
    ColumnDefinition("law", "What was fitted: delay, energy, leakage, or sram."),
    ColumnDefinition("gate", "The library cell and output pin; empty for the SRAM."),
    ColumnDefinition("parameter", "The parameter, with its unit."),
    ColumnDefinition("value", "Its value."),
    ColumnDefinition("standard_error", "One standard deviation of it."),
    ColumnDefinition(
      "rms_residual",
      "Root mean square of the law's residuals: ln t, fF, ln(P/V), or z of the failure probability."
    ),
    ColumnDefinition(
      "reduced_chi_squared", "With the data's own standard deviations; empty where they have none."),
    ColumnDefinition("from_v", "Lowest supply of the data, in volts."),
    ColumnDefinition("to_v", "Highest supply of the data, in volts."),
  ]

  /// Every fitted parameter with its standard error.
  public var fitTable: ResultTable {
    var table = ResultTable(columns: Self.fitColumns)
    func add(_ law: String, _ gate: String, _ fit: FitResult) {
      for (index, name) in fit.names.enumerated() {
        table.append([
          .text(law), .text(gate), .text(name), .real(fit.parameters[index]),
          .real(fit.standardErrors[index]), .real(fit.rootMeanSquare),
          fit.isWeighted ? .real(fit.reducedChiSquared) : .missing,
          .real(fit.range.lowerBound), .real(fit.range.upperBound),
        ])
      }
    }
    for (name, gate) in gates.sorted(by: { $0.key < $1.key }) {
      add("delay", name, gate.delay.fit)
      add("energy", name, gate.energy.fit)
      add("leakage", name, gate.leakage.fit)
    }
    add("sram \(bitCell.law.rawValue)", "", bitCell.fit)
    return table
  }
}
