import Files
import Foundation
import TestSupport
import Testing

@Suite("The operand trace of a network's layers")
struct OperandTraceCommandTests {
  private static let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
  private static let hardware = [
    "--multiplier", multiplier, "--hardware", "HardwareSpecs/Accelerators/ntc16x16.yaml",
    "--supply", "0.5 V", "--chips", "2", "--dies", "4", "--transitions", "400",
  ]

  @Test("evaluate writes it, the same bytes again, and characterize reads it")
  func trace() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model")
    let training = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "1", "-o", model,
      "--quiet",
    ])
    try #require(training.status == 0, "\(training.errors)")
    func evaluate(_ options: [String]) throws -> AxTrainProgram.Outcome {
      try AxTrainProgram.run(["evaluate", model, "--dataset", "digits"] + options)
    }
    func written(_ name: String, _ options: [String]) throws -> String {
      let run = try evaluate(
        Self.hardware + ["--operand-trace", folder.file(name), "--operand-trace-samples", "300"]
          + options)
      try #require(run.status == 0, "\(run.errors)")
      return try InputFile.text(of: folder.file(name))
    }
    let layer = try written("layer.csv", ["--operand-trace-layer", "1"])
    #expect(layer.hasPrefix("previous_a,previous_b,a,b\n"))
    #expect(try written("again.csv", ["--operand-trace-layer", "1", "--jobs", "1"]) == layer)
    #expect(try written("all.csv", []) != layer)
    #expect(
      try written("other.csv", ["--operand-trace-layer", "1", "--operand-trace-seed", "2"]) != layer
    )
    let table = try CSVTable(contentsOf: folder.file("layer.csv"))
    #expect(table.rows.count == 300)
    var changes = 0
    for row in table.rows {
      // The array holds its weights.
      #expect(try table.number(row, "previous_b") == table.number(row, "b"))
      if try table.number(row, "previous_a") != table.number(row, "a") { changes += 1 }
      for name in ["previous_a", "a", "b"] {
        #expect((0...255).contains(try table.number(row, name)))
      }
    }
    #expect(changes > 30)
    let characterized = try AxTrainProgram.run([
      "characterize", Self.multiplier, "--supply", "0.45 V", "--dies", "2", "--trace",
      folder.file("layer.csv"), "--format", "csv", "-q", "-o", folder.file("timing"),
    ])
    #expect(characterized.status == 0, "\(characterized.errors)")
    #expect(characterized.output.contains(",2,600,trace,"))
    for (options, words) in [
      (
        Self.hardware + ["--operand-trace", folder.file("x.csv"), "--operand-trace-layer", "2"],
        "--operand-trace-layer 2: the network has 2 layers with weights, from 0 on"
      ),
      (Self.hardware + ["--operand-trace-layer", "1"], "needs --operand-trace"),
      (["--operand-trace", folder.file("x.csv")], "--operand-trace needs --hardware"),
      (
        Self.hardware + ["--operand-trace", folder.file("x.csv"), "--operand-trace-samples", "0"],
        "must be 1 to 1,000,000"
      ),
    ] {
      let refused = try evaluate(options)
      #expect(refused.status == 64 && refused.errors.contains(words), "\(refused.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("x.csv")))
  }
}
