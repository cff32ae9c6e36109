import Files
import Foundation
import Quantities

/// A program of the user's that fine-tunes networks, for method `external`.
public struct ExternalCommand: Hashable, Sendable {
  /// The program, found as a shell finds it, and its arguments; the folder of a training is one more.
  public let words: [String]
  /// What one training may take, by the clock on the wall.
  public let timeLimit: Delay

  /// - Precondition: at least one word, none with a NUL; a positive limit.
  public init(words: [String], timeLimit: Delay) {
    precondition(!words.isEmpty && !words.contains { $0.contains("\0") }, "no command")
    precondition(timeLimit > Delay(0), "no time")
    self.words = words
    self.timeLimit = timeLimit
  }

  /// The words, a blank between them, as rows print them.
  public var text: String { words.joined(separator: " ") }

  /// Those of the words that are files, such as a script, in their order.
  ///
  /// - Throws: `InputError` 66 if one cannot be read, 65 if one has more than 256 MiB.
  func files() throws -> [EvaluationInputs.FileDigest] {
    try words.filter { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }.map { try EvaluationInputs.FileDigest(of: $0) }
  }

  /// What results that rest on this command are stored under: its words, and the bytes of its files.
  /// The limit changes no result.
  public func identity(_ files: [EvaluationInputs.FileDigest]) -> String {
    let parts: [JSONValue] = [
      .array(words.map(JSONValue.text)), .array(files.map { .text("\($0.digest)") }),
    ]
    return Digest(of: JSONValue.array(parts).canonicalText).description
  }
}
