import Accelerators
import Characterization
import Files
import Foundation
import HardwareExport
import Netlists
import NetworkEvaluation
import QuantizedNetworks

/// The multiplier of an accelerator, as its file or the options name it.
struct ChosenMultiplier {
  /// Nil: exact products, without gates.
  let choice: AcceleratorSpec.MultiplierChoice?
  /// How a netlist's operands are read, where it does not say.
  let sign: ValidationOptions.Sign
  /// The library that a netlist's cells are of.
  let cellsFile: String

  /// Whether no gates are known.
  var isExact: Bool { choice == nil }

  /// A multiplier's netlist, made of a library's cells alone.
  struct Circuit {
    let netlist: Netlist
    let name: String
    /// Its path, or what else messages call it.
    let file: String
    let sign: ValidationOptions.Sign
    let cells: CellLibrary
  }

  /// Refuses what can be told without simulating gates, used or not: a family or parameter that there is
  /// not, parameters of a netlist's file, and a file that is not there.
  ///
  /// - Throws: `InputError` as `circuit`.
  func check(for spec: AcceleratorSpec) throws {
    guard let choice else { return }
    guard FileArgument.isPath(choice.name) else {
      _ = try family(choice, for: spec)
      return
    }
    guard choice.settings.isEmpty else {
      throw InputError(.usage, "--set is for families: '\(choice.name)' is a netlist")
    }
    guard let location = choice.location,
      !FileManager.default.fileExists(atPath: choice.name)
    else { return }
    throw InputError(.missingInput, at: location, "multiplier: no such file '\(choice.name)'")
  }

  private func family(
    _ choice: AcceleratorSpec.MultiplierChoice, for spec: AcceleratorSpec
  ) throws -> (MultiplierFamily, MultiplierShape) {
    let shape = Self.shape(of: spec)
    return (
      try MultiplierFamily.named(
        choice.name, parameters: parameters(choice.settings), shape, at: choice.location), shape
    )
  }

  /// The library of a netlist's cells.
  ///
  /// - Throws: `InputError` as the reader does.
  func cells() throws -> CellLibrary { try LibertyReader.library(contentsOf: cellsFile) }

  /// The netlist for an array's words.
  ///
  /// - Parameter cells: what it is made of.
  /// - Throws: `InputError` 66 if a file is missing; 64 (65 at its place in the accelerator's file) if
  ///   there is no such family or parameter; 65 at the place of what is wrong in a netlist.
  /// - Precondition: not exact.
  func circuit(for spec: AcceleratorSpec, cells: CellLibrary) throws -> Circuit {
    guard let choice else { preconditionFailure("exact products have no netlist") }
    try check(for: spec)
    guard FileArgument.isPath(choice.name) else {
      let (family, shape) = try family(choice, for: spec)
      let name = family.moduleName(shape)
      return Circuit(
        netlist: try family.netlist(shape).mapped(to: cells).netlist, name: name,
        file: "generate \(name)", sign: shape.isSigned ? .signed : .unsigned, cells: cells)
    }
    let netlist = try NetlistReader.netlist(contentsOf: choice.name, library: cells)
    return Circuit(
      netlist: try netlist.mapped(to: cells).netlist,
      name: MultiplierSource.file(choice.name).name,
      file: choice.name, sign: sign, cells: cells)
  }

  /// The products of an array's words, and Verilog that gives them.
  ///
  /// - Throws: as `circuit`, and `InputError` 65 if it cannot serve the words.
  /// - Precondition: words of 2 to 16 bits.
  func exported(for spec: AcceleratorSpec) throws -> ExportedMultiplier {
    guard let choice else {
      return ExportedMultiplier(
        exact: spec.encoding, activationBits: spec.operandWidth, weightBits: spec.weightWidth)
    }
    let circuit = try circuit(
      for: spec, cells: FileArgument.isPath(choice.name) ? cells() : GeneratorCells.library)
    return try ExportedMultiplier(
      circuit.netlist, file: circuit.file, library: circuit.cells, sign: circuit.sign,
      encoding: spec.encoding, activationBits: spec.operandWidth, weightBits: spec.weightWidth)
  }

  /// The narrowest operands that are generated and hold the words.
  private static func shape(of spec: AcceleratorSpec) -> MultiplierShape {
    let sign = spec.encoding == .signMagnitude ? 1 : 0
    let least = MultiplierShape.widths.lowerBound
    return MultiplierShape(
      width: max(least, spec.operandWidth - sign), widthB: max(least, spec.weightWidth - sign),
      isSigned: spec.encoding == .twosComplement)
  }

  private func parameters(_ settings: [String]) throws -> [String: Int] {
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
