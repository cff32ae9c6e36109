import Files
import Foundation
import ModelFiles
import Networks

/// Fine-tunes networks by a command of the user's: a folder with the task in, a file of weights out.
///
/// The same task is given to the same command once: results are kept by the content of everything that
/// the command was given. They are not expected to be reproducible beyond that.
public struct ExternalTrainer: Sendable {
  /// How far a training is, by its own account.
  public struct Progress: Sendable, Hashable {
    /// Tells trainings apart.
    public let training: String
    public let done: Int
    public let total: Int
  }

  let command: ExternalCommand
  let files: [EvaluationInputs.FileDigest]
  let folder: String
  let networkStore: NetworkStore
  let progress: @Sendable (Progress) -> Void
  let stopRequested: @Sendable () -> Bool

  /// - Parameters:
  ///   - files: those among the command's words.
  ///   - folder: where each training has a folder while it runs, and keeps it if it fails.
  ///   - progress: called from any thread.
  ///   - stopRequested: asked several times a second.
  public init(
    command: ExternalCommand, files: [EvaluationInputs.FileDigest], folder: String,
    networkStore: NetworkStore, progress: @escaping @Sendable (Progress) -> Void,
    stopRequested: @escaping @Sendable () -> Bool
  ) {
    self.command = command
    self.files = files
    self.folder = folder
    self.networkStore = networkStore
    self.progress = progress
    self.stopRequested = stopRequested
  }

  /// The trained network of a task.
  ///
  /// - Parameter quantize: gives the network the integers that it is evaluated with.
  /// - Throws: `InputError` 65 if the command fails, its time ends, or what it wrote is no network of
  ///   this topology or has no integers; 75 if stopped; 73 or 74 if the folder cannot be written.
  func train(_ task: ExternalTask, quantize: (Network) throws -> Void) throws -> Network {
    let files = task.files
    let request = try task.request(files)
    let key = Digest(of: "external \(command.identity(self.files))\n\(request)").description
    return try networkStore.network(key, like: task.start) {
      try run(task, files, request, key: key, quantize: quantize)
    }
  }

  private func run(
    _ task: ExternalTask, _ files: [ExternalFile], _ request: String, key: String,
    quantize: (Network) throws -> Void
  ) throws -> Network {
    // Another process may work on the same task.
    let kept = "\(folder)/\(key.prefix(16))"
    let place = "\(kept).\(getpid()).partial"
    try? FileManager.default.removeItem(atPath: place)
    let network: Network
    do {
      try OutputFile.makeFolder("\(place)/\(ExternalTask.startFolder)")
      for file in files { try OutputFile.write(file.bytes, to: "\(place)/\(file.name)") }
      try OutputFile.write(request, to: "\(place)/\(ExternalTask.requestFile)")
      try run(in: place, training: "\(key.prefix(16))")
      network = try result(in: place, of: task)
      do {
        try quantize(network)
      } catch let error as InputError where error.status == .badData {
        throw InputError(
          .badData, "its \(ExternalTask.resultFile) has no integer form: \(error.message)")
      }
    } catch let error as InputError where error.status == .badData {
      try? FileManager.default.removeItem(atPath: kept)
      let isThere = FileManager.default.fileExists(atPath: place)
      let isMoved = (try? FileManager.default.moveItem(atPath: place, toPath: kept)) != nil
      if !isThere { rmdir(folder) }
      throw InputError(
        .badData,
        "external trainer: \(error.message); "
          + (isThere
            ? "its folder is \(isMoved ? kept : place)"
            : "it removed its folder, which it must leave where it is"))
    } catch {
      remove(place)
      throw error
    }
    remove(place)
    return network
  }

  /// Removes the folder of a training, and that of all trainings with the last one.
  private func remove(_ place: String) {
    try? FileManager.default.removeItem(atPath: place)
    rmdir(folder)
  }

  private func run(in place: String, training: String) throws {
    let output = try TrainerOutput(log: "\(place)/trainer.log") {
      progress(Progress(training: training, done: $0, total: $1))
    }
    let here = FileManager.default.currentDirectoryPath
    let path = place.hasPrefix("/") ? place : "\(here)/\(place)"
    let ending = try ChildProcess.run(
      command.words + [path], timeLimit: command.timeLimit, stopRequested: stopRequested,
      output: output.takeOutput, errors: output.takeErrors)
    try output.finish()
    let lastWords = output.lastError.isEmpty ? "" : ": '\(output.lastError)'"
    switch ending {
    case .exited(status: 0): return
    case .exited(let status):
      throw InputError(.badData, "exits with status \(status)\(lastWords)")
    case .killed(let signal):
      let name = String(cString: strsignal(signal))
      throw InputError(.badData, "is ended by signal \(signal) (\(name))\(lastWords)")
    case .timedOut:
      throw InputError(
        .badData,
        output.isRubbish
          ? "prints rubbish, bytes that no text has (trainer.log), and has not ended within "
            + "\(command.timeLimit): mend it, or raise its time_limit and pass --retry-failed"
          : "has not ended within \(command.timeLimit), and was stopped: raise its time_limit and "
            + "pass --retry-failed")
    case .stopped:
      throw InputError(.stopped, "stopped on request; run again to go on")
    }
  }

  /// The network whose weights the command wrote.
  private func result(in place: String, of task: ExternalTask) throws -> Network {
    let name = ExternalTask.resultFile
    do {
      // Doubles, and a header.
      let limit = 8 * (task.start.parameters.count + task.start.statistics.count) + 1 << 20
      let bytes = try InputFile.bytes(of: "\(place)/\(name)", limit: limit)
      return try ModelFolder.network(
        task.start.topology, SafetensorsFile(bytes: bytes, file: name))
    } catch let error as InputError {
      throw InputError(
        .badData,
        error.status == .missingInput
          ? "ends without a file \(name)" : "its \(name) \(Self.predicate(error.message))")
    }
  }

  /// A reader's message behind the name of the file.
  private static func predicate(_ message: String) -> String {
    ["has ", "is ", "could "].contains { message.hasPrefix($0) }
      ? message : "is refused: \(message)"
  }
}
