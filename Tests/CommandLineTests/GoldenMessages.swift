import Files
import Foundation
import TestSupport
import Testing

/// Options, and what a command says of them, as a file of `Tests/Golden` has them: a head, then parts
/// of a line `=== OPTIONS` and the message.
struct GoldenMessages {
  /// The file's name.
  let file: String

  private struct Item {
    let options: String
    let message: String
  }

  /// Holds every message, one line each, against what `actual` gives for its options; with
  /// `AXTRAIN_REMAKE` in the environment writes the file anew first.
  func check(atLeast count: Int, actual: (String) throws -> String) throws {
    let path = Repository.path("Tests/Golden/\(file)")
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      let golden = try InputFile.text(of: path)
      let head = golden.components(separatedBy: "\n=== ")[0]
      let parts = try Self.items(golden).map { "\n=== \($0.options)\n\(try actual($0.options))\n" }
      try OutputFile.write(head + parts.joined(), to: path)
    }
    let items = Self.items(try InputFile.text(of: path))
    #expect(items.count >= count)
    for item in items {
      let message = try actual(item.options)
      #expect(message == item.message, "\(item.options)")
      #expect(message.split(separator: "\n").count == 1)
    }
  }

  private static func items(_ golden: String) -> [Item] {
    golden.components(separatedBy: "\n=== ").dropFirst().compactMap { part in
      guard let end = part.firstIndex(of: "\n") else { return nil }
      return Item(
        options: String(part[..<end]),
        message: part[end...].trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}
