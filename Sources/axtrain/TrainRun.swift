import Datasets
import Files
import Foundation
import ModelFiles
import NetworkEvaluation
import Networks
import QuantizedNetworks
import Randomness
import Reporting
import Training

/// The training of one seed: with clipping first where the plan asks for it, in the folder `start` of
/// its own, then by the method. Each is a training that can be stopped and gone on with.
struct TrainRun: Sendable {
  /// Where the first training of a method that fine-tunes is, in the folder of the second.
  static let startFolder = "start"
  static let sensitivityFile = "sensitivity.csv"
  static let landscapeFile = "landscape.csv"
  static let errorRatesFile = "error_rates.csv"
  /// Test examples of the curves against error rates, at most.
  private static let judgingExamples = 1_000

  let plan: TrainPlan
  let path: String
  let seed: UInt64
  let work: ChunkedWork
  let origin: [(key: String, value: String)]

  /// Files that the folder has beside those of every training.
  var extraFiles: [String] {
    guard plan.isQuantized else { return [] }
    return [QuantizationFile.name]
      + (plan.hardware.reportsSensitivity
        ? [Self.sensitivityFile, Self.landscapeFile, Self.errorRatesFile] : [])
  }

  /// How a training ended.
  struct Outcome: Sendable {
    let state: NetworkTrainingState
    /// Of what this run trained, nil if that is nothing.
    let imagesPerSecond: Double?
  }

  /// - Throws: as `TrainingFolder.run`; `InputError` 65 if the network has no integer form that the
  ///   plan needs, 73 if the folder has another training.
  func run(progress: TrainingProgress, stopRequested: () -> Bool) throws -> Outcome {
    let timer = TrainTimer()
    var start = plan.start.map { ($0.network, digest: $0.digest) }
    try checkForm(start?.0 ?? Network(topology: plan.topology, seed: seed))
    if let clipping = plan.clipping {
      try checkFolder()
      start = try clipped(clipping, timer, progress, stopRequested)
    }
    let begun = try start.map { try plan.begun(with: $0.0) }
    let initial = begun ?? Network(topology: plan.topology, seed: seed)
    let training = plan.data.parts.training
    let point = try plan.hardware.point(
      for: initial, plan.method, spec: plan.quantization, training: training, work: work)
    let trainer = try NetworkTrainer(
      topology: initial.topology, settings: plan.settings, seed: seed,
      data: (training, plan.data.parts.test), file: plan.data.file,
      method: plan.gradientMethod(point.errors), stage: begun == nil ? .training : .fineTuning,
      work: work)
    let folder = TrainingFolder(
      path: path, trainer: trainer, origin: origin,
      method: plan.methodEntries + (start.map { [("start_sha256", $0.digest)] } ?? [])
        + plan.hardware.entries + point.entries + plan.quantizationEntries, start: begun)
    let label = plan.method == .conventional ? nil : plan.method.rawValue
    let state = try run(folder, label, timer, progress, stopRequested)
    guard plan.isQuantized else { return Outcome(state: state, imagesPerSecond: timer.rate) }
    let result = try judged(trainer.deployed(state.result))
    try writeQuantization(of: result)
    if let rate = point.weightBitErrorRate {
      try writeReport(
        from: try judged(trainer.deployed(initial)), to: result, rate: rate, state: state, folder)
    }
    return Outcome(state: state, imagesPerSecond: timer.rate)
  }

  /// Trains with clipping.
  private func clipped(
    _ settings: NetworkTrainingSettings, _ timer: TrainTimer, _ progress: TrainingProgress,
    _ stopRequested: () -> Bool
  ) throws -> (Network, digest: String) {
    let trainer = try NetworkTrainer(
      topology: plan.topology, settings: settings, seed: seed,
      data: (plan.data.parts.training, plan.data.parts.test), file: plan.data.file, work: work)
    let folder = TrainingFolder(
      path: "\(path)/\(Self.startFolder)", trainer: trainer, origin: origin,
      method: [("method", TrainingMethod.weightClipping.rawValue)]
        + plan.methodEntries.filter { $0.key == "logit_scale" })
    let state = try run(folder, Self.startFolder, timer, progress, stopRequested)
    return (state.result, try Self.digest(ofModel: folder.path))
  }

  /// Runs a training, and writes its page after each epoch.
  private func run(
    _ folder: TrainingFolder, _ label: String?, _ timer: TrainTimer, _ progress: TrainingProgress,
    _ stopRequested: () -> Bool
  ) throws -> NetworkTrainingState {
    var first: Int?
    return try folder.run(stopRequested: stopRequested) { state in
      progress.update(
        seed, state, epochs: folder.trainer.settings.epochs, label: label, isFirst: first == nil)
      if let first, state.epoch > first { timer.count(folder.trainer.examplesPerEpoch) }
      first = first ?? state.epoch
      try writePage(of: state, to: folder)
    }
  }

  /// Writes what wrong bits of weights do before and after the training, as tables and on the page.
  ///
  /// - Parameter rate: of wrong bits, that the weights' noise is that of.
  private func writeReport(
    from start: ModelUnderTest, to result: ModelUnderTest, rate: Double,
    state: NetworkTrainingState, _ folder: TrainingFolder
  ) throws {
    func noisy(_ model: ModelUnderTest) -> NoisyNetwork {
      NoisyNetwork(
        model.folded,
        deviations: model.integers.weightDeviations(bitErrorRate: rate, of: model.folded))
    }
    let study = SensitivityStudy(
      before: noisy(start), after: noisy(result), on: plan.data.parts.training,
      batchSize: plan.settings.batchSize, seed: seed, work: work)
    let accuracies = ErrorRateCurve(
      before: start, after: result, multiplier: plan.multiplier,
      accumulator: plan.hardware.accumulator, work: work
    ).table
    try OutputFile.write(study.layers.csv, to: "\(path)/\(Self.sensitivityFile)")
    try OutputFile.write(study.curves.csv, to: "\(path)/\(Self.landscapeFile)")
    try OutputFile.write(accuracies.csv, to: "\(path)/\(Self.errorRatesFile)")
    try writePage(
      of: state, to: folder,
      TrainingPage.Sensitivity(
        bitErrorRate: rate, layers: study.layers, curves: study.curves, accuracies: accuracies))
  }

  private func writePage(
    of state: NetworkTrainingState, to folder: TrainingFolder,
    _ sensitivity: TrainingPage.Sensitivity? = nil
  ) throws {
    guard let record = state.resultRecord else { return }
    let page = TrainingPage(
      title: "\(plan.topology.name) on \(plan.data.name)",
      lead: "Seed \(seed): test accuracy "
        + "\(CellValue.format(record.test.accuracyPercent, digits: 4)) % of "
        + "\(record.test.count) examples, with the weights of epoch \(record.epoch) of "
        + "\(state.epoch).",
      history: EpochRecord.table(state.history),
      sensitivity: sensitivity)
    try OutputFile.write(page.html, to: "\(folder.path)/curves.html")
  }

  /// Refuses a folder whose training has no first one, before that is trained.
  private func checkFolder() throws {
    let files = FileManager.default
    let first = "\(path)/\(Self.startFolder)/\(TrainingFolder.checkpointFile)"
    for file in [
      TrainingFolder.checkpointFile, ModelFolder.weightsFile, TrainingFolder.recordFile,
    ] where files.fileExists(atPath: "\(path)/\(file)") && !files.fileExists(atPath: first) {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: "\(path)/\(file)"),
        "is there, but no \(Self.startFolder)/\(TrainingFolder.checkpointFile) of this training: "
          + "name another folder")
    }
  }

  /// Refuses a network that the method cannot train, before anything long begins: words and shapes are
  /// those of any weights.
  private func checkForm(_ network: Network) throws {
    let (begun, training) = (try plan.begun(with: network), plan.data.parts.training)
    guard plan.isQuantized, training.count > 0 else { return }
    let model = try ModelUnderTest(
      network: begun, training: training, test: training.selecting([0]),
      ranges: .calibration(examples: 1), spec: plan.quantization, file: plan.topology.name,
      work: work)
    try plan.hardware.check(model.integers)
  }

  /// A network in the integers that it is trained for, ranges measured on the training part, and some
  /// test examples.
  private func judged(_ network: Network) throws -> ModelUnderTest {
    let parts = plan.data.parts
    var stream = RandomStream(seed: seed, purpose: .sensitivityExamples, index: 1)
    let chosen = stream.permutation(of: parts.test.count).prefix(Self.judgingExamples)
    return try ModelUnderTest(
      network: network, training: parts.training, test: parts.test.selecting(Array(chosen)),
      ranges: .calibration(examples: plan.calibrationExamples), spec: plan.quantization, file: path,
      work: work)
  }

  /// Keeps the quantization that the network was trained for beside it: `axtrain evaluate` takes it.
  private func writeQuantization(of model: ModelUnderTest) throws {
    let count = plan.data.parts.training.count
    var origin = Dictionary(plan.data.origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    origin["examples"] = "\(min(plan.calibrationExamples, count))"
    try QuantizationFile(spec: plan.quantization, ranges: model.ranges, origin: origin)
      .write(to: path)
  }

  /// The hash of a model's weights.
  static func digest(ofModel folder: String) throws -> String {
    Digest(of: try InputFile.bytes(of: "\(folder)/\(ModelFolder.weightsFile)", limit: 1 << 31))
      .description
  }
}

/// How fast a training goes.
final class TrainTimer {
  private let started = ContinuousClock.now
  private var examples = 0

  func count(_ examples: Int) { self.examples += examples }

  /// Examples a second; nil if none was trained on.
  var rate: Double? {
    examples == 0 ? nil : Double(examples) / started.duration(to: .now).seconds
  }
}
