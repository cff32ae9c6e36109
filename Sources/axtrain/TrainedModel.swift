import Files
import Foundation
import ModelFiles
import Networks
import Training

/// A trained network and the examples that it was trained and is tested on, for commands.
enum TrainedModel {
  /// - Parameter data: split as the model's record says, unless told otherwise.
  /// - Throws: `InputError` 66 or 65 at what is missing or does not fit.
  static func read(
    _ folder: String, _ data: TrainingData
  ) throws -> (network: Network, data: TrainingData.Loaded, record: ModelRecord?) {
    try check(folder)
    let network = try ModelFolder.read(folder)
    let record = try ModelRecord(folder: folder)
    let data = try data.load(splitAs: record)
    for part in [data.parts.training, data.parts.test] {
      try network.topology.check(part, file: data.file)
    }
    return (network, data, record)
  }

  /// Refuses a path that is no model's folder, with what may have been meant.
  static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      let seeds = ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted().filter {
        $0.hasPrefix("seed-")
      }
      guard seeds.isEmpty || files.fileExists(atPath: "\(path)/\(ModelFolder.topologyFile)") else {
        throw InputError(
          .missingInput, at: SourceLocation(file: path),
          "holds models in \(seeds.prefix(8).joined(separator: ", ")): name one of them")
      }
      return
    }
    throw InputError(
      .missingInput, at: SourceLocation(file: path),
      "is a file: name a model's folder, as 'axtrain train' and 'axtrain convert' write it")
  }
}
