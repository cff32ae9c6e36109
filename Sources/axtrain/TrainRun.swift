import Files
import Foundation
import ModelFiles
import NetworkEvaluation
import Networks
import Training

/// The training of one seed: with clipping first where the plan asks for it, in the folder `start` of
/// its own, then by the method. Each is a training that can be stopped and gone on with.
struct TrainRun: Sendable {
  /// Where the first training of a method that fine-tunes is, in the folder of the second.
  static let startFolder = "start"

  let plan: TrainPlan
  let path: String
  let seed: UInt64
  let work: ChunkedWork
  let origin: [(key: String, value: String)]

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
    // As sweeps do, methods that fine-tune begin with folded networks, of random weights too.
    let random = plan.method.isFineTuning ? Network(topology: plan.topology, seed: seed) : nil
    let trained = try (start?.0 ?? random).map(plan.begun)
    let corrected = try plan.corrected(trained, work: work)
    let correction = corrected?.correction ?? .none
    let begun = corrected?.network ?? trained
    let initial = begun ?? Network(topology: plan.topology, seed: seed)
    let training = plan.data.parts.training
    let point = try plan.hardware.point(
      for: correction.removed(from: initial), plan.method, plan.methodSettings,
      spec: plan.quantization, training: training, work: work)
    let method = try plan.gradientMethod(point.points, correction: correction).prepared(
      for: initial, settings: plan.settings, seed: seed, work: work)
    let trainer = try NetworkTrainer(
      topology: initial.topology, settings: plan.settings, seed: seed,
      data: (training, plan.data.parts.test), file: plan.data.file, method: method,
      stage: start == nil ? .training : .fineTuning,
      work: work)
    let folder = TrainingFolder(
      path: path, trainer: trainer, origin: origin,
      method: plan.methodEntries + (start.map { [("start_sha256", $0.digest)] } ?? [])
        + (corrected.map { [("bias_examples", "\($0.examples)")] } ?? [])
        + plan.hardware.entries + point.entries + foundWindow(by: method)
        + plan.quantizationEntries, start: begun)
    let label = plan.method == .conventional ? nil : plan.method.rawValue
    let state = try run(folder, label, timer, progress, stopRequested)
    let outcome = Outcome(state: state, imagesPerSecond: timer.rate)
    guard plan.isQuantized else { return outcome }
    let result = try judged(trainer.deployed(state.result), correction)
    try writeQuantization(of: result)
    if plan.hardware.reportsSensitivity(of: plan.method) {
      try writeReport(
        from: try judged(trainer.deployed(initial), correction), to: result, without: correction,
        at: point, state: state, folder)
    }
    return outcome
  }

  /// The window that was searched, by its key in `training.yaml`; none where one was given.
  private func foundWindow(by method: any GradientMethod) -> [(key: String, value: String)] {
    guard plan.methodSettings.gradientWindow == .searched,
      let window = (method as? DifferenceGradient)?.window
    else { return [] }
    return [("gradient_window_found", window.text)]
  }

  /// Trains with clipping; the recipe without clipping as a conventional training.
  private func clipped(
    _ settings: NetworkTrainingSettings, _ timer: TrainTimer, _ progress: TrainingProgress,
    _ stopRequested: () -> Bool
  ) throws -> (Network, digest: String) {
    let trainer = try NetworkTrainer(
      topology: plan.topology, settings: settings, seed: seed,
      data: (plan.data.parts.training, plan.data.parts.test), file: plan.data.file, work: work)
    let first = settings.weightClip == nil ? TrainingMethod.conventional : .weightClipping
    let folder = TrainingFolder(
      path: "\(path)/\(Self.startFolder)", trainer: trainer, origin: origin,
      method: [("method", first.rawValue)]
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
      if let first, state.epoch > first {
        timer.count(folder.trainer.examples(ofEpoch: state.epoch - 1))
      }
      first = first ?? state.epoch
      try writePage(of: state, to: folder)
    }
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
    try plan.hardware.check(model.integers, plan.method)
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
