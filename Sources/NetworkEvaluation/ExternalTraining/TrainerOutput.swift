import Files
import Foundation

/// What a trainer prints: lines of progress, and others that go into a log.
final class TrainerOutput {
  /// The last line on standard error that is not blank, cut to 200 characters; empty without one.
  var lastError: String { Self.cut(lastErrorLine[...]) }
  /// Whether it printed a NUL, which no text has.
  private(set) var isRubbish = false
  private var lastErrorLine: [UInt8] = []
  private var output = LineSplitter()
  private var errors = LineSplitter()
  private let log: Int32
  private var room = maximumLog
  private let progress: (_ done: Int, _ total: Int) -> Void

  /// The most bytes of a log; what follows is dropped.
  static let maximumLog = 16 << 20
  /// The most bytes of a line on standard output.
  static let maximumLine = 1 << 20
  private static let progressWord = Array("progress".utf8)

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
  /// - Throws: `InputError` 65 at a line of progress that is none, or one of more than `maximumLine`.
  func takeOutput(_ bytes: ArraySlice<UInt8>) throws {
    keep(bytes)
    try output.forEachLine(in: bytes, take)
    guard output.longest <= Self.maximumLine else {
      throw InputError(
        .badData,
        "prints rubbish: a line of more than \(Self.maximumLine) bytes on standard output; print "
          + "lines of text")
    }
  }

  /// Takes what stands on standard error.
  func takeErrors(_ bytes: ArraySlice<UInt8>) {
    keep(bytes)
    errors.forEachLine(in: bytes, note)
  }

  /// Takes what stands behind the last end of a line.
  ///
  /// - Throws: as `takeOutput`.
  func finish() throws {
    errors.finish(note)
    try output.finish(take)
  }

  private func note(_ line: ArraySlice<UInt8>) {
    // Blanks and control characters make no line.
    if line.contains(where: { $0 > 0x20 }) { lastErrorLine = Array(line) }
  }

  /// `progress DONE TOTAL`, anything behind it; lines that begin with another word are not looked at.
  private func take(_ line: ArraySlice<UInt8>) throws {
    let blank = UInt8(ascii: " ")
    guard let first = line.firstIndex(where: { $0 != blank }),
      line[first...].starts(with: Self.progressWord)
    else { return }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
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

  private static func cut(_ line: ArraySlice<UInt8>) -> String {
    String(String(decoding: line, as: UTF8.self).prefix(200))
  }

  /// A log that cannot be written costs no training.
  private func keep(_ bytes: ArraySlice<UInt8>) {
    isRubbish =
      isRubbish
      || bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
      }
    let kept = bytes.prefix(room)
    room -= kept.count
    kept.withUnsafeBytes { _ = write(log, $0.baseAddress, $0.count) }
  }
}
