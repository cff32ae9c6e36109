import Accelerators
import Files
import Quantities

extension SimulateCommand {
  /// Refuses flags that would change nothing of what is printed.
  ///
  /// - Parameters:
  ///   - supply: at which gates are simulated, if they are.
  ///   - energyTable: that energies come from, if they do.
  /// - Throws: `InputError` 64.
  func refuseUnused(supply: Voltage?, energyTable: EnergyTable?) throws {
    let byGates = "energies by gates, which need --supply and --multiplier FILE"
    let hasGates = supply != nil
    let unused: [(option: String, isUnused: Bool, use: String)] = [
      (
        "--accumulator-netlist",
        OptionalCount.isStated(accelerator.accumulatorNetlist) && !hasGates, byGates
      ),
      ("--guard-band", accelerator.guardBand != nil && !hasGates, byGates),
      ("--nominal-supply", accelerator.nominalSupply != nil && !hasGates, byGates),
      (
        "--dram-energy-per-bit",
        OptionalCount.isStated(accelerator.dramEnergyPerBit) && !hasGates && energyTable == nil,
        "energies, which need --energy-table or --supply"
      ),
      (
        "--vector-lanes", accelerator.vectorLanes?.value != nil && network == nil && !hasGates,
        "pooling and residual additions of --network, and for the unit's leakage by --supply"
      ),
      (
        "--seed", seed != nil && trace == nil && accesses == nil && !stepsLayers,
        "--trace and --accesses, and for --level register without a model's folder"
      ),
    ]
    guard let first = unused.first(where: \.isUnused) else { return }
    throw InputError(.usage, "\(first.option) is for \(first.use)")
  }
}
