import Datasets
import ErrorTables
import Files

/// The training part as an external trainer gets it; never the test part.
struct ExternalData: Sendable {
  static let featuresFile = "training_features.npy"
  static let labelsFile = "training_labels.npy"

  let dataset: Dataset
  let features: ExternalFile
  let labels: ExternalFile

  init(_ training: Dataset) {
    dataset = training
    features = ExternalFile(
      Self.featuresFile,
      NPYHeader.bytes(type: "|u1", shape: [training.count] + training.featureShape)
        + training.features)
    labels = ExternalFile(
      Self.labelsFile, NPYHeader.bytes(type: "|u1", shape: [training.count]) + training.labels)
  }

  /// What the request says of it.
  var json: JSONValue {
    .object([
      "name": .text(dataset.name), "examples": .integer(dataset.count),
      "feature_shape": .array(dataset.featureShape.map(JSONValue.integer)),
      "feature_maximum": .integer(dataset.featureMaximum),
      "classes": .integer(dataset.classCount), "features": .text(Self.featuresFile),
      "labels": .text(Self.labelsFile),
    ])
  }
}

/// A file of a trainer's folder before it is written.
struct ExternalFile: Sendable {
  let name: String
  let bytes: [UInt8]
  let digest: Digest

  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    digest = Digest(of: bytes)
  }
}
