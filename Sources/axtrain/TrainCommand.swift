import ArgumentParser
import ConcurrentWork
import DesignSpaceExploration
import Files
import Foundation
import Networks
import Reporting
import Training

/// `axtrain train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network and keep its weights, history and curves in a folder.",
    discussion: """
      Example: axtrain train --preset 784-128-10 --dataset mnist --epochs 10 -o Models/mnist
      Each epoch is kept: run the same command again to go on after a stop. Documentation/FileFormats.md \
      has the form of topology files and of what is written.
      """)

  @Option(help: "A topology that comes with the program.")
  var preset: Preset?

  @Option(help: "A topology's YAML file.")
  var topology: String?

  @OptionGroup var data: TrainingData

  @OptionGroup var training: TrainingOptions

  @Option(help: "Of weights, batch order, dropout, shifts and validation part (default: 1).")
  var seed: UInt64?

  @Option(help: "Several seeds, such as 1,2,3: each has a folder seed-N in the output folder.")
  var seeds: String?

  @Option(name: .shortAndLong, help: "Folder of the model.")
  var output: String

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
    guard (preset == nil) != (topology == nil) else {
      throw ValidationError("Give one of --preset and --topology.")
    }
    guard seed == nil || seeds == nil else { throw ValidationError("Give --seed or --seeds.") }
  }

  func run() throws {
    let started = ContinuousClock.now
    let signal = StopSignal()
    signal.listen { Terminal.note("stopping") }
    let settings = try training.settings()
    let seeds = try chosenSeeds()
    let network = try chosenTopology()
    let data = try data.load()
    for part in [data.parts.training, data.parts.test] { try network.check(part, file: data.file) }
    let threads = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let together = min(threads, seeds.count)
    let folders = try seeds.map { seed in
      TrainingFolder(
        path: self.seeds == nil ? output : "\(output)/seed-\(seed)",
        trainer: try NetworkTrainer(
          topology: network, settings: settings, seed: seed,
          data: (data.parts.training, data.parts.test), file: data.file,
          work: ChunkedWork(threads: max(1, threads / together))),
        origin: [("axtrain_version", Version.text)] + data.origin
          + [("float_products", FloatProduct.library)])
    }
    let progress = TrainingProgress(
      display.progressStyle, epochs: settings.epochs, trainings: folders.count)
    let results = try runConcurrently(jobs: together, items: folders) { folder in
      try Self.train(folder, data: self.data.dataset, progress: progress) { signal.isRequested }
    }
    progress.finish()
    report(results, folders, time: started.duration(to: .now))
  }

  private struct Outcome: Sendable {
    let state: NetworkTrainingState
    let imagesPerSecond: Double?
  }

  private static func train(
    _ folder: TrainingFolder, data: String, progress: TrainingProgress,
    stopRequested: () -> Bool
  ) throws -> Outcome {
    let started = ContinuousClock.now
    var first: Int?
    let title = "\(folder.trainer.topology.name) on \(data)"
    let state = try folder.run(stopRequested: stopRequested) { state in
      progress.update(folder.trainer.seed, state, isFirst: first == nil)
      first = first ?? state.epoch
      guard let record = state.resultRecord else { return }
      let page = TrainingPage(
        title: title,
        lead: "Seed \(folder.trainer.seed): test accuracy "
          + "\(CellValue.format(record.test.accuracyPercent, digits: 4)) % of "
          + "\(record.test.count) examples, with the weights of epoch \(record.epoch) of "
          + "\(state.epoch).",
        history: EpochRecord.table(state.history))
      try OutputFile.write(page.html, to: "\(folder.path)/curves.html")
    }
    let seconds = started.duration(to: .now).seconds
    let epochs = state.epoch - (first ?? 0)
    return Outcome(
      state: state,
      imagesPerSecond: epochs == 0
        ? nil : Double(epochs * folder.trainer.examplesPerEpoch) / seconds)
  }

  private func chosenSeeds() throws -> [UInt64] {
    guard let seeds else { return [seed ?? 1] }
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

  private func chosenTopology() throws -> NetworkTopology {
    if let topology { return try TopologyReader.read(contentsOf: topology) }
    guard let preset else { throw InputError(.usage, "give one of --preset and --topology") }
    return try preset.topology()
  }

  private func report(
    _ results: [Outcome], _ folders: [TrainingFolder], time: Duration
  ) {
    let table = ResultTable(
      columns: TrainingSummary.columns,
      rows: zip(results, folders).map { result, folder in
        TrainingSummary.row(
          seed: folder.trainer.seed, state: result.state, imagesPerSecond: result.imagesPerSecond,
          folder: folder.path)
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
    let seconds = time.seconds
    Terminal.note(
      "\(CellValue.format(seconds, digits: 3)) s, \(usage.ru_maxrss / 1024) MiB. In "
        + (folders.count == 1 ? folders[0].path : "each folder")
        + ": weights.safetensors, topology.yaml, training.yaml, history.csv, curves.html")
  }
}

extension Preset: ExpressibleByArgument {}
