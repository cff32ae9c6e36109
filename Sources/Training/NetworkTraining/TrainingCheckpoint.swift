import Files
import ModelFiles
import Networks

/// A training on disk after whole epochs: one safetensors file, written beside and renamed, so that a
/// kill at any moment leaves the last whole one.
///
/// The arrays are the vectors of `NetworkTrainingState` and a column of the history each; FileFormats.md
/// lists them. The metadata are the settings, by their keys, and a checksum of the arrays.
public struct TrainingCheckpoint: Sendable {
  /// All that the result depends on, by its key: a training goes on with the same only.
  public let settings: [(key: String, value: String)]
  public let path: String

  private static let marker = "axtrain_checkpoint"
  private static let version = "3"
  private static let checksum = "sha256"

  /// - Precondition: keys differ from each other.
  public init(path: String, settings: [(key: String, value: String)]) {
    precondition(Set(settings.map(\.key)).count == settings.count, "a key is given twice")
    self.path = path
    self.settings = settings
  }

  /// Puts a state in the place of the one before.
  ///
  /// - Throws: `InputError` 73 if the file cannot be made, 74 if it cannot be written to its end.
  public func write(_ state: NetworkTrainingState) throws {
    var metadata = Dictionary(
      uniqueKeysWithValues: settings.map { ("setting.\($0.key)", $0.value) })
    metadata[Self.marker] = Self.version
    let arrays = Self.arrays(of: state)
    metadata[Self.checksum] = Self.digest(of: arrays)
    try SafetensorsFile.write(arrays, metadata: metadata, to: path)
  }

  /// The state of a training that was begun.
  ///
  /// - Parameter trainer: of the same settings: its vectors have their lengths. It may have more
  ///   epochs where its schedules do not depend on their number.
  /// - Throws: `InputError` 65 if the file is no checkpoint or is damaged, or is of a training with
  ///   other settings, of which the first three are named; 66 if it is gone.
  public func read(for trainer: NetworkTrainer) throws -> NetworkTrainingState {
    let file = try SafetensorsFile(contentsOf: path)
    guard file.metadata[Self.marker] == Self.version else {
      throw refusal("is no checkpoint of this version of axtrain: name another folder")
    }
    try checkSettings(file.metadata, of: trainer)
    let state = try state(of: CheckpointReader(file: file), trainer: trainer)
    guard file.metadata[Self.checksum] == Self.digest(of: Self.arrays(of: state)) else {
      throw refusal("is damaged: its checksum is not that of its arrays; remove it to begin anew")
    }
    return state
  }

  /// Of all arrays, with their names and shapes.
  private static func digest(of arrays: [(name: String, array: SafetensorsArray)]) -> String {
    Digest(of: SafetensorsFile.bytes(of: arrays)).description
  }

  private func checkSettings(
    _ metadata: [String: String], of trainer: NetworkTrainer
  ) throws {
    let known = Dictionary(uniqueKeysWithValues: settings.map { ("setting.\($0.key)", $0.value) })
    let stored = metadata.filter { $0.key.hasPrefix("setting.") }
    let order = settings.map { "setting.\($0.key)" }
    let others = stored.keys.filter { known[$0] == nil }.sorted()
    // More epochs begin as fewer do where no rate and no strength depends on their number.
    let epochs = "setting.epochs"
    let isProlonged =
      !trainer.dependsOnEpochs
      && stored[epochs].flatMap { Int($0) }.map { $0 < trainer.settings.epochs } ?? false
    let differences = (order + others).filter {
      known[$0] != stored[$0] && !($0 == epochs && isProlonged)
    }.map { key in
      "\(key.dropFirst("setting.".count)) is \(stored[key] ?? "not set") there, "
        + "\(known[key] ?? "not set") here"
    }
    guard differences.isEmpty else {
      let more = differences.count > 3 ? "; and \(differences.count - 3) more" : ""
      throw refusal(
        "belongs to a training with other settings (\(differences.prefix(3).joined(separator: "; "))"
          + "\(more)): name another folder, or remove this file to begin anew")
    }
  }

  private func refusal(_ what: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: path), what)
  }
}
