import Files
import TestSupport

/// A list of 90,000 words in brackets, which is read in time that grows with its length: what hostile
/// text is compared with.
enum FlatList {
  static let text = "[" + String(repeating: "a,", count: 90_000) + "a]"

  /// Processor time that reading it takes.
  static func seconds() throws -> Double {
    try ThreadTime.seconds { _ = try StrictYAML(text: text, file: "flat.yaml") }
  }
}
