import Foundation

/// A run of `axtrain` as a user starts it.
struct MeasuredProgram {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Wall-clock time, in seconds.
  let seconds: Double
  /// Peak of its resident memory, to within what it may rise in the last hundredth of a second: VmHWM of
  /// Linux's /proc. (A child's `ru_maxrss` is at least what its parent had when it began.)
  let mebibytes: Double

  /// - Parameter environment: beside that of this process.
  /// - Throws: `Failure` where the program is not built, fails, or has no entry in /proc.
  init(axtrain arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(filePath: ".build/release/axtrain")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    let started = ContinuousClock.now
    do {
      try process.run()
    } catch {
      throw Failure(description: "axtrain cannot be run (\(error)): run `make build`")
    }
    var kibibytes: Int?
    while process.isRunning {
      // Nothing where it has just ended.
      kibibytes = Self.peakKibibytes(of: process.processIdentifier) ?? kibibytes
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.waitUntilExit()
    let time = started.duration(to: .now).components
    let words = "`axtrain \(arguments.joined(separator: " "))`"
    guard process.terminationStatus == 0 else { throw Failure(description: "\(words) fails") }
    guard let kibibytes else {
      throw Failure(description: "/proc says nothing about the memory of \(words)")
    }
    seconds = Double(time.seconds) + Double(time.attoseconds) * 1e-18
    mebibytes = Double(kibibytes) / 1024
  }

  private static func peakKibibytes(of process: Int32) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }
}
