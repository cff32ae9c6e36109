import Files
import Foundation
import ModelFiles
import Networks

/// The folder of one training: its checkpoint while it runs, and what comes of it.
///
/// `weights.safetensors` and `topology.yaml` are the network, `training.yaml` says how it was made,
/// `history.csv` has a row an epoch. All are the same bytes for the same settings, whether the
/// training was stopped, killed or neither, on any number of threads.
public struct TrainingFolder: Sendable {
  public static let checkpointFile = "checkpoint.safetensors"
  public static let recordFile = "training.yaml"
  public static let historyFile = "history.csv"

  public let path: String
  public let trainer: NetworkTrainer
  /// All that the result depends on, by the keys of `training.yaml`.
  public let settings: [(key: String, value: String)]
  /// Where training begins; nil: with weights from the seed.
  private let start: Network?
  private let checkpoint: TrainingCheckpoint

  /// - Parameters:
  ///   - origin: what the result depends on beside topology, seed and settings: the dataset, the
  ///     versions of programs.
  ///   - method: the trainer's method and all that it depends on, `method` first.
  ///   - start: of the trainer's topology; what identifies it is in `method`.
  public init(
    path: String, trainer: NetworkTrainer, origin: [(key: String, value: String)],
    method: [(key: String, value: String)] = [("method", TrainingMethod.conventional.rawValue)],
    start: Network? = nil
  ) {
    self.path = path
    self.trainer = trainer
    self.start = start
    let topology = trainer.topology
    settings =
      origin
      + [
        ("topology", topology.name), ("topology_sha256", Digest(of: topology.yaml).description),
        ("seed", "\(trainer.seed)"),
      ] + method + trainer.settings.entries
    checkpoint = TrainingCheckpoint(path: "\(path)/\(Self.checkpointFile)", settings: settings)
  }

  /// Trains to the end, from the checkpoint where there is one, and writes what came of it.
  ///
  /// - Parameters:
  ///   - stopRequested: asked before each step.
  ///   - epochEnded: called once at the beginning with the state that is on disk, then after each epoch.
  /// - Throws: `InputError` 65 if training diverges or fails (`NetworkTrainer.check`, `checkHope`) or
  ///   the folder has another training, 73 or 74 if a file cannot be written, 75 if stopped. The last
  ///   checkpoint stays, whose place no epoch takes that is no better than guessing on the training part
  ///   where one before was; if training failed and no epoch was, that of the beginning.
  @discardableResult
  public func run(
    stopRequested: () -> Bool = { false }, epochEnded: (NetworkTrainingState) throws -> Void
  ) throws -> NetworkTrainingState {
    try OutputFile.makeFolder(path)
    var state = try open()
    try epochEnded(state)
    var kept = Kept(
      epoch: state.epoch, isGood: state.epoch > 0 && trainer.isBetterThanGuessing(state))
    while !trainer.isFinished(state) {
      state = try epoch(after: state, kept: kept, stopRequested: stopRequested)
      let isGood = trainer.isBetterThanGuessing(state)
      if isGood || !kept.isGood || trainer.isFinished(state) {
        try checkpoint.write(state)
        kept = Kept(epoch: state.epoch, isGood: isGood)
      }
      try writeHistory(state)
      try epochEnded(state)
    }
    try writeHistory(state)
    try ModelFolder.write(trainer.deployed(state.result), to: path)
    try OutputFile.write(record(of: state), to: "\(path)/\(Self.recordFile)")
    return state
  }

  /// The checkpoint on disk.
  private struct Kept {
    let epoch: Int
    /// Whether it is of an epoch that was better than guessing.
    let isGood: Bool
  }

  /// One more epoch, and whether its network has learned anything: after the last one, and where
  /// nothing is to be expected of the rest.
  private func epoch(
    after state: NetworkTrainingState, kept: Kept, stopRequested: () -> Bool
  ) throws -> NetworkTrainingState {
    do {
      let state = try trainer.epoch(after: state, stopRequested: stopRequested)
      if trainer.isFinished(state) {
        try trainer.check(state.result, from: start)
      } else {
        try trainer.checkHope(state.history.map(\.training), of: state.result)
      }
      return state
    } catch let error as InputError where error.status == .stopped {
      throw InputError(
        .stopped,
        "\(error.message): \(kept.epoch) are kept; run the same command again to go on")
    } catch let error as InputError where error.status == .badData && kept.epoch > 0 {
      guard kept.isGood else {
        try checkpoint.write(trainer.start(from: start))
        throw InputError(
          .badData, at: error.location,
          "\(error.message); no epoch was better than guessing, and no checkpoint of one is kept")
      }
      throw InputError(
        .badData, at: error.location,
        "\(error.message); the checkpoint of epoch \(kept.epoch) is kept")
    }
  }

  /// The state of the checkpoint, or the first one, which is put on disk: so that a folder that cannot
  /// be written to is found before the first epoch, and another training finds this one there.
  private func open() throws -> NetworkTrainingState {
    if FileManager.default.fileExists(atPath: checkpoint.path) {
      return try checkpoint.read(for: trainer)
    }
    for file in [ModelFolder.weightsFile, Self.recordFile] {
      let other = "\(path)/\(file)"
      guard !FileManager.default.fileExists(atPath: other) else {
        throw InputError(
          .cannotCreate, at: SourceLocation(file: other),
          "is there, but no \(Self.checkpointFile) of this training: name another folder")
      }
    }
    let state = trainer.start(from: start)
    try checkpoint.write(state)
    return state
  }

  private func writeHistory(_ state: NetworkTrainingState) throws {
    try OutputFile.write(
      EpochRecord.table(state.history).csv, to: "\(path)/\(Self.historyFile)")
  }

  /// The text of `training.yaml`: the settings, then the result.
  func record(of state: NetworkTrainingState) -> String {
    var entries = settings
    entries.append(("epochs_run", "\(state.epoch)"))
    if let record = state.resultRecord {
      entries += [
        ("result_epoch", "\(record.epoch)"), ("test_examples", "\(record.test.count)"),
        ("test_correct", "\(record.test.correct)"),
        (
          "test_accuracy_percent", CellValue.real(record.test.accuracyPercent).formatted
        ),
      ]
    }
    return entries.map { "\($0.key): \(StrictYAML.scalar($0.value))\n" }.joined()
  }
}
