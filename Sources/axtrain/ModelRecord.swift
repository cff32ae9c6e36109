import Files
import Foundation
import Training

/// What a model's `training.yaml` says of the data that it was trained on.
struct ModelRecord {
  private let values: [String: String]

  /// - Returns: nil where the folder has no record.
  /// - Throws: `InputError` 65 if it cannot be read as one.
  init?(folder: String) throws {
    let path = "\(folder)/\(TrainingFolder.recordFile)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    values = try Dictionary(
      StrictYAML(contentsOf: path).entries().map { ($0.key, try $0.value.text()) },
      uniquingKeysWith: { first, _ in first })
  }

  var dataset: String? { values["dataset"] }
  var testFraction: Double? { values["test_fraction"].flatMap(Double.init) }
  var splitSeed: UInt64? { values["split_seed"].flatMap { UInt64($0) } }

  /// What differs between the model's data and those that it is judged on now.
  func differences(from data: TrainingData.Loaded) -> [String] {
    var differences: [String] = []
    let now = Dictionary(data.origin.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
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
