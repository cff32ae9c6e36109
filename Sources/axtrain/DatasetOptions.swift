import ArgumentParser
import Datasets

/// Where a command looks for datasets.
struct DatasetOptions: ParsableArguments {
  @Option(help: "A folder of datasets, looked into first.")
  var data: String?

  /// - Throws: `InputError` 66 if the folder is not there.
  func library() throws -> DatasetLibrary { try DatasetLibrary(data: data) }
}
