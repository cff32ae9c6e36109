import DesignSpaceExploration
import Files
import Foundation
import Randomness

/// A small sweep whose rows are known, and a file for its store that is removed at the end.
enum SweepSample {
  static let columns = ["name", "count", "value", "flag", "none"].map { ColumnDefinition($0, "") }

  static func key(_ index: Int) -> String { Digest(of: "point \(index)").description }

  static func row(_ index: Int) -> [CellValue] {
    var random = RandomStream(seed: 3, purpose: .test, index: UInt64(index))
    return [
      .text("point \"\(index)\" <é>"), .integer(index - 3), .real(random.nextUniform() * 1e-7),
      .flag(index.isMultiple(of: 2)), .missing,
    ]
  }

  static func tasks(
    _ count: Int, before: @escaping @Sendable (Int) throws -> Void = { _ in }
  ) -> [SweepTask] {
    (0..<count).map { index in
      SweepTask(key: key(index), position: index, label: "point \(index)") {
        try before(index)
        return row(index)
      }
    }
  }

  static func withFile<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    let path = NSTemporaryDirectory() + "axtrain-\(UUID().uuidString).sqlite"
    defer { remove(path) }
    return try body(path)
  }

  static func withAsyncFile<Result>(_ body: (String) async throws -> Result) async rethrows
    -> Result
  {
    let path = NSTemporaryDirectory() + "axtrain-\(UUID().uuidString).sqlite"
    defer { remove(path) }
    return try await body(path)
  }

  private static func remove(_ path: String) {
    for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) }
  }

  /// The status of the error that the body ends with.
  static func status(_ body: () throws -> Void) -> ExitStatus? {
    do { try body() } catch { return (error as? InputError)?.status }
    return nil
  }
}
