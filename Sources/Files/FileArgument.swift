import Foundation

/// Texts that are a file's path or the name of something built in.
public enum FileArgument {
  /// Whether a text is meant as a file's path: it looks like one, or is there.
  public static func isPath(_ text: String) -> Bool {
    text.contains("/") || text.contains(".") || FileManager.default.fileExists(atPath: text)
  }
}
