import Files
import Foundation

extension DatasetFiles {
  /// The digits that are part of the program.
  static var digits: DatasetFiles {
    DatasetFiles(
      name: KnownDataset.digits.rawValue, format: .embedded, paths: [Dataset.digitsPath],
      labels: ["Sources/Datasets/Resources/digits.csv"])
  }

  /// The files of a dataset in a folder of datasets: `NAME/` in one of the forms, `NAME.npz` or
  /// `NAME.csv`; nil if there is nothing.
  ///
  /// - Throws: `InputError` 66 if only a part of the files is there; 65 if several archives are.
  static func find(_ name: String, in folder: String) throws -> DatasetFiles? {
    let inside = folder.hasSuffix("/") ? folder + name : folder + "/" + name
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: inside)) ?? [])
    func files(_ format: Format, _ files: [String]) -> DatasetFiles {
      DatasetFiles(
        name: name, format: format, paths: files.map { inside + "/" + $0 },
        labels: files.map { name + "/" + $0 })
    }
    if let found = try set(idxNames, among: names, in: inside) { return files(.idx, found) }
    if let found = try set(npyNames, among: names, in: inside) { return files(.npy, found) }
    let archives = names.filter { $0.hasSuffix(".npz") && !$0.hasPrefix(".") }.sorted()
    if let archive = archives.count > 1
      ? archives.first(where: { $0 == name + ".npz" })
      : archives.first
    {
      return files(.npz, [archive])
    }
    guard archives.isEmpty else {
      throw InputError(
        .badData, at: SourceLocation(file: inside),
        "holds several archives (\(archives.prefix(4).joined(separator: ", "))): keep one, or name "
          + "it \(name).npz")
    }
    if names.contains("train.csv") {
      return files(.csv, ["train.csv"] + (names.contains("test.csv") ? ["test.csv"] : []))
    }
    for format in [Format.npz, .csv] where isFile("\(inside).\(format.rawValue)") {
      return DatasetFiles(
        name: name, format: format, paths: ["\(inside).\(format.rawValue)"],
        labels: ["\(name).\(format.rawValue)"])
    }
    return nil
  }

  /// The names, by part, that files of a form have: the usual one first.
  private static let idxNames = [
    ["train-images-idx3-ubyte", "train-images.idx3-ubyte"],
    ["train-labels-idx1-ubyte", "train-labels.idx1-ubyte"],
    ["t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"],
    ["t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"],
  ]
  private static let npyNames = [
    ["x_train.npy"], ["y_train.npy"], ["x_test.npy"], ["y_test.npy"],
  ]

  /// One file of each part, plain or packed; the first two alone if both others are missing.
  private static func set(
    _ parts: [[String]], among names: Set<String>, in folder: String
  ) throws -> [String]? {
    let found = parts.map { part in
      part.flatMap { [$0, $0 + ".gz"] }.first { names.contains($0) }
    }
    guard found.contains(where: { $0 != nil }) else { return nil }
    let needed = found[2] == nil && found[3] == nil ? 2 : 4
    if let missing = (0..<needed).first(where: { found[$0] == nil }) {
      throw InputError(
        .missingInput, at: SourceLocation(file: folder + "/" + parts[missing][0]),
        "is missing (also with .gz), which belongs to the other files of the folder")
    }
    return found.compactMap { $0 }
  }

  static func isFile(_ path: String) -> Bool {
    var isFolder = ObjCBool(false)
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }
}
