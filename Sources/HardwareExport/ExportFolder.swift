import Files
import Foundation

/// Writes a folder of files that is not there yet, whole or not at all.
package enum ExportFolder {
  /// Checks that a folder can be written, before work is done for it.
  ///
  /// - Throws: `InputError` 73 if the path is a file, or a folder that is not empty.
  package static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path), "is a file: name another output folder")
    }
    let names: [String]
    do {
      names = try files.contentsOfDirectory(atPath: path)
    } catch {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "the folder cannot be read: name another output folder")
    }
    guard names.isEmpty else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "the folder is not empty: name another one, or empty it")
    }
  }

  /// Puts files into a folder that is not there yet, or is empty; its parents are made.
  ///
  /// - Throws: `InputError` 73 as `check`, and if it cannot be made; 74 if it cannot be written.
  package static func write(_ files: [(name: String, text: String)], to path: String) throws {
    try check(path)
    let names = Set(files.map(\.name))
    try OutputFolder.write(to: path, replacing: names.contains) { folder in
      for file in files { try OutputFile.write(file.text, to: "\(folder)/\(file.name)") }
    }
  }
}
