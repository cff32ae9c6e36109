import Accelerators
import Files
import Foundation
import Quantities

extension SimulateCommand {
  private static let energyTables = "HardwareSpecs/Energy"

  /// The table of the options, or of the file where its counts are those of the convention.
  func energies(_ spec: AcceleratorSpec) throws -> EnergyTable? {
    guard convention == .physical, let energyTable = spec.operation.energyTable else { return nil }
    let isFile = energyTable.contains("/") || energyTable.hasSuffix(".yaml")
    let path = isFile ? energyTable : "\(Self.energyTables)/\(energyTable).yaml"
    guard isFile || FileManager.default.fileExists(atPath: path) else {
      let known = try? FileManager.default.contentsOfDirectory(atPath: Self.energyTables)
      let names = (known ?? []).filter { $0.hasSuffix(".yaml") }.map { $0.dropLast(5) }.sorted()
      // In the accelerator's file, where no flag names the table.
      let place =
        try self.energyTable == nil
        ? AcceleratorSpec.place(of: "energy_table", inFile: accelerator.hardware) : nil
      throw InputError(
        .missingInput, at: place,
        "no energy table '\(energyTable)' is in \(Self.energyTables)"
          + (names.isEmpty ? "" : ", which has \(names.joined(separator: ", "))")
          + ": name one of these, or a file")
    }
    let table = try EnergyTable(contentsOf: path)
    if case .accesses = table.costs, spec.dramEnergyPerBit != nil {
      throw InputError(
        .usage,
        "the accelerator states DRAM's energy in joules, and '\(table.name)' has ratios: take a "
          + "table of energies, or leave out dram.energy_per_bit")
    }
    return table
  }

  /// Says which of the file's energies a convention without energies drops.
  func noteDroppedEnergies(_ spec: AcceleratorSpec) {
    guard convention != .physical else { return }
    let hasGates = spec.operation.logicSupply != nil && spec.operation.multiplier != nil
    let stated =
      spec.operation.energyTable.map { "energy_table '\($0)' is" }
      ?? (hasGates ? "rails and multiplier are" : nil)
    guard let stated else { return }
    Terminal.note(
      "note: no energies: the accelerator's \(stated) for counts by --convention physical, and "
        + "these are by \(convention.rawValue)")
  }

  func period(_ energyTable: EnergyTable?) throws -> Delay? {
    guard let clockPeriod else { return nil }
    guard let energyTable else {
      throw InputError(
        .usage,
        "--clock-period is for --energy-table; with --supply the clock follows from the gates")
    }
    guard case .operations = energyTable.costs else {
      throw InputError(
        .usage, "--clock-period is for energies in joules, and '\(energyTable.name)' has ratios")
    }
    let period = try Delay(clockPeriod, option: "--clock-period")
    guard period.value > 0, period.value <= 1 else {
      throw InputError(.usage, "--clock-period: \(clockPeriod) is not above 0 and at most 1 s")
    }
    return period
  }
}
