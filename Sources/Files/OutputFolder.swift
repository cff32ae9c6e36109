import Foundation

/// Writes folders whole or not at all: beside the final name, as `PATH.partial`, then renamed.
///
/// A folder of that name stays as it is until the new one is there. What a killed run has left beside is
/// removed, or put back, by the next one. Two runs never write one folder: the second is refused.
public enum OutputFolder {
  /// Puts what the body writes under the path; its parents are made.
  ///
  /// - Parameters:
  ///   - isOwn: whether a file of this name may be removed where the folder, or one left beside, is
  ///     there; all others are somebody else's.
  ///   - refuseInput: throws for a file that this process has read.
  ///   - body: is given the folder to write into.
  /// - Throws: `InputError` 73 if the path is a file, a mount point, a link to nothing or the working
  ///   directory, holds files of other names, is being written by another run, or cannot be made; 64 if it holds an input of this process; what the
  ///   body throws, and then nothing is put there.
  public static func write<Result>(
    to path: String, replacing isOwn: (_ name: String) -> Bool,
    refuseInput: (_ file: String) throws -> Void = { try OutputFile.checkIsNoInput($0) },
    _ body: (_ folder: String) throws -> Result
  ) throws -> Result {
    let final = try resolved(path)
    let (partial, replaced) = (final + ".partial", final + ".replaced.partial")
    try OutputFile.makeFolder((final as NSString).deletingLastPathComponent)
    try check(final, isOwn, refuseInput)
    let lock = try lock(partial, for: path)
    defer { close(lock) }
    do {
      try check(partial, isOwn, refuseInput)
      try check(replaced, isOwn, refuseInput)
      if exists(replaced) && !exists(final) {
        try move(replaced, final)
      } else {
        try? FileManager.default.removeItem(atPath: replaced)
      }
    } catch {
      // Goes if it is empty: the lock made it.
      rmdir(partial)
      throw error
    }
    for name in try names(partial) {
      try? FileManager.default.removeItem(atPath: "\(partial)/\(name)")
    }
    return try OutputFile.whileUnfinished(partial) {
      do {
        let result = try body(partial)
        try check(final, isOwn, refuseInput)
        try OutputFile.unfinished.withLock { _ in try replace(final, by: partial, replaced) }
        try? FileManager.default.removeItem(atPath: replaced)
        return result
      } catch {
        try? FileManager.default.removeItem(atPath: partial)
        throw error
      }
    }
  }

  /// The absolute path of a folder, or of one that is not there yet; links to it are followed.
  private static func resolved(_ path: String) throws -> String {
    guard !path.isEmpty else {
      throw InputError(.cannotCreate, "an output folder without a name: name one")
    }
    if let real = realpath(path, nil) {
      defer { free(real) }
      let folder = String(cString: real)
      let working = FileManager.default.currentDirectoryPath
      guard folder != working, !working.hasPrefix(folder + "/"), folder != "/" else {
        throw refusal(
          path,
          "is the working directory or above it, which no folder can replace: name a folder in it"
        )
      }
      return folder
    }
    var status = stat()
    guard lstat(path, &status) != 0 else {
      throw refusal(path, "is a link to a place that is not there: name another output folder")
    }
    return URL(filePath: path).standardizedFileURL.path(percentEncoded: false).trimmingSlashes
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func names(_ folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw refusal(folder, "the folder cannot be read: name another output folder")
    }
  }

  private static func refusal(_ path: String, _ message: String) -> InputError {
    InputError(.cannotCreate, at: SourceLocation(file: path), message)
  }

  /// Refuses to take the place of what is there, if anything is.
  private static func check(
    _ path: String, _ isOwn: (String) -> Bool, _ refuseInput: (String) throws -> Void
  ) throws {
    var (status, parent) = (stat(), stat())
    guard stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw refusal(path, "is a file: name another output folder")
    }
    let above = (path as NSString).deletingLastPathComponent
    guard path != "/", stat(above, &parent) == 0, parent.st_dev == status.st_dev else {
      throw refusal(path, "is a mount point, which no folder can replace: name a folder in it")
    }
    for name in try names(path) {
      // What a killed run has left of a file.
      guard isOwn(name) || name.hasSuffix(".partial") else {
        throw refusal(
          path, "holds '\(name)', which this command does not write: name another output folder")
      }
      try refuseInput("\(path)/\(name)")
    }
  }

  /// Makes the folder beside, if it is not there, and takes its lock, which ends with the process.
  private static func lock(_ partial: String, for path: String) throws -> Int32 {
    guard mkdir(partial, 0o755) == 0 || errno == EEXIST else {
      throw refusal(path, "the folder cannot be made: \(InputFile.systemMessage(errno))")
    }
    let descriptor = open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw refusal(path, "the folder cannot be made: \(InputFile.systemMessage(errno))")
    }
    // A file system without locks is taken to have one run a folder.
    var (ours, there) = (stat(), stat())
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK,
      fstat(descriptor, &ours) == 0, stat(partial, &there) == 0, ours.st_ino == there.st_ino,
      ours.st_dev == there.st_dev
    else {
      close(descriptor)
      throw refusal(
        path, "another run is writing this folder: name another one, or wait for its end")
    }
    return descriptor
  }

  private static func replace(_ final: String, by partial: String, _ replaced: String) throws {
    guard exists(final) else { return try move(partial, final) }
    try move(final, replaced)
    do {
      try move(partial, final)
    } catch {
      rename(replaced, final)
      throw error
    }
  }

  private static func move(_ from: String, _ to: String) throws {
    guard rename(from, to) == 0 else {
      throw refusal(to, "the folder could not be put in place: \(InputFile.systemMessage(errno))")
    }
  }
}

extension String {
  /// Without slashes at its end, unless it is the root.
  fileprivate var trimmingSlashes: String {
    var text = self
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }
}
