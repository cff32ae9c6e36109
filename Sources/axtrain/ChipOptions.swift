import Accelerators
import ArgumentParser
import Files
import NetworkEvaluation
import Quantities
import Technology

/// The chips and the operating point that a network is run on.
struct ChipOptions: ParsableArguments {
  @Option(
    name: .customLong("hardware"),
    help: "An accelerator's YAML file: its buffers, accumulator and clock.")
  var accelerator: String?

  @Option(help: "The technology of delays, variation and memory.")
  var technology = "HardwareSpecs/Technology/ptm45_hp.yaml"

  @Option(help: "Supply of the logic, such as \"0.5 V\" (default: the accelerator's nominal one).")
  var supply: String?

  @Option(help: "Supply of the memory (default: that of the logic).")
  var memorySupply: String?

  @Option(help: "The clock: track (follows the supply) or fixed (the nominal supply's).")
  var clock = ClockPolicy.track

  @Option(help: "Chips, each with faults of its own; at least 2.")
  var chips = 8

  @Option(help: "The first chip's seed; also that of the dies that errors are counted on.")
  var chipSeed: UInt64 = 1

  @Option(help: "Dies of the multiplier that are simulated; at least 4.")
  var dies = 16

  @Option(help: "Operand transitions on all dies together.")
  var transitions = 20_000

  func validate() throws {
    guard (2...10_000).contains(chips) else {
      throw ValidationError("--chips must be 2 to 10,000.")
    }
    guard (4...10_000).contains(dies), (dies...1_000_000).contains(transitions) else {
      throw ValidationError(
        "--dies must be 4 to 10,000, and --transitions as many to 1,000,000.")
    }
    guard accelerator != nil || (supply == nil && memorySupply == nil) else {
      throw ValidationError("--supply and --memory-supply need --hardware.")
    }
  }

  /// The chips, and the files for messages; nil without hardware.
  func hardware() throws -> (ModelHardware, files: (accelerator: String, technology: String))? {
    guard let path = accelerator else { return nil }
    let accelerator = try AcceleratorSpec(contentsOf: path)
    let logic = try voltage(supply, "--supply") ?? accelerator.nominalSupply
    return (
      ModelHardware(
        accelerator: accelerator, technology: try TechnologyReader.read(technology).node,
        clock: clock, supply: logic,
        memorySupply: try voltage(memorySupply, "--memory-supply") ?? logic, chips: chips,
        seed: chipSeed, dies: dies, transitions: transitions), (path, technology)
    )
  }

  private func voltage(_ text: String?, _ option: String) throws -> Voltage? {
    do {
      return try text.map { try Voltage(parsing: $0) }
    } catch {
      throw InputError(.usage, "\(option): \(error)")
    }
  }
}
