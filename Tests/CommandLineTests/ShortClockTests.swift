import Files
import Foundation
import TestSupport
import Testing

/// 27.5 ns of a full adder's sum at 0.3 V beside 0.6 ns, the fixed clock's period.
@Suite("A clock shorter than one gate, and a supply outside the fitted range", .serialized)
struct ShortClockTests {
  private static let exact = "HardwareSpecs/Multipliers/mul8u_exact_dadda.v"
  private static let fixed = ["--supply", "0.3 V", "--clock", "fixed"]

  private func expectRefused(
    _ outcome: AxTrainProgram.Outcome, _ texts: [String], _ what: String,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 65, "\(what): \(outcome.errors)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(
        outcome.errors.contains(text), "\(what): \(outcome.errors)", sourceLocation: sourceLocation)
    }
    let errors = outcome.errors.split(separator: "\n").filter { $0.contains("error: ") }
    #expect(errors.count == 1, "\(what): \(outcome.errors)", sourceLocation: sourceLocation)
  }

  @Test(
    "a sweep names the supply's place, in every fidelity, before anything is trained",
    arguments: [
      "", "{fidelity: transition, variants: 1}", "{fidelity: gate}", "{training: transition}",
    ])
  func sweep(timing: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "out") {
      $0.replacing("supply: [0.80 V]", with: "supply: [0.80 V, 0.30 V]")
        + (timing.isEmpty ? "" : "timing_errors: \(timing)\n")
    }
    let lines = try SmallSweep.read(folder, "small.yaml").components(separatedBy: "\n")
    let line = try #require(lines.firstIndex { $0.contains("clock: fixed") })
    let column = try #require(lines[line].firstRange(of: "0.30 V")).lowerBound
    let place = lines[line].distance(from: lines[line].startIndex, to: column) + 1
    expectRefused(
      outcome,
      [
        "small.yaml:\(line + 1):\(place): error: mul8u_exact_dadda: a clock period of ",
        " is shorter than 'FA.S' takes at 0.3 V (",
        "): choose a longer period or a higher supply, or a clock that tracks the supply",
      ], timing)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/points.csv")))
  }

  @Test("a drawn supply at which the point's clock is shorter than a gate is named at its place")
  func drawn() throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "out") {
      $0.replacing("methods: [conventional, pas]", with: "methods: [conventional, axtrain]")
        .replacing("pas_epochs: 1\n", with: "pas_epochs: 1\n  drawn_supplies: [0.40 V, 0.80 V]\n")
    }
    let lines = try SmallSweep.read(folder, "small.yaml").components(separatedBy: "\n")
    let line = try #require(lines.firstIndex { $0.contains("drawn_supplies") })
    expectRefused(
      outcome, ["small.yaml:\(line + 1):19: error: ", "'FA.S' takes at 0.4 V"], "drawn")
  }

  @Test("compare-fidelities refuses a point before it trains a network")
  func fidelities() throws {
    for (options, text) in [
      (Self.fixed, "is shorter than 'FA.S' takes at 0.3 V"),
      (["--supply", "0.1 V"], "0.1 V is outside 0.25…1.1 V"),
      (["--supply", "2 V"], "2.0 V is outside 0.25…1.1 V"),
      (["--supply", "2 V", "--clock", "fixed"], "2.0 V is outside 0.25…1.1 V"),
    ] {
      let outcome = try AxTrainProgram.run(
        ["compare-fidelities", "Sweeps/quickstart.yaml"] + options)
      expectRefused(outcome, [text], "\(options)")
    }
  }

  @Test("train refuses it with timing errors, before anything is written")
  func train() throws {
    let folder = try TemporaryFolder()
    let hardware =
      TrainMethodTests.scratch + ["--epochs", "8", "--pas-epochs", "2", "-o", folder.file("out")]
      + ["--multiplier", Self.exact, "--hardware", TrainMethodTests.accelerator]
    for (method, options, supply) in [
      ("pas", Self.fixed, "0.3"), ("act", Self.fixed, "0.3"), ("axtrain", Self.fixed, "0.3"),
      ("pas", Self.fixed + ["--timing-errors", "transition"], "0.3"),
      ("axtrain", ["--drawn-supplies", "0.4,0.8 V", "--clock", "fixed"], "0.4"),
    ] {
      let outcome = try AxTrainProgram.run(
        TrainMethodTests.common + hardware + ["--method", method] + options)
      expectRefused(
        outcome, ["error: mul8u_exact_dadda: ", "is shorter than 'FA.S' takes at \(supply) V"],
        "\(method) \(options)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
  }

  @Test("evaluate and simulate refuse it with timing errors; energies alone have such a clock")
  func model() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model")
    _ = try TrainMethodTests.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "1", "-o", model,
      "--quiet",
    ])
    let hardware = ["--multiplier", Self.exact, "--hardware", TrainMethodTests.accelerator]
    let text = "error: mul8u_exact_dadda: a clock period of "
    let evaluated = try AxTrainProgram.run(
      ["evaluate", model, "--dataset", "digits"] + hardware + Self.fixed)
    expectRefused(evaluated, [text, "takes at 0.3 V"], "evaluate")
    let simulate =
      ["simulate", "--network", model, "--images", "4", "--level", "register"] + hardware
      + Self.fixed + ["--transitions", "160"]
    for fidelity in ["gate", "transition"] {
      let outcome = try AxTrainProgram.run(simulate + ["--timing-errors", fidelity])
      expectRefused(outcome, [text, "takes at 0.3 V"], fidelity)
    }
    #expect(try AxTrainProgram.run(simulate).status == 0)
  }
}
