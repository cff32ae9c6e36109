import Files
import Foundation
import NetworkEvaluation
import Training

/// What a model's `training.yaml` says of the data that it was trained on.
struct ModelRecord {
  private let values: [String: String]
  /// The split that the test part came from; nil where the dataset has one of its own.
  let testFraction: Double?
  let splitSeed: UInt64?

  /// - Returns: nil where the folder has no record.
  /// - Throws: `InputError` 65 if it cannot be read as one, or at a share or a seed that no split has.
  init?(folder: String) throws {
    let path = "\(folder)/\(TrainingFolder.recordFile)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let entries = try StrictYAML(contentsOf: path).entries()
    values = try Dictionary(
      entries.map { ($0.key, try $0.value.text()) }, uniquingKeysWith: { first, _ in first })
    testFraction = try entries.first { $0.key == "test_fraction" }.map {
      try Self.share($0.value)
    }
    splitSeed = try entries.first { $0.key == "split_seed" }.map { try Self.seed($0.value) }
  }

  /// Above 0 and below 1.
  private static func share(_ node: StrictYAML) throws -> Double {
    let share = try node.number(in: 0...1)
    guard share > 0, share < 1 else {
      throw InputError(.badData, at: node.location, "a test fraction is above 0 and below 1")
    }
    return share
  }

  private static func seed(_ node: StrictYAML) throws -> UInt64 {
    let text = try node.text()
    guard let seed = UInt64(text) else {
      throw InputError(
        .badData, at: node.location, "'\(text)' is no seed: a whole number below 2⁶⁴ is needed")
    }
    return seed
  }

  var dataset: String? { values["dataset"] }
  /// Nil where it has its usual name.
  var labelColumn: String? { values["label_column"] }

  /// What differs between the model's data and those that it is judged on now.
  func differences(from data: TrainingData.Loaded) -> [String] {
    differences(from: Dictionary(data.origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
  }

  /// What differs between the model's data and those of a sweep, but for the bytes of a dataset of one
  /// name.
  func differences(from choice: EvaluationSetup.DatasetChoice) -> [String] {
    var now = ["dataset": choice.name]
    now["dataset_sha256"] = values["dataset_sha256"]
    now["test_fraction"] = choice.split.map { "\($0.testFraction)" }
    now["split_seed"] = choice.split.map { "\($0.seed)" }
    return differences(from: now)
  }

  private func differences(from now: [String: String]) -> [String] {
    var differences: [String] = []
    if let dataset, dataset != now["dataset"] {
      differences.append("the model was trained on \(dataset)")
    } else if let digest = values["dataset_sha256"], digest != now["dataset_sha256"] {
      differences.append("the dataset's files are not those that the model was trained on")
    } else {
      for key in ["test_fraction", "split_seed"] where values[key] != now[key] {
        differences.append(
          "the model was trained with \(key) \(values[key] ?? "of the files"): some of these test "
            + "examples may be among those that it was trained on")
      }
    }
    return differences
  }
}
