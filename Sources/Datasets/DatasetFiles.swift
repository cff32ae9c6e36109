import ArrayFiles
import Files
import Foundation

/// Where a dataset was found, and in which form.
public struct DatasetFiles: Sendable, Hashable {
  /// The forms in which datasets are read.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Part of the program.
    case embedded
    /// Four IDX files with the names of MNIST's, plain or packed by gzip.
    case idx
    /// Arrays `x_train`, `y_train` and perhaps `x_test`, `y_test` of an NPZ archive.
    case npz
    /// The same arrays, each an NPY file.
    case npy
    /// `train.csv` and perhaps `test.csv`, or one file with another name.
    case csv
  }

  public let name: String
  public let format: Format
  /// Features of the training part, its labels, features of the test part, its labels; or fewer
  /// files that hold all of them.
  public let paths: [String]
  /// What manifests call the files: their paths inside the folder of datasets.
  public let labels: [String]

  /// One CSV file, wherever it stands.
  public static func csv(_ path: String, name: String) -> DatasetFiles {
    DatasetFiles(name: name, format: .csv, paths: [path], labels: [path])
  }

  /// The column of labels of a CSV file, unless another is named.
  public static let labelColumn = "label"

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - testFraction: of each class, for the test part where the files have none.
  ///   - splitSeed: as in `Dataset.split(testFraction:seed:)`.
  ///   - labelColumn: of a CSV file.
  /// - Precondition: `testFraction` in 0 … 1.
  /// - Throws: `InputError` 66 if a file is gone; 65 at the place of whatever is wrong in it, and
  ///   where a known dataset does not have its size.
  public func load(
    testFraction: Double, splitSeed: UInt64,
    labelColumn: String = DatasetFiles.labelColumn
  ) throws -> DatasetParts {
    if format == .embedded {
      let (training, test) = try Dataset.digits().split(
        testFraction: testFraction, seed: splitSeed)
      return DatasetParts(training: training, test: test, hasOwnTest: false)
    }
    let (training, test) = try examples(labelColumn: labelColumn)
    try checkSize(training, test)
    return try DatasetParts(
      name, training: training, test: test, file: paths[paths.count - 1],
      testFraction: testFraction, splitSeed: splitSeed)
  }

  private func examples(labelColumn: String) throws -> (RawExamples, RawExamples?) {
    switch format {
    case .embedded, .csv:
      return try DatasetCSV.parts(contentsOf: paths, labelColumn: labelColumn)
    case .idx, .npy:
      func part(_ first: Int) throws -> RawExamples {
        let arrays = try paths[first..<first + 2].map {
          (
            array: format == .idx
              ? try IDXReader.array(contentsOf: $0) : try NPYReader.array(contentsOf: $0),
            file: $0
          )
        }
        return try RawExamples(
          features: arrays[0], labels: arrays[1], featureMaximum: format == .idx ? 255 : nil)
      }
      return (try part(0), paths.count > 2 ? try part(2) : nil)
    case .npz:
      let file = try NPZFile(contentsOf: paths[0])
      func part(_ suffix: String) throws -> RawExamples {
        try RawExamples(
          features: (try file.array("x_\(suffix)"), paths[0]),
          labels: (try file.array("y_\(suffix)"), paths[0]))
      }
      return (try part("train"), file.names.contains("x_test") ? try part("test") : nil)
    }
  }

  /// A dataset with a known name is that dataset.
  private func checkSize(_ training: RawExamples, _ test: RawExamples?) throws {
    guard let size = KnownDataset(rawValue: name)?.size else { return }
    let found = KnownDataset.Size(
      training: training.count, test: test?.count ?? 0, features: training.featureCount,
      classes: Dataset.largest(of: training.labels) + 1)
    guard found == size else {
      throw InputError(
        .badData, at: SourceLocation(file: paths[0]),
        "is not \(name): has \(found.text), not \(size.text); "
          + "give a dataset of your own another name")
    }
  }
}

extension KnownDataset.Size {
  var text: String {
    "\(training) + \(test) examples of \(features) features in \(classes) classes"
  }
}
