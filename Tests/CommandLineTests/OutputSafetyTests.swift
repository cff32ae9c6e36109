import Files
import Foundation
import TestSupport
import Testing

@Suite("Outputs harm nothing: inputs, standard streams, what was there before")
struct OutputSafetyTests {
  /// Runs the program with redirections of a shell; what of its standard error they leave.
  private func run(
    _ arguments: [String], _ redirection: String
  ) throws -> (status: Int32, wasKilled: Bool, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    // Time for a reader that goes to be gone.
    process.arguments =
      ["-c", "sleep 0.2; exec \"$0\" \"$@\"", AxTrainProgram.path] + arguments
    if !redirection.isEmpty {
      process.arguments?[1] =
        "(sleep 0.2; exec \"$0\" \"$@\") \(redirection)"
    }
    process.currentDirectoryURL = URL(filePath: Repository.root)
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason == .uncaughtSignal, said)
  }

  @Test(
    "messages that nobody can read change no status",
    arguments: ["2>/dev/full", "2>&-", "2>&- >&-", "<&- 2>&-", "2> >(exec true)"])
  func silent(redirection: String) throws {
    let refused = try run(["simulate", "--gemm", "0x4x4"], redirection)
    #expect(refused.status == 64 && !refused.wasKilled)
    // A note, and progress.
    let folder = try TemporaryFolder()
    let noted = try run(
      ["simulate", "--gemm", "4x4x4", "--level", "register", "--output", folder.file("t.csv")],
      redirection)
    #expect(noted.status == 0 && !noted.wasKilled)
    guard redirection == "2>/dev/full" else { return }
    let sweep = try SmallSweep.arguments(folder, output: "out").filter { $0 != "--quiet" }
    let swept = try run(sweep, redirection)
    #expect(swept.status == 0 && !swept.wasKilled)
  }

  @Test(
    "help and version that nobody can read end with status 74", arguments: ["--help", "--version"])
  func help(option: String) throws {
    let full = try run([option], ">/dev/full")
    #expect(full.status == 74 && full.errors.contains("standard output could not be written"))
    #expect(try run([option], "").status == 0)
  }

  @Test("no output takes the place of an input, whatever path leads there")
  func inputs() throws {
    let folder = try TemporaryFolder()
    let hardware = try folder.write(
      InputFile.text(of: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml")), to: "a.yaml")
    let circuit = try folder.write(
      InputFile.text(of: Repository.path("HardwareSpecs/Multipliers/mul8u_exact_dadda.v")),
      to: "m.v")
    let topology = try folder.write("Layer,M,N,K\na,4,4,4\n", to: "t.csv")
    let link = folder.file("link.yaml")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: hardware)
    let simulate = ["simulate", "--gemm", "4x4x4", "--hardware", hardware]
    for (arguments, input) in [
      (simulate + ["--output", hardware], hardware), (simulate + ["--output", link], hardware),
      (simulate + ["--trace", hardware], hardware), (simulate + ["--accesses", link], hardware),
      (simulate + ["--html", folder.file("./a.yaml")], hardware),
      (simulate + ["--rows", "2,4", "--format", "csv", "--output", hardware], hardware),
      (["simulate", "--topology", topology, "--format", "csv", "--output", topology], topology),
      (["validate", circuit, "--output", circuit], circuit),
      (["validate", circuit, "--table", circuit], circuit),
      (["timing", circuit, "--supply", "0.6V", "--output", circuit], circuit),
    ] {
      let before = try InputFile.bytes(of: input)
      let refused = try AxTrainProgram.run(arguments)
      #expect(refused.status == 64, "\(arguments): \(refused.errors)")
      #expect(refused.errors.contains("is an input of this command"))
      #expect(try InputFile.bytes(of: input) == before)
    }
  }

  @Test("two outputs of a command are two files")
  func twoOutputs() throws {
    let folder = try TemporaryFolder()
    let same = folder.file("same")
    for arguments in [
      [
        "validate", "HardwareSpecs/Multipliers/mul8u_exact_dadda.v", "--table", same, "--output",
        same,
      ],
      ["fit", "HardwareSpecs/Technology/ptm45_hp.yaml", "--html", same, "--output", same],
    ] {
      let refused = try AxTrainProgram.run(arguments)
      #expect(refused.status == 64 && refused.errors.contains("both write"))
      #expect(!FileManager.default.fileExists(atPath: same))
    }
  }

  @Test("a model's weights that are read as arrays stay when its folder is to be written")
  func converted() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model")
    let trained = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "1", "--quiet", "-o",
      model,
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    let weights = model + "/weights.safetensors"
    let before = try InputFile.bytes(of: weights)
    let refused = try AxTrainProgram.run([
      "convert", weights, "--topology", model + "/topology.yaml", "-o", model,
    ])
    #expect(refused.status == 64 && refused.errors.contains("is an input of this command"))
    #expect(try InputFile.bytes(of: weights) == before)
  }

  @Test("an output that is a folder, or has no name, is refused with status 73")
  func names() throws {
    let folder = try TemporaryFolder()
    let gemm = ["simulate", "--gemm", "4x4x4", "--output"]
    let isFolder = try AxTrainProgram.run(gemm + [folder.path])
    #expect(isFolder.status == 73 && isFolder.errors.hasSuffix("is a folder: name a file in it\n"))
    let isEmpty = try AxTrainProgram.run(gemm + [""])
    #expect(isEmpty.status == 73)
    #expect(isEmpty.errors == "error: an output without a name: name a file\n")
  }

  @Test(
    "Ctrl-C and SIGTERM leave no part of a trace and end with status 75",
    arguments: [SIGINT, SIGTERM])
  func signals(number: Int32) throws {
    let folder = try TemporaryFolder()
    let (output, errors) = (Pipe(), Pipe())
    let process = try AxTrainProgram.start(
      ["simulate", "--gemm", "400x400x400", "--trace", folder.file("t.vcd")], output: output,
      errors: errors)
    // While the file is being written.
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    while process.isRunning, try !names().contains(where: { $0.hasSuffix(".partial") }) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(process.processIdentifier, number)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 75)
    #expect(said == "error: stopped on request; no output is left half\n")
    #expect(try names().isEmpty)
  }
}
