import Foundation

/// The rule for a command's outputs: no two of them are one file.
public enum DistinctOutputs {
  /// Refuses two options that would write the same file, links and dots in their paths resolved.
  ///
  /// Devices and pipes, such as `/dev/null`, take any number of outputs.
  /// - Parameter outputs: options with their paths, nil where an option was not given.
  /// - Throws: `InputError` 64 that names both options.
  public static func check(_ outputs: KeyValuePairs<String, String?>) throws {
    var options: [String: String] = [:]
    for (option, path) in outputs {
      guard let path, let file = file(path) else { continue }
      if let other = options.updateValue(option, forKey: file) {
        throw InputError(
          .usage, "\(other) and \(option) both write '\(path)': give each its own file")
      }
    }
  }

  /// The file that a path leads to, or nil if it is a device or a pipe.
  ///
  /// - Parameter links: how many may still be followed to a file that is not there yet.
  private static func file(_ path: String, links: Int = 40) -> String? {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else { return nil }
      return real(path) ?? path
    }
    // Not there yet: its folder tells.
    let name = (path as NSString).lastPathComponent
    let folder = (path as NSString).deletingLastPathComponent
    if links > 0, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
      let isAbsolute = target.hasPrefix("/")
      return file(
        isAbsolute ? target : (folder as NSString).appendingPathComponent(target), links: links - 1)
    }
    return real(folder.isEmpty ? "." : folder).map { $0 + "/" + name } ?? path
  }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
