import ArgumentParser
import Characterization
import Files

/// `axtrain validate FILE…`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Exact error metrics of multiplier netlists, over all operand pairs.",
    discussion: "Example: axtrain validate HardwareSpecs/Multipliers/*.v --format csv")

  @Argument(help: "Structural Verilog files.")
  var files: [String]

  @Option(help: "The cell library, in Liberty form.")
  var cells = "HardwareSpecs/Cells/ptm45.lib"

  @OptionGroup var table: TableOptions

  func run() throws {
    try table.print(
      MultiplierValidation.table(netlists: files, library: cells),
      summary: [
        "name": "name", "gates": "gates", "depth": "depth", "error_rate_percent": "errors %",
        "mae_percent": "MAE %", "wce": "WCE", "mre_percent": "MRE %", "bias": "bias",
        "area_um2": "um2",
      ])
  }
}
