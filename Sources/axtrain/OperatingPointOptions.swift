import Accelerators
import ArgumentParser
import Files
import Netlists
import NetworkEvaluation
import Quantities
import Technology

/// The accelerator and the supplies whose errors a network feels, and how timing errors are counted.
struct OperatingPointOptions: ParsableArguments {
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
      supply: 0.3 to 0.8 V of ptm45_hp. Or none: no bit is wrong, as with technologies that have no \
      data of memories.
      """)
  var memorySupply: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Use the memory's failure law outside its fitted range; what comes of it says so.")
  var extrapolateMemoryLaw: Bool?

  @Option(
    help: "The clock: track (follows the supply; default) or fixed (the nominal supply's).")
  var clock: ClockPolicy?

  @Option(help: "Dies of the multiplier that are simulated, at least 4 (default: 16).")
  var dies: Int?

  @Option(help: "Operand transitions on all dies together (default: 20,000).")
  var transitions: Int?

  /// The options that are given beside the accelerator.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--technology", technology != nil), ("--supply", supply != nil),
      ("--memory-supply", memorySupply != nil),
      ("--extrapolate-memory-law", extrapolateMemoryLaw == true), ("--clock", clock != nil),
      ("--dies", dies != nil), ("--transitions", transitions != nil),
    ]
    return options.filter(\.1).map(\.0)
  }

  /// Why no point can have these options; nil if one can.
  var problem: String? {
    let dies = dies ?? 16
    guard (4...10_000).contains(dies), (dies...1_000_000).contains(transitions ?? 20_000) else {
      return "--dies must be 4 to 10,000, and --transitions as many to 1,000,000."
    }
    guard hasMemory || extrapolateMemoryLaw != true else {
      return "--extrapolate-memory-law does nothing with --memory-supply none."
    }
    guard accelerator == nil, let option = given.first else { return nil }
    return "\(option) needs --hardware."
  }

  /// The point, and the files for messages; nil without hardware.
  ///
  /// - Parameters:
  ///   - chips: that a network is evaluated on, at least 2.
  ///   - seed: of the first of them and of the dies.
  ///   - cells: the library of an accumulator's netlist; the shipped one unless given.
  ///   - hasRates: whether rates of wrong bits are given, so that no memory is asked for them.
  func hardware(
    chips: Int = 2, seed: UInt64, cells: String?, hasRates: Bool = false
  ) throws -> (ModelHardware, files: (accelerator: String, technology: String))? {
    guard let path = accelerator else { return nil }
    let accelerator = try AcceleratorSpec(contentsOf: path)
    let adder = try accelerator.accumulatorNetlist.map { _ in
      try accelerator.adder(
        cells: LibertyReader.library(contentsOf: cells ?? "HardwareSpecs/Cells/ptm45.lib"))
    }
    let logic = try voltage(supply, "--supply") ?? accelerator.nominalSupply
    let asksMemory = hasMemory && !hasRates
    let memory = asksMemory ? try voltage(memorySupply, "--memory-supply") ?? logic : nil
    let technology = technology ?? "HardwareSpecs/Technology/ptm45_hp.yaml"
    let read = try TechnologyReader.read(
      technology, needing: asksMemory ? [.sram] : [],
      orElse: "leave the memory out: --memory-supply none")
    let node = asksMemory ? read.node : read.node.withoutMemory
    node.notePoorFits()
    node.variationNote.map(Terminal.note)
    return (
      ModelHardware(
        accelerator: accelerator, adder: adder, technology: node, clock: clock ?? .track,
        supply: logic, memorySupply: memory, chips: chips, seed: seed, dies: dies ?? 16,
        transitions: transitions ?? 20_000,
        extrapolatesMemoryLaw: extrapolateMemoryLaw == true), (path, technology)
    )
  }

  /// What `--memory-supply` says where no memory is modelled.
  static let noMemory = "none"

  var hasMemory: Bool { memorySupply != Self.noMemory }

  private func voltage(_ text: String?, _ option: String) throws -> Voltage? {
    try text.map { try Voltage($0, option: option) }
  }
}
