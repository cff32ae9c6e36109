import Foundation

/// Writes whole files or nothing: beside the final name, synced, then renamed.
public enum OutputFile {
  /// Puts these bytes under the path. Readers see the old file or the whole new one, never a part.
  ///
  /// A symbolic link stays, and the file that it leads to is written; what is no file, such as a
  /// device or a pipe, is written into.
  ///
  /// - Throws: `InputError` 73 if the file cannot be made, 74 if it cannot be written to its end.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      return try replace(path, with: bytes)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return try write(bytes, into: path) }
    guard let resolved = realpath(path, nil) else { return try replace(path, with: bytes) }
    defer { free(resolved) }
    try replace(String(cString: resolved), with: bytes, named: path)
  }

  /// Writes into a device or a pipe.
  private static func write(_ bytes: [UInt8], into path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: path),
        "cannot be written to: \(InputFile.systemMessage(errno))")
    }
    let isWritten = writeAll(bytes, to: descriptor)
    let reason = InputFile.systemMessage(errno)
    guard close(descriptor) == 0, isWritten else {
      throw InputError(
        .inputOutput, at: SourceLocation(file: path), "could not be written: \(reason)")
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Foundation.write(descriptor, raw.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  /// - Parameter name: of the file in errors; its path unless given.
  private static func replace(
    _ path: String, with bytes: [UInt8], named name: String? = nil
  ) throws {
    let temporary = path + ".\(getpid()).partial"
    let name = name ?? path
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw InputError(
        .cannotCreate, at: SourceLocation(file: name),
        "cannot be made: \(InputFile.systemMessage(errno))")
    }
    func fail(_ what: String) -> InputError {
      let reason = InputFile.systemMessage(errno)
      close(descriptor)
      unlink(temporary)
      return InputError(.inputOutput, at: SourceLocation(file: name), "\(what): \(reason)")
    }
    guard writeAll(bytes, to: descriptor) else { throw fail("could not be written") }
    guard fsync(descriptor) == 0 else { throw fail("could not be synced") }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let reason = InputFile.systemMessage(errno)
      unlink(temporary)
      throw InputError(
        .inputOutput, at: SourceLocation(file: name), "could not be put in place: \(reason)")
    }
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
