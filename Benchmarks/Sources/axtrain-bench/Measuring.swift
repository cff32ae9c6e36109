import Foundation

/// Wall-clock time of the fastest of several runs, in seconds: the one that was disturbed least.
func fastest(of runs: Int = 5, _ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var best = Double.infinity
  for _ in 0..<runs {
    let time = try clock.measure(work)
    best = min(
      best, Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
  }
  return best
}

/// A program of another project, where it is installed.
enum Peer {
  static func path(of program: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program silently; false if it cannot be run or fails.
  static func run(_ path: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// What a program writes to standard output; nil if it cannot be run or fails.
  static func output(_ path: String, _ arguments: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text : nil
  }

  /// Seconds that compiled Verilog takes in iverilog's run time, without compiling; nil without
  /// iverilog.
  static func iverilogSeconds(_ text: String) -> Double? {
    guard let compiler = path(of: "iverilog"), let runner = path(of: "vvp") else { return nil }
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "bench.v").path(percentEncoded: false)
    let program = folder.appending(path: "bench.vvp").path(percentEncoded: false)
    guard
      (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true))
        != nil,
      (try? text.write(toFile: source, atomically: true, encoding: .utf8)) != nil,
      run(compiler, ["-g2005", "-o", program, source])
    else { return nil }
    var succeeded = true
    let seconds = fastest(of: 3) { succeeded = run(runner, ["-n", program]) && succeeded }
    return succeeded ? seconds : nil
  }
}
