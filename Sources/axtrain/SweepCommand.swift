import ArgumentParser
import DesignSpaceExploration
import Files
import Foundation
import Networks
import QuantizedNetworks
import Reporting
import Synchronization

/// `axtrain sweep SPEC`.
struct SweepCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Evaluate a design space and report its Pareto front.",
    discussion: """
      Example: axtrain sweep Sweeps/quickstart.yaml --jobs 2
      Results are kept as they come: run the same command again to go on after a stop.
      A report's manifest.json in place of the spec runs that sweep again, into another folder.
      """)

  @Argument(help: "The sweep's YAML file, or the manifest.json of a report.")
  var spec: String

  @Option(name: .shortAndLong, help: "Folder of the report (default: Reports/NAME).")
  var output: String?

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). The results do not depend on it.")
  var jobs: Int?

  @OptionGroup var datasets: DatasetOptions

  @OptionGroup var tables: TableCacheOptions

  @Flag(help: "Try points again that failed three times.")
  var retryFailed = false

  @OptionGroup var display: DisplayOptions

  @Flag(help: "Let the spec name files outside the working directory.")
  var allowOutside = false

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else {
      throw ValidationError("--jobs must be 1 to 1024.")
    }
  }

  func run() throws {
    let started = ContinuousClock.now
    let signal = StopSignal()
    signal.listen {
      Terminal.note("stopping after the points in work; run the same command again to go on")
    }
    let sweep = try SweepSpec(contentsOf: spec, allowOutside: allowOutside)
    let folder = output ?? "Reports/\(sweep.name)"
    try OutputFile.checkIsNoInput(
      "\(folder)/manifest.json", orElse: "name another folder by --output")
    try OutputFile.makeFolder(folder)
    let store = try SweepStore(path: "\(folder)/\(sweep.name).sqlite")
    let session = try SweepSession(
      spec: sweep, store: store, build: Version.build(), datasets: datasets.library(),
      tableCache: tables.cache())
    for folder in session.inputs.characterized.values.sorted(by: { $0.path < $1.path }) {
      try folder.check(version: Version.text)
    }
    let record = try sweep.setup.network.model.flatMap { try ModelRecord(folder: $0) }
    let progress = PhaseProgress(display.progressStyle)
    let result = try session.run(
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, retryFailed: retryFailed,
      checked: {
        let recorded = sweep.recorded
        let differences = recorded?.differences(version: Version.text, machine: Self.machine) ?? []
        for text in differences + [sweep.passedOverNote].compactMap({ $0 }) {
          Terminal.note("note: \(text)")
        }
        session.inputs.characterizedNotes(for: sweep.points).forEach(Terminal.note)
        record?.differences(from: sweep.setup.dataset).forEach(Terminal.note)
      },
      progress: { progress.update($0) }, stopRequested: { signal.isRequested })
    progress.finish()
    guard !result.outcome.wasStopped else {
      throw InputError(
        .stopped,
        "stopped on request: \(result.outcome.progress.done) of "
          + "\(result.outcome.progress.total) points are stored; run again to go on")
    }
    let findings = SweepFindings(result, accuracyLoss: sweep.accuracyLoss)
    try write(result, findings, sweep, to: folder)
    store.close()
    print(FrontTable.text(result))
    if let rates = RateTable.text(result) { print(rates) }
    for sentence in findings.sentences { print(Terminal.wrapped(sentence)) }
    print(summary(result, folder, time: started.duration(to: .now)))
    for failure in result.outcome.failures {
      Terminal.note("failed: \(failure.point.label): \(failure.reason)")
    }
    if !result.outcome.failures.isEmpty { throw ExitCode(ExitStatus.someFailed.rawValue) }
  }

  /// What numbers depend on beside the inputs.
  private static var machine: [String: String] { ["float_products": FloatProduct.library] }

  private func write(
    _ result: SweepResult, _ findings: SweepFindings, _ sweep: SweepSpec, to folder: String
  ) throws {
    let setup = sweep.setup
    var seeds = [
      "dies_and_stimulus": setup.characterization.seed, "first_chip": setup.chips.seed,
    ]
    seeds["dataset_split"] = setup.dataset.split?.seed
    for (index, seed) in setup.training.seeds.enumerated() { seeds["training_\(index + 1)"] = seed }
    let manifest = RunManifest(
      version: Version.text, spec: sweep.resolved, seeds: seeds,
      inputs: ([sweep.file] + result.inputs.files).map {
        RunManifest.Input(name: $0.path, sha256: $0.digest.description)
      },
      machine: Self.machine,
      columns: result.table.columns, notes: result.inputs.notes)
    try ParetoReport(
      title: sweep.question, findings: findings.sentences, points: result.table,
      ranking: result.ranking, chosen: result.chosen, exactMultiplier: findings.exactMultiplier,
      manifest: manifest
    ).write(to: folder)
    try OutputFile.write(
      result.hardware.table(result.inputs).csv, to: "\(folder)/timing_errors.csv")
  }

  private func summary(_ result: SweepResult, _ folder: String, time: Duration) -> String {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds =
      time.seconds < 1000
      ? CellValue.format(time.seconds, digits: 3) : "\(Int(time.seconds.rounded()))"
    let progress = result.outcome.progress
    let networks = result.networks
    let counts =
      "\(progress.done) points (\(progress.reused) from the store); networks: "
      + "\(networks.trained) trained, \(networks.reused) from the store"
    return Terminal.wrapped(counts) + "\n"
      + "\(seconds) s, \(usage.ru_maxrss / 1024) MiB. "
      + "Report: \(folder)/report.html"
  }
}
