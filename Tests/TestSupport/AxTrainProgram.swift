import Foundation

/// The `axtrain` program that was built beside the tests.
public enum AxTrainProgram {
  /// What a run printed and how it ended.
  public struct Outcome: Sendable {
    public let status: Int32
    /// True if a signal ended it.
    public let wasKilled: Bool
    public let output: String
    public let errors: String
  }

  /// The program's path: the test bundle or runner stands in the same folder.
  public static let path: String = {
    let runner = CommandLine.arguments.first ?? ""
    let candidates = CommandLine.arguments + [runner]
    let folders =
      candidates.map { ($0 as NSString).deletingLastPathComponent } + [
        Repository.path(".build/debug")
      ]
    return folders.map { $0 + "/axtrain" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
      ?? Repository.path(".build/debug/axtrain")
  }()

  /// Starts the program in the repository's root.
  ///
  /// - Parameters:
  ///   - fileSizeLimit: the largest file, in blocks of 512 bytes, that it may write: a disk that is full.
  ///   - columns: `COLUMNS`; `.max`: not set.
  public static func start(
    _ arguments: [String], fileSizeLimit: Int? = nil, columns: Int = 80, output: Pipe,
    errors: Pipe
  ) throws -> Process {
    let process = Process()
    // How wide tables are does not depend on where the tests run.
    var environment = ProcessInfo.processInfo.environment
    environment["COLUMNS"] = columns < .max ? "\(columns)" : nil
    process.environment = environment
    if let fileSizeLimit {
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        ["-c", "ulimit -f \(fileSizeLimit); exec \"$0\" \"$@\"", path] + arguments
    } else {
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
    }
    process.currentDirectoryURL = URL(filePath: Repository.root)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return process
  }

  /// Runs the program to its end.
  public static func run(
    _ arguments: [String], fileSizeLimit: Int? = nil, columns: Int = 80
  ) throws -> Outcome {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(
      arguments, fileSizeLimit: fileSizeLimit, columns: columns, output: output, errors: errors)
    return outcome(of: process, output: output, errors: errors)
  }

  /// Runs the program and sends it a signal after a time, unless it ends before.
  public static func run(
    _ arguments: [String], signal: Int32, after seconds: Double
  ) throws -> Outcome {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(arguments, output: output, errors: errors)
    let pid = process.processIdentifier
    let killer = Thread {
      Thread.sleep(forTimeInterval: seconds)
      kill(pid, signal)
    }
    killer.start()
    return outcome(of: process, output: output, errors: errors)
  }

  /// Runs the program and sends it a signal once this text has stood on its standard error.
  public static func run(
    _ arguments: [String], signal: Int32, once text: String
  ) throws -> Outcome {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(arguments, output: output, errors: errors)
    var seen = Data()
    while seen.range(of: Data(text.utf8)) == nil {
      let more = errors.fileHandleForReading.availableData
      if more.isEmpty { break }
      seen += more
    }
    kill(process.processIdentifier, signal)
    let outcome = outcome(of: process, output: output, errors: errors)
    return Outcome(
      status: outcome.status, wasKilled: outcome.wasKilled, output: outcome.output,
      errors: String(decoding: seen, as: UTF8.self) + outcome.errors)
  }

  private static func outcome(of process: Process, output: Pipe, errors: Pipe) -> Outcome {
    nonisolated(unsafe) var text = Data()
    let reader = DispatchQueue(label: "output")
    let handle = output.fileHandleForReading
    reader.async { text = handle.readDataToEndOfFile() }
    let errorText = errors.fileHandleForReading.readDataToEndOfFile()
    reader.sync {}
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: errorText, as: UTF8.self))
  }
}
