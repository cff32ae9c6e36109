import Foundation

/// Other simulators that tests compare with, where they are installed.
public enum Referee {
  /// Whether a program is on the path.
  public static func isInstalled(_ program: String) -> Bool { path(of: program) != nil }

  static func path(of program: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A program that did not do what it was asked for.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// Runs a program and returns its standard output.
  ///
  /// - Throws: `Failure` if it cannot be run or exits with another status than 0.
  public static func run(_ program: String, _ arguments: [String]) throws -> String {
    guard let path = path(of: program) else {
      throw Failure(description: "\(program) is not installed")
    }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(program) exits with \(process.terminationStatus): \(text)")
    }
    return text
  }

  /// Compiles Verilog text, with further files, by iverilog, runs it and returns what it prints.
  public static func iverilog(_ text: String, files: [String] = []) throws -> String {
    let folder = try TemporaryFolder()
    let source = try folder.write(text, to: "test.v")
    let program = folder.file("test.vvp")
    _ = try run("iverilog", ["-g2005", "-o", program, source] + files)
    return try run("vvp", ["-n", program])
  }
}
