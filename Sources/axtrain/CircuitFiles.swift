import Files
import Foundation

/// The netlist files that a command line names.
enum CircuitFiles {
  private static let extensions: Set<String> = ["v", "sv", "blif"]

  /// The files in the order given; a folder stands for the netlists in it and in its folders, in the
  /// order of their paths.
  ///
  /// - Throws: `InputError` 66 if a path is not there, or a folder has no netlists.
  static func expanded(_ paths: [String]) throws -> [String] {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw InputError(
          .missingInput, at: SourceLocation(file: path),
          "is not there: name a netlist or a folder of netlists")
      }
      guard isFolder.boolValue else {
        files.append(path)
        continue
      }
      let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
      let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      let found = names.filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) }
      guard !found.isEmpty else {
        throw InputError(
          .missingInput, at: SourceLocation(file: path),
          "has no netlists: files that end in .v, .sv or .blif")
      }
      files += found.sorted().map { "\(folder)/\($0)" }
    }
    return files
  }

  /// A file's name without its folder and extension.
  static func stem(_ file: String) -> String {
    ((file as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  /// - Throws: `InputError` 64 if two files would be written under the same name.
  static func checkNamesDiffer(_ files: [String]) throws {
    var seen: [String: String] = [:]
    for file in files {
      if let other = seen.updateValue(file, forKey: stem(file)) {
        throw InputError(
          .usage,
          "'\(other)' and '\(file)' would be written under the same name: validate them one by one")
      }
    }
  }
}
