import Foundation
import HardwareExport
import TestSupport

/// Exported folders in other tools.
enum RunningExports {
  /// Puts files into a new folder below this one.
  static func write(_ exported: ExportedArray, to folder: TemporaryFolder) throws -> String {
    let path = folder.file("rtl")
    try ExportFolder.write(exported.files(), to: path)
    return path
  }

  /// What a shell prints in a folder, with its errors.
  static func shell(_ command: String, in folder: String) throws -> String {
    try Referee.run("sh", ["-c", "cd '\(folder)' && \(command)"])
  }

  /// What the testbench prints in iverilog, after the warnings of its compiler.
  static func iverilog(_ folder: String) throws -> String {
    let warnings = try shell(
      "iverilog -g2001 -Wall -o testbench -f design.f testbench.v", in: folder)
    return try warnings + shell("vvp -n testbench", in: folder)
  }

  /// What the testbench prints in Verilator, whose warnings are errors.
  static func verilator(_ folder: String) throws -> String {
    _ = try shell(
      "verilator --binary --timing -O1 -MAKEFLAGS \"OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0 -j2\" "
        + "--top-module axtrain_testbench -Mdir build "
        + "-f design.f testbench.v", in: folder)
    return try shell("build/Vaxtrain_testbench", in: folder)
  }

  /// What Verilator's lint says of the design and its testbench: nothing where there is no warning.
  static func lint(_ folder: String) throws -> String {
    try shell(
      "verilator --lint-only --timing --top-module axtrain_testbench -f design.f testbench.v",
      in: folder)
  }

  /// What it says of the design alone with all its warnings, those of style too.
  static func strictLint(_ folder: String) throws -> String {
    try shell("verilator --lint-only -Wall --top-module axtrain_top -f design.f", in: folder)
  }

  /// What Yosys says while it synthesizes the design to gates of its own, as `gates.v`.
  static func yosys(_ folder: String) throws -> String {
    try shell(
      "yosys -p \"read_verilog $(tr '\\n' ' ' < design.f); hierarchy -check -top axtrain_top; "
        + "proc; check -assert; synth -top axtrain_top; check -assert; stat; "
        + "write_verilog -noattr gates.v\"", in: folder)
  }

  /// What the testbench prints of these gates in iverilog.
  static func iverilogOfGates(_ folder: String) throws -> String {
    try shell(
      "iverilog -g2005 -o gates gates.v testbench.v && vvp -n gates", in: folder)
  }

  /// Whether a testbench printed PASS and ended, without a warning or a failure.
  static func passes(_ printed: String) -> Bool {
    let lines = printed.split(separator: "\n")
    return lines.contains("PASS") && !lines.contains("FAIL") && printed.contains(" 0 mismatches")
      && !printed.contains("arning")
  }
}
