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
    help: "An accelerator's YAML file: its buffers, accumulator and clock. For offset words.")
  var accelerator: String?

  @Option(
    help: """
      The technology of delays, variation and memory (default: \
      HardwareSpecs/Technology/ptm45_hp.yaml).
      """)
  var technology: String?

  @Option(help: "Supply of the logic, such as \"0.5 V\" (default: the accelerator's nominal one).")
  var supply: String?

  @Option(
    help: """
      Supply of the memory (default: that of the logic). Its failure law ends below the nominal \
      supply: 0.3 to 0.8 V of ptm45_hp.
      """)
  var memorySupply: String?

  @Flag(help: "Use the memory's failure law outside its fitted range; the row says so.")
  var extrapolateMemoryLaw = false

  @Option(
    help: "The clock: track (follows the supply; default) or fixed (the nominal supply's).")
  var clock: ClockPolicy?

  @Option(help: "Chips, each with faults of its own, at least 2 (default: 8).")
  var chips: Int?

  @Option(
    help: "The first chip's seed; also that of the dies that errors are counted on (default: 1).")
  var chipSeed: UInt64?

  @Option(help: "Dies of the multiplier that are simulated, at least 4 (default: 16).")
  var dies: Int?

  @Option(help: "Operand transitions on all dies together (default: 20,000).")
  var transitions: Int?

  func validate() throws {
    guard (2...10_000).contains(chips ?? 8) else {
      throw ValidationError("--chips must be 2 to 10,000.")
    }
    let dies = dies ?? 16
    guard (4...10_000).contains(dies), (dies...1_000_000).contains(transitions ?? 20_000) else {
      throw ValidationError(
        "--dies must be 4 to 10,000, and --transitions as many to 1,000,000.")
    }
    let given: [(String, Bool)] = [
      ("--technology", technology != nil), ("--supply", supply != nil),
      ("--memory-supply", memorySupply != nil),
      ("--extrapolate-memory-law", extrapolateMemoryLaw), ("--clock", clock != nil),
      ("--chips", chips != nil), ("--chip-seed", chipSeed != nil), ("--dies", self.dies != nil),
      ("--transitions", transitions != nil),
    ]
    if accelerator == nil, let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option) needs --hardware.")
    }
  }

  /// The chips, and the files for messages; nil without hardware.
  func hardware() throws -> (ModelHardware, files: (accelerator: String, technology: String))? {
    guard let path = accelerator else { return nil }
    let accelerator = try AcceleratorSpec(contentsOf: path)
    let technology = technology ?? "HardwareSpecs/Technology/ptm45_hp.yaml"
    let logic = try voltage(supply, "--supply") ?? accelerator.nominalSupply
    return (
      ModelHardware(
        accelerator: accelerator, technology: try TechnologyReader.read(technology).node,
        clock: clock ?? .track, supply: logic,
        memorySupply: try voltage(memorySupply, "--memory-supply") ?? logic, chips: chips ?? 8,
        seed: chipSeed ?? 1, dies: dies ?? 16, transitions: transitions ?? 20_000,
        extrapolatesMemoryLaw: extrapolateMemoryLaw), (path, technology)
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
