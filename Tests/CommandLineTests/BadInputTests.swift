import Foundation
import TestSupport
import Testing

@Suite("Bad input gets one clear line and the exit status of the documentation")
struct BadInputTests {
  /// Runs the small sweep with an edit and expects one line with this text.
  func expect(
    _ status: Int32, _ text: String, editing edit: (String) -> String,
    location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "out", editing: edit)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1, "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.errors.contains(text), "\(outcome.errors)", sourceLocation: location)
    #expect(outcome.output.isEmpty, sourceLocation: location)
    #expect(
      !FileManager.default.fileExists(atPath: folder.file("out/points.csv")),
      sourceLocation: location)
  }

  @Test("a spec that is missing")
  func missingSpec() throws {
    let outcome = try AxTrainProgram.run(["sweep", "none.yaml"])
    #expect(outcome.status == 66)
    #expect(outcome.errors == "none.yaml: error: cannot be read: No such file or directory\n")
  }

  @Test(
    "a wrong value in the spec",
    arguments: [
      (
        find: "weight_clip:", replace: "weight_clop:",
        "unknown key 'weight_clop': did you mean 'weight_clip'?"
      ),
      ("0.45 V", "0.45", "'0.45' has no unit"),
      ("0.45 V", "45 mV", "is outside 0.1 V … 2.0 V"),
      ("epochs: 5", "epochs: 1e9", "'1e9' is not a whole number"),
      ("pas_epochs: 1", "pas_epochs: 3", "2 × 3 must be at most epochs, 5"),
      ("chips: 3", "chips: 1", "1 is outside 2"),
      ("clock: fixed", "clock: fixd", "did you mean 'fixed'?"),
      ("methods: [conventional, pas]", "methods: []", "methods and seeds need at least one entry"),
      ("name: small", "name: ../x", "a name has 1 to 64 letters"),
      ("split_seed: 1", "split_seed: 01", "'01' is not a whole number"),
    ])
  func wrongValue(find: String, replace: String, text: String) throws {
    try expect(65, text) { $0.replacing(find, with: replace) }
  }

  @Test(
    "a multiplier that cannot be generated",
    arguments: [
      ("{generate: drumm, k: 6}", "'drum'"), ("{generate: drum}", "'k'"),
      ("{generate: drum, k: 1}", "2 to 8"), ("{generate: drum, m: 4}", "'m'"),
      ("{generate: exact_array, adder: ripple}", "no final adder"),
      ("{generate: r4abm1, columns: 4}", "signed"), ("{generate: ssm, m: 4.5}", "'4.5'"),
      ("{generate: mbm, adder: brent}", "unknown adder 'brent'"), ("{m: 4}", "'generate'"),
    ])
  func generated(multiplier: String, text: String) throws {
    try expect(65, text) {
      $0.replacing(
        "HardwareSpecs/Multipliers/mul8u_truncated_t6.v", with: multiplier)
    }
  }

  @Test("a supply outside the range that the delay law was fitted on")
  func outsideFittedRange() throws {
    try expect(65, "0.2 V is outside 0.25…1.1 V, where the delay law was fitted") {
      $0.replacing("0.45 V", with: "0.20 V")
    }
    try expect(65, "where the SRAM failure law was fitted") {
      $0.replacing("extrapolate_memory_law: true", with: "extrapolate_memory_law: false")
    }
  }

  @Test("a file that the spec names is missing")
  func missingFile() throws {
    try expect(66, "HardwareSpecs/Multipliers/none.v: error: cannot be read") {
      $0.replacing("mul8u_truncated_t6.v", with: "none.v")
    }
  }

  @Test("a netlist with a cycle, an undefined cell, or that ends too early")
  func badNetlist() throws {
    for (body, text) in [
      (
        "NAND2 g1 (.A(a[0]), .B(y), .Y(x)); INV g2 (.A(x), .Y(y)); assign p = {15'b0, y};",
        "combinational cycle"
      ),
      ("NAND3 g1 (.A(a[0]), .B(b[0]), .Y(x)); assign p = {15'b0, x};", "NAND2"),
      ("NAND2 g1 (.A(a[0]), .B(b[0]", ".v:"),
    ] {
      let folder = try TemporaryFolder()
      let netlist = try folder.write(
        "module m (input [7:0] a, input [7:0] b, output [15:0] p);\n  wire x, y;\n  \(body)\nendmodule\n",
        to: "bad.v")
      try expect(65, text) {
        $0.replacing("HardwareSpecs/Multipliers/mul8u_truncated_t6.v", with: netlist)
      }
    }
  }

  @Test("a netlist that is listed twice, by one path or by two")
  func listedTwice() throws {
    let (exact, truncated) = (
      "HardwareSpecs/Multipliers/mul8u_exact_dadda.v",
      "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    )
    for (path, text) in [
      (exact, "'\(exact)' is listed twice: leave one out"),
      ("./" + exact, "'./\(exact)' and '\(exact)' are one file: list it once"),
    ] {
      try expect(65, ":5: error: " + text) { $0.replacing(truncated, with: path) }
    }
  }

  @Test("two multipliers of the same file name, which reports could not tell apart")
  func sameName() throws {
    let folder = try TemporaryFolder()
    let copy = try folder.write(
      String(
        contentsOfFile: Repository.path("HardwareSpecs/Multipliers/mul8u_kulkarni.v"),
        encoding: .utf8), to: "mul8u_exact_dadda.v")
    try expect(65, "has the name of another multiplier") {
      $0.replacing("HardwareSpecs/Multipliers/mul8u_truncated_t6.v", with: copy)
    }
  }

  @Test("a memory rail where no law holds, before anything is computed")
  func memoryRail() throws {
    try expect(65, "memory rail: 0.2 V is outside") {
      $0.replacing("memory_supply: follows_logic", with: "memory_supply: 0.2 V")
    }
  }

  @Test("an output folder that cannot be made")
  func outputFolder() throws {
    let folder = try TemporaryFolder()
    let spec = try SmallSweep.write(into: folder)
    let outcome = try AxTrainProgram.run(
      ["sweep", spec, "--allow-outside", "--output", "/proc/none/report"])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("the folder cannot be made"))
  }

  @Test("a path outside the working directory, unless it is asked for")
  func outsidePath() throws {
    let folder = try TemporaryFolder()
    let spec = try SmallSweep.write(into: folder) {
      $0.replacing("HardwareSpecs/Cells/ptm45.lib", with: "../../etc/passwd")
    }
    let outcome = try AxTrainProgram.run(["sweep", spec, "--output", folder.file("out")])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("is outside the working directory"))
  }

  @Test(
    "a wrong command line is one line and status 64",
    arguments: [
      (["sweep"], "Missing expected argument '<spec>'"),
      (
        ["sweep", "a.yaml", "--jobs", "0"],
        "--jobs must be 1 to 1024 (see 'axtrain sweep --help')"
      ),
      (["swep"], "Unexpected argument 'swep' (see 'axtrain --help')"),
      (["validate"], ""),
      (
        ["simulate"],
        "Give one of --gemm, --topology and --network (see 'axtrain simulate --help')"
      ),
      (
        ["simulate", "--gemm", "1x1x1", "--rowss", "3"],
        "Unknown option '--rowss'. Did you mean '--rows'? (see 'axtrain simulate --help')"
      ),
      (
        ["simulate", "--gemm", "1x1x1", "--convention", "a\nb"],
        "The value 'a\\u{a}b' is invalid for '--convention <convention>'. Please provide one of "
          + "'physical' and 'scalesim' (see 'axtrain simulate --help')"
      ),
      (
        ["fit", "a.csv", "--law", "some"],
        "Please provide one of the following: ekv, alpha-power, energy, leakage, "
      ), (["simulate", "--gemm"], "Missing value for '--gemm <gemm>'"),
      (
        ["compare-fidelities", "a.yaml", "--supply", "1 V", "--network", "pas_start"],
        "Please provide one of 'conventional' and 'weight_clipping'"
      ),
    ])
  func usage(arguments: [String], message: String) throws {
    let outcome = try AxTrainProgram.run(arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(message.isEmpty || outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("help and version are on standard output, with status 0")
  func help() throws {
    for (arguments, text) in [
      (["--help"], "OVERVIEW: "), (["simulate", "--help"], "OVERVIEW: Cycles, stalls"),
      (["help", "fit"], "OVERVIEW: "), (["--version"], "0.1.0"), ([], "OVERVIEW: "),
    ] {
      let outcome = try AxTrainProgram.run(arguments)
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.output.hasPrefix(text), "\(arguments)")
    }
  }

  @Test("the exit statuses are printed where people look for them")
  func exitCodes() throws {
    for arguments in [["help", "exit-codes"], ["exit-codes"]] {
      let outcome = try AxTrainProgram.run(arguments)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains(" 75  stopped on request; run again to go on"))
    }
  }
}
