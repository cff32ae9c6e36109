import ArrayFiles
import Files

/// The table of `axtrain datasets`.
public enum DatasetListing {
  public static let columns = [
    ColumnDefinition("name", "What the dataset is called: its folder or file."),
    ColumnDefinition(
      "training_examples", "Examples of the training part; all where there is no test part."),
    ColumnDefinition("test_examples", "Examples of the test part; empty where there is none."),
    ColumnDefinition("features", "Features of an example."),
    ColumnDefinition("feature_shape", "Their lengths, such as 28x28: rows and columns."),
    ColumnDefinition("classes", "Classes; labels are 0 to one less."),
    ColumnDefinition("feature_maximum", "The value that stands for 1.0, at most 255."),
    ColumnDefinition("features_are", "kept: whole numbers; encoded: real numbers, made 8-bit."),
    ColumnDefinition("format", "embedded, idx, npz, npy or csv."),
    ColumnDefinition("path", "The first file."),
    ColumnDefinition("bytes", "Bytes of all its files."),
    ColumnDefinition(
      "sha256",
      "SHA-256 of its files one after the other: training features and labels, then those of the "
        + "test part."),
    ColumnDefinition("problem", "Why it cannot be read; empty if it can."),
  ]

  /// A row of a dataset, which is read to its end.
  ///
  /// - Throws: `InputError` as `DatasetFiles.load`.
  public static func row(
    _ files: DatasetFiles, labelColumn: String = DatasetFiles.labelColumn
  ) throws -> [CellValue] {
    // The files' bytes are gone before the examples come.
    let (size, digest) = try identity(of: files)
    let parts = try files.load(testFraction: 0, splitSeed: 0, labelColumn: labelColumn)
    let training = parts.training
    return [
      .text(files.name), .integer(training.count),
      parts.hasOwnTest ? .integer(parts.test.count) : .missing, .integer(training.featureCount),
      .text(training.featureShape.map(String.init).joined(separator: "x")),
      .integer(training.classCount), .integer(training.featureMaximum),
      .text(parts.scale == nil ? "kept" : "encoded"), .text(files.format.rawValue),
      .text(files.paths[0]), .integer(size), .text(digest.description),
      .missing,
    ]
  }

  /// The size and hash of all files, one after the other.
  ///
  /// - Throws: `InputError` 66 if one is gone.
  public static func identity(of files: DatasetFiles) throws -> (size: Int, digest: Digest) {
    var bytes: [UInt8] = []
    for path in files.paths {
      bytes += try InputFile.bytes(of: path, limit: ArrayFile.maximumBytes)
    }
    return (bytes.count, Digest(of: bytes))
  }

  /// A row of a dataset that cannot be read.
  public static func row(failed name: String, _ error: InputError) -> [CellValue] {
    columns.map {
      switch $0.name {
      case "name": .text(name)
      case "path": error.location.map { .text($0.file) } ?? .missing
      case "problem": .text(error.description)
      default: .missing
      }
    }
  }
}
