import Foundation

/// Arguments that are a file or the name of something built in.
enum FileArgument {
  /// Whether a text is meant as a file's path.
  static func isPath(_ text: String) -> Bool {
    text.contains("/") || text.contains(".") || FileManager.default.fileExists(atPath: text)
  }
}
