import ArgumentParser
import ConcurrentWork
import DesignSpaceExploration
import Files
import Foundation
import Networks
import Reporting
import Training

/// `axtrain train`.
struct TrainCommand: ListeningCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network and keep its weights, history and curves in a folder.",
    discussion: """
      Example: axtrain train --preset 784-128-10 --dataset mnist --epochs 10 -o Models/mnist
      Methods that fine-tune begin with a training with clipped weights, as in sweeps, or with --start:
      axtrain train --preset 64-32-10 --dataset digits --method pas --bit-error-rate 0.05 \
      --weight-clip 0.2 --logit-scale 4 --epochs 60 -o Models/digits-pas
      Each epoch is kept: run the same command again to go on after a stop. Documentation/FileFormats.md \
      has the form of topology files, of specs and of what is written.
      """)

  @Option(
    help: """
      A YAML file with any of these options as keys; options given here take the place of keys of the \
      same name, and of those that they exclude.
      """)
  var spec: String?

  @Flag(help: "Let the spec name files outside the working directory.")
  var allowOutside = false

  @Option(help: "A topology that comes with the program.")
  var preset: Preset?

  @Option(help: "A topology's YAML file.")
  var topology: String?

  @OptionGroup var data: TrainingData

  @OptionGroup var method: TrainMethodOptions

  @OptionGroup var training: TrainingOptions

  @OptionGroup var hardware: TrainHardwareOptions

  @OptionGroup var quantization: QuantizationOptions

  @Option(
    help: "Of weights, batch order, dropout, shifts, errors and validation part (default: 1).")
  var seed: UInt64?

  @Option(help: "Several seeds, such as 1,2,3: each has a folder seed-N in the output folder.")
  var seeds: String?

  @Option(name: .shortAndLong, help: "Folder of the model.")
  var output: String?

  @Option(
    name: .shortAndLong, help: "Threads (default: one a core). The results do not depend on it.")
  var jobs: Int?

  @Option(help: "The form of the printed table: table, csv or json.")
  var format = TableOptions.TableFormat.table

  @OptionGroup var display: DisplayOptions

  func validate() throws {
    guard (1...1024).contains(jobs ?? 1) else {
      throw ValidationError("--jobs must be 1 to 1024.")
    }
  }

  mutating func run() throws {
    let started = ContinuousClock.now
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let keys = try spec.map { try takeOptions(of: $0) } ?? [:]
    do {
      try train(since: started, signal)
    } catch let unused as UnusedOption {
      throw unused.refusal(keys: keys)
    }
  }

  /// - Throws: `UnusedOption` if an option does nothing; `InputError`.
  private mutating func train(since started: ContinuousClock.Instant, _ signal: StopSignal) throws {
    // The recipe, where there are errors to train for.
    if hardware.hasErrors { method.method = method.method ?? .axtrain }
    guard let output else { throw InputError(.usage, "name the folder of the model by --output") }
    if method.chosen == .biasCorrection { return try correctBias(into: output) }
    let seeds = try chosenSeeds()
    let plan = try plan()
    let threads = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let together = min(threads, seeds.count)
    let hasFolders = self.seeds != nil
    let runs = seeds.map { seed in
      TrainRun(
        plan: plan, path: hasFolders ? "\(output)/seed-\(seed)" : output, seed: seed,
        work: ChunkedWork(threads: max(1, threads / together)),
        origin: [("axtrain_version", Version.text)] + plan.data.origin
          + [("float_products", FloatProduct.library)])
    }
    let progress = TrainingProgress(
      display.progressStyle, total: plan.epochs * runs.count)
    let results = try runConcurrently(jobs: together, items: runs) { run in
      try run.run(progress: progress) { signal.isRequested }
    }
    progress.finish()
    report(results, runs, time: started.duration(to: .now))
  }

  private func chosenSeeds() throws -> [UInt64] {
    guard let seeds else { return [seed ?? 1] }
    guard seed == nil else { throw InputError(.usage, "give --seed or --seeds") }
    let numbers = seeds.split(separator: ",", omittingEmptySubsequences: false).map {
      UInt64($0)
    }
    let known = numbers.compactMap { $0 }
    guard known.count == numbers.count, Set(known).count == known.count, known.count <= 1024 else {
      throw InputError(
        .usage, "--seeds: '\(seeds)' is not a list of different whole numbers, such as 1,2,3")
    }
    return known
  }

  private func report(_ results: [TrainRun.Outcome], _ runs: [TrainRun], time: Duration) {
    let table = ResultTable(
      columns: TrainingSummary.columns,
      rows: zip(results, runs).map { result, run in
        TrainingSummary.row(
          seed: run.seed, state: result.state, imagesPerSecond: result.imagesPerSecond,
          folder: run.path)
      })
    let text = TableOptions.text(
      of: table, as: format,
      summary: [
        "seed": "seed", "epochs_run": "epochs", "result_epoch": "kept",
        "accuracy_percent": "accuracy_percent", "accuracy_low_percent": "low",
        "accuracy_high_percent": "high", "images_per_second": "images/s", "folder": "folder",
      ])
    Swift.print(text, terminator: "")
    if let (mean, half) = TrainingSummary.mean(of: results.map(\.state)) {
      Terminal.note(
        "mean of \(results.count) seeds: \(CellValue.format(mean, digits: 4)) ± "
          + "\(CellValue.format(half, digits: 2)) % (95 %, Student's t)")
    }
    guard !display.quiet else { return }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let files =
      ["weights.safetensors", "topology.yaml", "training.yaml", "history.csv", "curves.html"]
      + (runs.first?.extraFiles ?? [])
    Terminal.note(
      "\(CellValue.format(time.seconds, digits: 3)) s, \(usage.ru_maxrss / 1024) MiB. In "
        + (runs.count == 1 ? runs[0].path : "each folder") + ": "
        + files.joined(separator: ", "))
  }
}

extension Preset: ExpressibleByArgument {}
