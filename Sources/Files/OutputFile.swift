import Foundation
import Synchronization

/// Writes whole files or nothing: beside the final name, synced, then renamed.
public enum OutputFile {
  /// Puts these bytes under the path. Readers see the old file or the whole new one, never a part.
  ///
  /// A symbolic link stays, and the file that it leads to is written; what is no file, such as a
  /// device or a pipe, is written into.
  ///
  /// - Throws: `InputError` 73 if the file cannot be made, 74 if it cannot be written to its end.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try put(path) { file in file.write(bytes) }
  }

  /// Puts what the body writes under the path, as `write(_:to:)` does, and holds only a piece of it.
  ///
  /// - Throws: as `write(_:to:)`; what the body throws, and then nothing is put there.
  public static func writePieces<Result>(
    to path: String, _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    try put(path, body)
  }

  /// Passes on to standard output what the body writes, a piece at a time, that before an error too.
  ///
  /// - Throws: `InputError` 74 if it cannot be written to its end; what the body throws.
  public static func writePiecesToStandardOutput<Result>(
    _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    let file = PiecewiseFile(descriptor: STDOUT_FILENO)
    defer { file.flush() }
    let result = try body(file)
    file.flush()
    if let failure = file.failure {
      throw InputError(
        .inputOutput,
        "standard output could not be written: \(InputFile.systemMessage(failure))")
    }
    return result
  }

  /// Refuses an output that would take the place of a file that this process has read.
  ///
  /// - Parameter remedy: what the message says to do.
  /// - Throws: `InputError` 64.
  public static func checkIsNoInput(
    _ path: String, orElse remedy: String = "name another file"
  ) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      FileIdentity(status).wasRead
    else { return }
    throw InputError(
      .usage,
      "'\(path)' is an input of this command, which its output would replace: \(remedy)")
  }

  /// Files and folders that are being written beside their final names.
  static let unfinished = Mutex<Set<String>>([])

  /// Writes something beside its final name, to be removed if the process ends before.
  package static func whileUnfinished<Result>(
    _ temporary: String, _ body: () throws -> Result
  ) rethrows -> Result {
    unfinished.withLock { _ = $0.insert(temporary) }
    defer { unfinished.withLock { _ = $0.remove(temporary) } }
    return try body()
  }

  /// Removes what is not finished, and ends the process in the middle of its work.
  ///
  /// - Parameter end: does not return; until it has ended the process no output is begun or finished.
  public static func removeUnfinished(andThen end: () -> Never) -> Never {
    unfinished.withLock { paths in
      for path in paths { try? FileManager.default.removeItem(atPath: path) }
      end()
    }
  }

  private static func put<Result>(
    _ path: String, _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    guard !path.isEmpty else {
      throw InputError(.cannotCreate, "an output without a name: name a file")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { return try replace(path, named: path, body) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path), "is a folder: name a file in it")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return try write(into: path, body) }
    guard let resolved = realpath(path, nil) else {
      return try replace(path, named: path, body)
    }
    defer { free(resolved) }
    return try replace(String(cString: resolved), named: path, body)
  }

  /// Writes into a device or a pipe.
  private static func write<Result>(
    into path: String, _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "cannot be written to: \(InputFile.systemMessage(errno))")
    }
    let file = PiecewiseFile(descriptor: descriptor)
    let result: Result
    do {
      result = try body(file)
    } catch {
      close(descriptor)
      throw error
    }
    file.flush()
    guard close(descriptor) == 0, file.failure == nil else {
      let reason = InputFile.systemMessage(file.failure ?? errno)
      throw InputError(
        .inputOutput, at: SourceLocation(file: path), "could not be written: \(reason)")
    }
    return result
  }

  /// - Parameter name: of the file in errors.
  private static func replace<Result>(
    _ path: String, named name: String, _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    let temporary = path + ".\(getpid()).partial"
    return try whileUnfinished(temporary) {
      try replace(path, by: temporary, named: name, body)
    }
  }

  private static func replace<Result>(
    _ path: String, by temporary: String, named name: String,
    _ body: (PiecewiseFile) throws -> Result
  ) throws -> Result {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: name),
        "cannot be made: \(InputFile.systemMessage(errno))")
    }
    func fail(_ what: String, _ number: Int32) -> InputError {
      let reason = InputFile.systemMessage(number)
      close(descriptor)
      unlink(temporary)
      return InputError(.inputOutput, at: SourceLocation(file: name), "\(what): \(reason)")
    }
    let file = PiecewiseFile(descriptor: descriptor)
    let result: Result
    do {
      result = try body(file)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    file.flush()
    if let failure = file.failure { throw fail("could not be written", failure) }
    guard fsync(descriptor) == 0 else { throw fail("could not be synced", errno) }
    guard close(descriptor) == 0, unfinished.withLock({ _ in rename(temporary, path) }) == 0 else {
      let reason = InputFile.systemMessage(errno)
      unlink(temporary)
      throw InputError(
        .inputOutput, at: SourceLocation(file: name), "could not be put in place: \(reason)")
    }
    return result
  }

  /// Puts this text, in UTF-8, under the path; as `write(_:to:)` for bytes.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Makes a folder with its parents.
  ///
  /// - Throws: `InputError` 73 if it cannot be made, or is there and cannot be written to.
  public static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "the folder cannot be made: name another output folder or change its permissions")
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "the folder cannot be written to: name another output folder or change its permissions")
    }
  }
}
