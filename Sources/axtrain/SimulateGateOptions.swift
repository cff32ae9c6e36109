import Accelerators
import ArgumentParser
import Characterization
import Files
import Netlists
import NetworkEvaluation
import Quantities
import QuantizedNetworks
import TableArithmetic
import Technology

/// The operating point at which `axtrain simulate` takes energies from gates.
struct SimulateGateOptions: ParsableArguments {
  @Option(
    help: """
      Supply of the logic, such as "0.5 V": energies, leakage and areas of an array by the \
      gates of the multiplier (--multiplier) and of the accumulators' adders, instead of an \
      energy table; none for no gates (default: the file's, or none).
      """)
  var supply: String?

  @Option(
    help: "Supply of the memory, or none for that of the logic (default: the file's, or none).")
  var memorySupply: String?

  @Option(
    help: """
      The technology of delays, energies and leakage (default: \
      HardwareSpecs/Technology/ptm45_hp.yaml).
      """)
  var technology: String?

  @Option(
    help:
      "The clock: track (follows the supply) or fixed (the nominal supply's); default: the file's, or track."
  )
  var clock: ClockPolicy?

  @Option(help: "Operand transitions on 16 dies together, 16 to 1,000,000 (default: 20,000).")
  var transitions: Int?

  @OptionGroup var errors: SimulateTimingOptions

  /// Whether energies by gates are asked for, whatever the accelerator's file states.
  var takesEnergies: Bool { OptionalCount.isStated(supply) }

  /// Options that are given and need a supply.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--memory-supply", OptionalCount.isStated(memorySupply)),
      ("--technology", technology != nil),
      ("--clock", clock != nil), ("--transitions", transitions != nil),
    ]
    return options.filter(\.1).map(\.0) + errors.given
  }

  /// What the options state of the accelerator's operation.
  ///
  /// - Throws: `InputError` 64 for a text that is no voltage, or one outside 0.1 … 5 V.
  func operation() throws -> AcceleratorSpec.Operation.Overrides {
    var operation = AcceleratorSpec.Operation.Overrides()
    operation.logicSupply = try voltage(supply, "--supply")
    operation.memorySupply = try voltage(memorySupply, "--memory-supply")
    operation.clock = clock
    return operation
  }

  /// Refuses what no network changes: a multiplier without gates, a file or a range, a supply of a
  /// memory that the technology does not have.
  ///
  /// - Throws: `InputError` 64, or as the readers do.
  func check(_ chosen: ChosenMultiplier, on spec: AcceleratorSpec) throws {
    try AcceleratorOptions.check("--transitions", transitions, GateLevelCosts.dies...1_000_000)
    guard !chosen.isExact else {
      throw InputError(
        .usage,
        "--supply needs --multiplier FILE or a family of 'axtrain generate --list', whose gates are "
          + "known")
    }
    let technology = try readTechnology()
    if OptionalCount.isStated(memorySupply), technology.sram == nil {
      throw InputError(
        .usage,
        "--memory-supply: technology '\(technology.name)' has no 'sram', whose energy would depend on "
          + "it: leave it out")
    }
    let cells = try chosen.cells()
    if let adder = spec.accumulatorNetlist {
      try GateLevelCosts.checkAdder(adder, cells: cells, accumulator: spec.accumulator)
    }
  }

  private var technologyFile: String {
    technology ?? "HardwareSpecs/Technology/ptm45_hp.yaml"
  }

  /// The technology; late products need to know how thresholds vary, energies no more than cells.
  private func readTechnology() throws -> TechnologyNode {
    try TechnologyReader.read(
      technologyFile, needing: errors.timingErrors == nil ? [] : [.variation]
    ).node
  }

  /// Costs of an array whose multiplier is a netlist.
  ///
  /// - Parameters:
  ///   - supply: of the logic.
  ///   - network: whose operands the gates see; nil: uniform ones.
  ///   - depth: the longest sum of the layers.
  /// - Throws: `InputError` 64 for values outside their ranges; as the readers do; 65 as
  ///   `GateLevelCosts`.
  func costs(
    _ chosen: ChosenMultiplier, on spec: AcceleratorSpec, at supply: Voltage,
    network: ModelUnderTest?, depth: Int
  ) throws -> GateLevelCosts {
    try check(chosen, on: spec)
    let (multiplier, cells) = try gates(chosen, on: spec)
    return try GateLevelCosts(
      spec, multiplier: multiplier, cells: cells, at: point(on: spec, at: supply),
      network: network, depth: depth)
  }

  /// The chip whose elements capture a network's products; nil where none is asked for.
  ///
  /// - Throws: as `costs` and `SimulatedChip`.
  func chip(
    _ chosen: ChosenMultiplier, on spec: AcceleratorSpec, at supply: Voltage, jobs: Int
  ) throws -> SimulatedChip? {
    guard let fidelity = errors.timingErrors else { return nil }
    try check(chosen, on: spec)
    let (multiplier, cells) = try self.multiplier(chosen, on: spec)
    return try SimulatedChip(
      spec, multiplier: multiplier, adder: spec.adder(cells: cells),
      at: point(on: spec, at: supply), fidelity: fidelity,
      dies: errors.dies ?? TimingErrorChoice.standard.variants, seed: errors.seed(), jobs: jobs)
  }

  /// The multiplier whose gates are simulated, of words of any width.
  private func gates(
    _ chosen: ChosenMultiplier, on spec: AcceleratorSpec
  ) throws -> (GateMultiplier, CellLibrary) {
    guard spec.hasWideWords else {
      let (multiplier, cells) = try multiplier(chosen, on: spec)
      return (GateMultiplier(multiplier), cells)
    }
    let circuit = try chosen.circuit(for: spec, cells: chosen.cells())
    let multiplier = try GateMultiplier(
      wide: circuit.netlist, name: circuit.name, file: circuit.file, sign: circuit.sign,
      encoding: spec.encoding, activationBits: spec.operandWidth, weightBits: spec.weightWidth,
      cells: circuit.cells)
    return (multiplier, circuit.cells)
  }

  /// The same of words that networks have.
  private func multiplier(
    _ chosen: ChosenMultiplier, on spec: AcceleratorSpec
  ) throws -> (ModelMultiplier, CellLibrary) {
    let circuit = try chosen.circuit(for: spec, cells: chosen.cells())
    let multiplier = try ModelMultiplier(
      circuit.netlist, name: circuit.name, file: circuit.file, sign: circuit.sign,
      spec: QuantizationSpec(
        encoding: spec.encoding, weightBits: spec.weightWidth, activationBits: spec.operandWidth),
      cells: circuit.cells)
    return (multiplier, circuit.cells)
  }

  private func point(
    on spec: AcceleratorSpec, at supply: Voltage
  ) throws -> GateLevelCosts.Point {
    GateLevelCosts.Point(
      technology: try readTechnology(), file: technologyFile, supply: supply,
      memorySupply: spec.operation.memorySupply ?? supply, clock: spec.operation.clock ?? .track,
      transitions: transitions ?? 20_000, seed: 1)
  }

  /// A supply; nil inside where the word stands that takes the file's away.
  private func voltage(_ text: String?, _ option: String) throws -> Voltage?? {
    guard let text else { return nil }
    guard text != OptionalCount.word else { return .some(nil) }
    let voltage = try Voltage(text, option: option)
    try AcceleratorOptions.check(option, voltage, AcceleratorSpec.Limits.supply)
    return voltage
  }
}
