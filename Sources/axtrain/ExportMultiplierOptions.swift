import Accelerators
import ArgumentParser
import Characterization
import Files
import HardwareExport
import Netlists
import QuantizedNetworks

/// The multiplier of an exported array.
struct ExportMultiplierOptions: ParsableArguments {
  @Option(
    help: """
      A netlist file, a family of 'axtrain generate --list', or exact: Verilog's operator (default).
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

  /// Whether it is Verilog's operator, stated or not.
  var isExact: Bool { (multiplier ?? Self.exact) == Self.exact }

  /// What the options state of the accelerator's multiplier; nil: nothing.
  var choice: AcceleratorSpec.MultiplierChoice?? {
    multiplier.map {
      $0 == Self.exact
        ? nil : AcceleratorSpec.MultiplierChoice(name: $0, settings: settings)
    }
  }

  /// The same with the accelerator's multiplier.
  func of(_ spec: AcceleratorSpec) -> ExportMultiplierOptions {
    var options = self
    options.multiplier = spec.operation.multiplier?.name
    options.settings = spec.operation.multiplier?.settings ?? []
    return options
  }

  static let exact = AcceleratorSpec.MultiplierChoice.exact

  /// Refuses parameters of a netlist's file.
  func checkSettings() throws {
    guard let name = multiplier, FileArgument.isPath(name), !settings.isEmpty else { return }
    throw InputError(.usage, "--set is for families: '\(name)' is a netlist")
  }

  /// The family that is generated for an array's words; nil for a file, or the exact multiplier.
  func family(for spec: AcceleratorSpec) throws -> (MultiplierFamily, MultiplierShape)? {
    guard let name = multiplier, name != Self.exact, !FileArgument.isPath(name) else { return nil }
    let shape = Self.shape(spec.encoding, spec.operandWidth, spec.weightWidth)
    return (try MultiplierFamily.named(name, parameters: parameters(), shape), shape)
  }

  /// The multiplier for an array's words.
  ///
  /// - Precondition: words of 2 to 16 bits.
  /// - Throws: `InputError` 66 if a file is missing, 64 if there is no such family or parameter, 65
  ///   at the place of what is wrong in a file and if the multiplier cannot serve the words.
  func multiplier(for spec: AcceleratorSpec) throws -> ExportedMultiplier {
    let (encoding, activationBits, weightBits) = (
      spec.encoding, spec.operandWidth, spec.weightWidth
    )
    let name = multiplier ?? Self.exact
    guard name != Self.exact else {
      return ExportedMultiplier(
        exact: encoding, activationBits: activationBits, weightBits: weightBits)
    }
    if let (family, shape) = try family(for: spec) {
      return try ExportedMultiplier(
        family.netlist(shape), file: "generate \(family.moduleName(shape))",
        library: GeneratorCells.library, sign: shape.isSigned ? .signed : .unsigned,
        encoding: encoding, activationBits: activationBits, weightBits: weightBits)
    }
    try checkSettings()
    let library = try LibertyReader.library(contentsOf: cells ?? "HardwareSpecs/Cells/ptm45.lib")
    return try ExportedMultiplier(
      NetlistReader.netlist(contentsOf: name, library: library), file: name, library: library,
      sign: sign ?? .automatic, encoding: encoding, activationBits: activationBits,
      weightBits: weightBits)
  }

  /// The narrowest operands that are generated and hold the words.
  private static func shape(
    _ encoding: OperandEncoding, _ activationBits: Int, _ weightBits: Int
  ) -> MultiplierShape {
    let sign = encoding == .signMagnitude ? 1 : 0
    let least = MultiplierShape.widths.lowerBound
    return MultiplierShape(
      width: max(least, activationBits - sign), widthB: max(least, weightBits - sign),
      isSigned: encoding == .twosComplement)
  }

  private func parameters() throws -> [String: Int] {
    var parameters: [String: Int] = [:]
    for setting in settings {
      let parts = setting.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let value = Int(parts[1]) else {
        throw InputError(.usage, "'\(setting)' is not NAME=NUMBER: write --set k=6")
      }
      guard parameters.updateValue(value, forKey: String(parts[0])) == nil else {
        throw InputError(.usage, "'\(parts[0])' is given twice")
      }
    }
    return parameters
  }
}
