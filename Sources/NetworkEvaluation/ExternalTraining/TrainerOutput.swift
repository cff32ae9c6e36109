import Files
import Foundation

/// What a trainer prints: lines of progress, and others that go into a log.
final class TrainerOutput {
  /// The last line on standard error that is not blank, cut to 200 characters; empty without one.
  private(set) var lastError = ""
  private var output = LineSplitter()
  private var errors = LineSplitter()
  private let log: Int32
  private var room = maximumLog
  private let progress: (_ done: Int, _ total: Int) -> Void

  /// The most bytes of a log; what follows is dropped.
  static let maximumLog = 16 << 20

  /// - Parameter path: of the log, which must not be there yet.
  /// - Throws: `InputError` 73 if that cannot be made.
  init(log path: String, progress: @escaping (_ done: Int, _ total: Int) -> Void) throws {
    log = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard log >= 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "cannot be made: \(String(cString: strerror(errno)))")
    }
    self.progress = progress
  }

  deinit { close(log) }

  /// Takes what stands on standard output.
  ///
  /// - Throws: `InputError` 65 at a line of progress that is none.
  func takeOutput(_ bytes: ArraySlice<UInt8>) throws {
    keep(bytes)
    for line in output.lines(in: bytes) { try take(line) }
  }

  /// Takes what stands on standard error.
  func takeErrors(_ bytes: ArraySlice<UInt8>) {
    keep(bytes)
    for line in errors.lines(in: bytes) { note(line) }
  }

  /// Takes what stands behind the last line feed.
  ///
  /// - Throws: as `takeOutput`.
  func finish() throws {
    if let line = errors.rest() { note(line) }
    if let line = output.rest() { try take(line) }
  }

  private func note(_ line: String) {
    if !line.allSatisfy(\.isWhitespace) { lastError = Self.cut(line) }
  }

  /// `progress DONE TOTAL`, anything behind it; lines that begin with another word are not looked at.
  private func take(_ line: String) throws {
    let words = line.split(separator: " ")
    guard words.first == "progress" else { return }
    guard words.count >= 3, let done = Self.count(words[1]), let total = Self.count(words[2]),
      done <= total, total > 0
    else {
      throw InputError(
        .badData,
        "prints '\(Self.cut(line))', which is not 'progress DONE TOTAL' with whole numbers, "
          + "DONE ≤ TOTAL")
    }
    progress(done, total)
  }

  private static func count(_ word: Substring) -> Int? {
    word.count <= 9 && word.allSatisfy { ("0"..."9").contains($0) } ? Int(word) : nil
  }

  private static func cut(_ line: String) -> String { String(line.prefix(200)) }

  /// A log that cannot be written costs no training.
  private func keep(_ bytes: ArraySlice<UInt8>) {
    let kept = bytes.prefix(room)
    room -= kept.count
    kept.withUnsafeBytes { _ = write(log, $0.baseAddress, $0.count) }
  }
}
