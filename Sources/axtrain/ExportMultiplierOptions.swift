import Accelerators
import ArgumentParser
import Characterization

/// The multiplier of an exported array.
struct ExportMultiplierOptions: ParsableArguments {
  @Option(
    help: """
      A netlist file, a family of 'axtrain generate --list', or exact (in Verilog its operator *); \
      default: the file's, or exact.
      """)
  var multiplier: String?

  @Option(
    name: .customLong("set"), help: "A parameter of the family: --set k=6, or --set h=2 --set t=6.")
  var settings: [String] = []

  @Option(help: "How a netlist's operands are read: auto (default), signed or unsigned.")
  var sign: ValidationOptions.Sign?

  @Option(help: "The cell library of a netlist (default: HardwareSpecs/Cells/ptm45.lib).")
  var cells: String?

  func validate() throws {
    guard !isExact || (settings.isEmpty && sign == nil && cells == nil) else {
      throw ValidationError("--set, --sign and --cells need a --multiplier other than exact.")
    }
  }

  private var isExact: Bool { (multiplier ?? Self.exact) == Self.exact }

  /// What the options state of the accelerator's multiplier; nil: nothing.
  var choice: AcceleratorSpec.MultiplierChoice?? {
    multiplier.map {
      $0 == Self.exact
        ? nil : AcceleratorSpec.MultiplierChoice(name: $0, settings: settings)
    }
  }

  /// The accelerator's multiplier, which `choice` may have replaced.
  func of(_ spec: AcceleratorSpec) -> ChosenMultiplier {
    ChosenMultiplier(
      choice: spec.operation.multiplier, sign: sign ?? .automatic,
      cellsFile: cells ?? "HardwareSpecs/Cells/ptm45.lib")
  }

  private static let exact = AcceleratorSpec.MultiplierChoice.exact
}
