import Foundation
import TestSupport
import Testing

/// `script` gives a program a terminal, whose width `stty` sets.
@Suite("Notes on a terminal")
struct TerminalNoteTests {
  /// A simulation whose technology has no figures of several parts, which a long note says.
  private static let command = """
    simulate --gemm 16x16x16 --multiplier exact_dadda --supply 0.7V --technology \
    HardwareSpecs/Technology/asap7_rvt_tt.yaml --cells HardwareSpecs/Cells/asap7_rvt.lib
    """

  /// What it says on a terminal of so many columns, line by line.
  private func notes(columns: Int) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/script")
    process.arguments = [
      "-qec",
      "stty cols \(columns); unset COLUMNS; '\(AxTrainProgram.path)' \(Self.command) >/dev/null",
      "/dev/null",
    ]
    process.currentDirectoryURL = URL(filePath: Repository.root)
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(said)")
    // What is after a carriage return stands in place of what was before it.
    return said.replacing("\r\n", with: "\n").split(separator: "\n").map {
      String($0.split(separator: "\r").last ?? "").replacing("\u{1B}[K", with: "")
    }
  }

  @Test("a note is broken between words where a terminal is too narrow, and one line elsewhere")
  func width() throws {
    let arguments = Self.command.split(separator: " ").map(String.init)
    let plain = try AxTrainProgram.run(arguments)
    try #require(plain.status == 0, "\(plain.errors)")
    let line = try #require(
      plain.errors.split(separator: "\n").first { $0.contains("has no figures of") })
    #expect(line.count > 100)
    for columns in [80, 60] {
      let notes = try notes(columns: columns)
      #expect(notes.allSatisfy { $0.count <= columns }, "\(notes)")
      #expect(notes.joined(separator: " ").contains(line), "\(notes)")
    }
    #expect(try notes(columns: 4000).contains(String(line)))
  }
}
