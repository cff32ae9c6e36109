import ArgumentParser
import Characterization
import DesignSpaceExploration
import ErrorTables
import Files
import Foundation
import LogicSimulation
import Netlists
import Quantities
import Reporting
import Technology

/// `axtrain characterize NETLIST`.
struct CharacterizeCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "characterize",
    abstract: "Timing errors and energy of a multiplier against supply voltage, over dies.",
    discussion: """
      Simulates the gates with their delays at each supply, on each die, over operand transitions, \
      and writes what is captured wrong at the clock edge: tables, the fitted law, and a page.

      Example: axtrain characterize HardwareSpecs/Multipliers/mul8u_exact_dadda.v \
      --supply "0.40:0.60:0.05 V" --dies 8 --samples 65536
      """)

  @Argument(help: "A multiplier's netlist: structural Verilog or BLIF.")
  var netlist: String

  @Option(help: "The module, where a file has several (default: the one unused).")
  var top: String?

  @Option(help: "The operand ports, first and second: --operands x,y (default: by usual names).")
  var operands: String?

  @Option(help: "How products are read: auto, signed or unsigned.")
  var sign = ValidationOptions.Sign.automatic

  @Option(parsing: .upToNextOption, help: "The cell library; gates it lacks are made of its cells.")
  var cells = ["HardwareSpecs/Cells/ptm45.lib"]

  @Option(help: "The technology of delays, energies and variation.")
  var technology = "HardwareSpecs/Technology/ptm45_hp.yaml"

  @Option(help: "Supplies: \"0.40:0.60:0.05 V\" or \"0.45,0.5 V\".")
  var supply: String

  @Option(help: "A clock period for all supplies, such as \"2 ns\": voltage overscaling.")
  var clockPeriod: String?

  @Option(help: "Or: the period over the typical die's longest path at each supply (default: 1).")
  var track: Double?

  @Option(
    help: """
      Dies, each with threshold shifts of its own; 1 of a technology without 'threshold_variation': \
      the typical one.
      """)
  var dies = 20

  @Option(help: "Seed of dies and samples.")
  var seed: UInt64 = 1

  @Option(help: "The operand that is held while the other moves: a or b (default: b).")
  var stationary: StationaryOperand?

  @Option(
    help: """
      So many random transitions a die instead of all (default: all up to 2^24; 2^20 with \
      --carry-state).
      """)
  var samples: Int?

  @Option(
    help: """
      Transitions from a CSV file: columns previous_a, previous_b, a, b. A network's own are written \
      by 'evaluate --operand-trace'.
      """)
  var trace: String?

  @Flag(help: "Carry what a clock edge cuts off into the next period, in 2,048 random streams.")
  var carryState = false

  @Option(help: "Time steps to the longest path of the typical die.")
  var steps = 128

  @Option(help: "Pulses shorter than a gate's delay: inertial (swallowed) or transport (passed).")
  var pulses = PulseRule.inertial

  @Flag(help: "Write the captured product of every transition, a table of 32 MB a die and supply.")
  var tables = false

  @Flag(help: "Take a fitted law that the points reject, and end with status 0 without one.")
  var acceptPoorFit = false

  @Option(name: .shortAndLong, help: "Folder of the results (default: Reports/NAME-timing).")
  var output: String?

  @Option(help: "table, csv or json: what is printed.")
  var format = TableOptions.TableFormat.table

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). The results do not depend on it.")
  var jobs: Int?

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else { throw ValidationError("--jobs must be 1 to 1024.") }
    guard (1...10_000).contains(dies) else { throw ValidationError("--dies must be 1 to 10,000.") }
    guard (8...4096).contains(steps) else { throw ValidationError("--steps must be 8 to 4,096.") }
    guard (1...1 << 24).contains(samples ?? 1) else {
      throw ValidationError("--samples must be 1 to 2^24.")
    }
    if carryState, let samples, samples < 4096 || !samples.isMultiple(of: 2048) {
      throw ValidationError(
        "--carry-state runs 2,048 streams: --samples must be 2, 3 … times 2048.")
    }
    if clockPeriod != nil && track != nil {
      throw ValidationError("--clock-period and --track exclude each other: give one.")
    }
    if let track, !(track > 0 && track <= 100) {
      throw ValidationError("--track must be above 0 and at most 100.")
    }
    if trace != nil && (samples != nil || carryState) {
      throw ValidationError("--trace gives the transitions: leave out --samples and --carry-state.")
    }
    if trace != nil && stationary != nil {
      throw ValidationError("--trace gives the transitions: leave out --stationary.")
    }
    if let operands, operands.split(separator: ",").count != 2 {
      throw ValidationError("--operands names two ports with a comma between them: x,y.")
    }
    if tables && (trace != nil || samples != nil || carryState) {
      throw ValidationError("--tables needs all transitions: leave out what samples them.")
    }
  }

  func run() throws {
    let supplies = try SupplyRange.supplies(supply, option: "--supply")
    let (study, notes, inputs) = try study(supplies)
    try study.check()
    notes.forEach(Terminal.note)
    let folder = output ?? "Reports/\(CircuitFiles.stem(netlist))-timing"
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let result = try OutputFolder.write(
      to: folder, replacing: CharacterizedFolder.hasFile(named:)
    ) { try characterize(study, inputs, into: $0, until: signal) }
    try print(result)
    if format == .table {
      for sentence in result.findings { Swift.print(Terminal.wrapped(sentence)) }
      Swift.print("Page: \(folder)/index.html")
    }
    try refusePoorFit(result, page: "\(folder)/index.html")
  }

  /// Simulates, and writes tables, page and manifest.
  private func characterize(
    _ study: TimingStudy, _ inputs: [String], into folder: String, until signal: StopSignal
  ) throws -> TimingStudyTables {
    let progress = ProgressLine("characterize", style: display.progressStyle)
    let threads = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let points = try study.run(
      jobs: threads, tableFolder: tables ? folder : nil, stopRequested: { signal.isRequested },
      progress: { progress.update(SweepProgress(done: $0, total: $1)) })
    progress.finish()
    let result = TimingStudyTables(study, points: points, acceptsPoorFit: acceptPoorFit)
    var files = try write(result, to: folder)
    if tables {
      for supply in study.supplies {
        files += (0..<dies).map { TimingStudy.transitionTableName(supply: supply, die: $0) }
      }
    }
    try writeManifest(study, inputs, files, to: folder)
    // Its last moment: from here on the folder is put in place.
    if signal.isRequested { throw TimingStudy.stopped }
    return result
  }

  /// Ends with 65 where the errors against supply do not follow the law; the tables stand.
  private func refusePoorFit(_ result: TimingStudyTables, page: String) throws {
    guard !acceptPoorFit, case .failure(let refusal) = result.fit, refusal.isPoorFit else { return }
    throw InputError(
      .badData, at: SourceLocation(file: netlist),
      "the tables are written, but no law p(V) is fitted: \(refusal); see \(page), and choose "
        + "other supplies or say --accept-poor-fit")
  }

  /// What is to be simulated, what was done to the netlist, and the files that were read.
  private func study(_ supplies: [Voltage]) throws -> (TimingStudy, [String], [String]) {
    let library = try LibertyCorners(contentsOf: cells).libraries[0]
    let read = try NetlistReader.netlist(contentsOf: netlist, library: library, top: top)
    let names = operands?.split(separator: ",").map(String.init)
    let operandNames = names.map { (a: $0[0], b: $0[1]) }
    let mapped = try read.mapped(to: library)
    let ports = try MultiplierPorts(binding: mapped.netlist, file: netlist, operands: operandNames)
    let isSigned = try MultiplierSign(
      of: MultiplierSimulation(mapped.netlist, ports: ports), sign
    ).isSigned
    let node = try readTechnology()
    let stationary = stationary ?? .b
    let multiplier = StationaryMultiplier(mapped.netlist, ports: ports, stationary: stationary)
    guard ports.product.bits.count <= 32, mapped.netlist.inputs.flatMap(\.bits).count <= 64 else {
      throw InputError(
        .badData, at: SourceLocation(file: netlist),
        "timing is characterized of products of at most 32 bits, not \(ports.product.bits.count)")
    }
    var period: TimingStudy.Clock = .track(track ?? 1)
    if let clockPeriod {
      do {
        let value = try Delay(parsing: clockPeriod)
        guard value.value > 0 && value.value <= 1 else {
          throw InputError(.usage, "--clock-period must be above 0 and at most 1 s")
        }
        period = .fixed(value)
      } catch let error as QuantityError {
        throw InputError(.usage, "--clock-period: \(error)")
      }
    }
    var study = TimingStudy(
      netlist: mapped.netlist, ports: ports, isSigned: isSigned, technology: node.node,
      supplies: supplies, clock: period, transitions: try transitions(multiplier))
    study.technologyFile = technology
    study.stationary = stationary
    study.dies = dies
    study.hasVariation = node.node.variation != nil
    study.seed = seed
    study.steps = steps
    study.pulses = pulses
    return (study, mapped.notes, [netlist] + cells + node.files + (trace.map { [$0] } ?? []))
  }

  /// The technology; one that says nothing of how thresholds vary has its typical die only.
  private func readTechnology() throws -> TechnologyReader.Result {
    let read = try TechnologyReader.read(technology, needing: [])
    guard read.node.variation != nil || dies == 1 else {
      throw InputError(
        .usage,
        "--dies: \(technology) has no 'threshold_variation', so that all \(dies) dies are the typical "
          + "one: say --dies 1, or choose a technology that has it")
    }
    return read
  }

  private func transitions(_ multiplier: StationaryMultiplier) throws -> TimingStudy.Transitions {
    if let trace { return .trace(try Stimulus(contentsOf: trace, for: multiplier)) }
    if carryState {
      let count = samples ?? 1 << 20
      return .streams(2048, periods: count / 2048)
    }
    if let samples { return .sample(samples) }
    guard multiplier.isEnumerable else {
      throw InputError(
        .usage,
        multiplier.transitionBits > 24
          ? "\(netlist): there are 2^\(multiplier.transitionBits) transitions, too many for all: "
            + "give --samples"
          : "\(netlist): all transitions are simulated of products of at most 16 bits: give --samples"
      )
    }
    return .all
  }

  private func print(_ result: TimingStudyTables) throws {
    var options = TableOptions()
    options.format = format
    options.output = nil
    try options.print(
      result.supplies,
      summary: [
        "supply_v": "V", "clock_period_ns": "ns", "error_rate": "error rate",
        "error_rate_low": "95 % low", "error_rate_high": "high",
        "energy_per_operation_fj": "fJ", "transitions_per_operation": "toggles",
      ])
  }

  /// Writes tables and page; returns the names of the files.
  private func write(_ result: TimingStudyTables, to folder: String) throws -> [String] {
    let texts = [
      ("supplies.csv", result.supplies.csv), ("bits.csv", result.bits.csv),
      ("masks.csv", result.masks.csv),
      ("differences.csv", result.differences.csv), ("dies.csv", result.dies.csv),
      ("index.html", try TimingPage(result).html),
    ]
    for (name, text) in texts { try OutputFile.write(text, to: "\(folder)/\(name)") }
    return texts.map(\.0)
  }

  private func writeManifest(
    _ study: TimingStudy, _ inputs: [String], _ files: [String], to folder: String
  ) throws {
    func digest(_ path: String) throws -> RunManifest.Input {
      RunManifest.Input(
        name: path, sha256: Digest(of: try InputFile.bytes(of: path, limit: 1 << 30)).description)
    }
    var spec: [String: JSONValue] = [
      "netlist": .text(netlist), "module": .text(study.netlist.name),
      "technology": .text(technology),
      "supplies_v": .array(study.supplies.map { .real($0.value) }),
      "dies": .integer(study.dies), "stationary": .text(study.stationary.rawValue),
      "transitions": .text(study.stimulusName), "signed": .flag(study.isSigned),
      "steps": .integer(study.steps), "pulses": .text(study.pulses.rawValue),
      "fidelity": .text("gate"), "format": .text(CharacterizedFolder.format),
    ]
    if !study.hasVariation { spec["threshold_variation"] = .text("none") }
    switch study.clock {
    case .fixed(let period): spec["clock_period_s"] = .real(period.value)
    case .track(let factor): spec["track"] = .real(factor)
    }
    switch study.transitions {
    case .sample(let count): spec["samples"] = .integer(count)
    case .streams(let streams, let periods):
      spec["streams"] = .integer(streams)
      spec["periods"] = .integer(periods)
    case .all, .trace: break
    }
    let manifest = RunManifest(
      version: Version.text, spec: .object(spec), seeds: ["dies_and_samples": study.seed],
      inputs: try inputs.map(digest), machine: [:], columns: TimingStudyTables.columns,
      notes: TimingStudyTables.notes(of: study))
    var json = manifest.json
    if case .object(var object) = json {
      object["outputs"] = .array(
        try files.map { name in
          .object([
            "name": .text(name), "sha256": .text(try digest("\(folder)/\(name)").sha256),
          ])
        })
      json = .object(object)
    }
    try OutputFile.write(json.prettyText, to: "\(folder)/manifest.json")
  }
}

extension StationaryOperand: ExpressibleByArgument {}
extension PulseRule: ExpressibleByArgument {}
