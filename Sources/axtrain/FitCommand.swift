import ArgumentParser
import Files
import Reporting
import Technology

/// `axtrain fit TECHNOLOGY`.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a technology's laws and print parameters, errors and residuals.",
    discussion: "Example: axtrain fit HardwareSpecs/Technology/ptm45_hp.yaml --format csv")

  @Argument(help: "The technology's YAML file.")
  var technology: String

  @OptionGroup var table: TableOptions

  func run() throws {
    try table.print(
      TechnologyReader.read(technology, needing: []).node.fitTable,
      summary: [
        "law": "law", "gate": "gate", "parameter": "parameter", "value": "value",
        "standard_error": "error", "rms_residual": "rms",
      ])
  }
}
