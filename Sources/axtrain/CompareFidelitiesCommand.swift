import Accelerators
import ArgumentParser
import Characterization
import DesignSpaceExploration
import Files
import Foundation
import LogicSimulation
import NetworkEvaluation
import Quantities
import Reporting

/// `axtrain compare-fidelities SPEC`.
struct CompareFidelitiesCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-fidelities",
    abstract: "One network by every fidelity, on chips of one process, against the gates' own.",
    discussion: """
      functional: settled products. statistical: errors drawn from a table, in three ways. transition: \
      products looked up by operand transition, from a number of dies. gate: every processing \
      element's own gates on the operands it really sees. Numbers have 95 % intervals where chips or \
      dies are independent draws. Exits with 1 if transition and gate differ on the same dies.

      Example: axtrain compare-fidelities Sweeps/quickstart.yaml --supply "0.45 V"
      """)

  @Argument(help: "A sweep's YAML file: its network, dataset, accelerator and technology.")
  var spec: String

  @Option(help: "A multiplier of the sweep, by name (default: the first).")
  var multiplier: String?

  @Option(help: "Supply of the logic, such as \"0.45 V\".")
  var supply: String

  @Option(help: "The clock: track (follows the supply) or fixed (the nominal supply's).")
  var clock = ClockPolicy.track

  @Option(help: "The trained network: conventional or weight_clipping.")
  var network = BaselineKind.conventional

  @Option(help: "Chips.")
  var chips = 8

  @Option(help: "Time steps to the longest path of the typical die.")
  var steps = 128

  @Option(help: "Pulses shorter than a gate's delay: inertial (swallowed) or transport (passed).")
  var pulses = PulseRule.inertial

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). The results do not depend on it.")
  var jobs: Int?

  @OptionGroup var datasets: DatasetOptions

  @OptionGroup var tables: TableCacheOptions

  @Flag(help: "Let the spec name files outside the working directory.")
  var allowOutside = false

  @OptionGroup var table: TableOptions

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
    guard (1...1000).contains(chips) else { throw ValidationError("--chips must be 1 to 1,000.") }
    guard (8...4096).contains(steps) else { throw ValidationError("--steps must be 8 to 4,096.") }
  }

  func run() throws {
    let sweep = try SweepSpec(contentsOf: spec, allowOutside: allowOutside)
    let voltage = try Voltage(supply, option: "--supply")
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let inputs = try EvaluationInputs(
      setup: sweep.setup, datasets: datasets.library())
    try sweep.recorded?.check(inputs.files)
    inputs.technology.notePoorFits()
    inputs.technology.variationNote.map(Terminal.note)
    let names = inputs.multipliers.map(\.name)
    guard let index = multiplier.map({ names.firstIndex(of: $0) }) ?? 0 else {
      throw InputError(
        .usage,
        "--multiplier: '\(multiplier ?? "")' is none of the sweep's: \(names.joined(separator: ", "))"
      )
    }
    guard inputs.multipliers[index].hasPlainWords else {
      throw InputError(
        .badData, at: SourceLocation(file: spec),
        "\(names[index]) takes other words than those of offset encoding, which simulated elements "
          + "need: name another by --multiplier")
    }
    try FidelityComparison.check(
      inputs, multiplier: index, supply: voltage, clock: clock, steps: steps)
    let seed = sweep.setup.training.seeds[0]
    Terminal.note("training the \(network.rawValue) network of seed \(seed)")
    let trained = try inputs.baseline(
      BaselineItem(kind: network, seed: seed),
      NetworkStore(build: Version.text, training: inputs.training, cache: .none)
    ).get()
    var comparison = try FidelityComparison(
      inputs: inputs,
      network: try inputs.quantized(trained, inputs.multipliers[index].quantization),
      multiplier: index, supply: voltage, clock: clock)
    (comparison.chips, comparison.steps, comparison.pulses) = (chips, steps, pulses)
    comparison.otherSteps = [64, 256, 512].filter { $0 != steps }
    comparison.cache = try tables.cache()
    let (rows, transitionIsGate) = try comparison.run(
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
      stopRequested: { signal.isRequested }, progress: Terminal.note)
    let result = comparison.table(rows)
    try table.print(result, people: FidelityTables.tables(of: result))
    for row in rows {
      guard let time = row.timePerProduct else { continue }
      Terminal.note(
        "\(row.fidelity), \(row.detail): \(CellValue.format(time * 1e9, digits: 3)) ns a product")
    }
    Terminal.note(
      transitionIsGate
        ? "transition and gate agree on every accumulator, with the same dies"
        : "transition and gate differ with the same dies; please report it")
    if !transitionIsGate { throw ExitCode(ExitStatus.differencesFound.rawValue) }
  }
}

extension ClockPolicy: ExpressibleByArgument {}
extension BaselineKind: ExpressibleByArgument {
  /// Whether it is a network of its own: others are beginnings of the methods that fine-tune.
  private var isWhole: Bool {
    switch self {
    case .conventional, .weightClipping: true
    case .pasStart, .startWithoutClipping, .startWithoutLogitScale: false
    }
  }

  public init?(argument: String) {
    guard let kind = BaselineKind(rawValue: argument), kind.isWhole else { return nil }
    self = kind
  }

  public static var allValueStrings: [String] { allCases.filter(\.isWhole).map(\.rawValue) }
}
