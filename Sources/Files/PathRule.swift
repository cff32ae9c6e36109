import Foundation

/// The rule for paths that a spec names: inside the working directory, symbolic links included.
public enum PathRule {
  /// Refuses a path that leaves the working directory.
  ///
  /// - Throws: `InputError` 65 at the spec's location.
  public static func check(_ path: String, at location: SourceLocation?) throws {
    let here = URL(filePath: FileManager.default.currentDirectoryPath).resolvingSymlinksInPath()
      .standardizedFileURL.path(percentEncoded: false)
    let root = here.hasSuffix("/") ? here : here + "/"
    let resolved = URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL
      .path(percentEncoded: false)
    guard resolved.hasPrefix(root), !path.contains("\0") else {
      throw InputError(
        .badData, at: location,
        "'\(path)' is outside the working directory: move it inside, or pass --allow-outside")
    }
  }
}
