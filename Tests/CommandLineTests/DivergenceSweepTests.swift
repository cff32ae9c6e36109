import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with trainings that diverge", .serialized)
struct DivergenceSweepTests {
  /// One multiplier, supply and seed.
  private static func point(_ text: String, methods: String) -> String {
    text.replacing("  - HardwareSpecs/Multipliers/mul8u_truncated_t6.v\n", with: "")
      .replacing("supply: [0.45 V, 1.00 V]", with: "supply: [1.00 V]")
      .replacing("  - {clock: fixed, supply: [0.80 V]}\n", with: "")
      .replacing("methods: [conventional, pas]", with: "methods: [\(methods)]")
      .replacing("seeds: [1, 2]", with: "seeds: [1]")
  }

  /// Deep and fast: what 32 layers of weights that nothing limits add to what they get overflows in a
  /// step; with small weights they hardly add to it.
  private func sweep(
    _ folder: TemporaryFolder, clip: String, methods: String, jobs: Int = 2, output: String = "out"
  ) throws -> AxTrainProgram.Outcome {
    let layers = String(
      repeating: "  - residual:\n      body:\n        - dense: {outputs: 64}\n", count: 32)
    let topology = try folder.write(
      "name: deep\ninput: 64\nlayers:\n\(layers)  - dense: {outputs: 10}\n", to: "deep.yaml")
    return try SmallSweep.run(folder, output: output, jobs: jobs) {
      Self.point($0, methods: methods)
        .replacing("ntc16x16.yaml", with: "ntc16x16-mnist.yaml")
        .replacing("{hidden: [32]}", with: "{topology: \(topology)}")
        .replacing(" epochs: 5\n", with: " epochs: 20\n")
        .replacing(#/ learning_rate: [0-9.]+/#, with: " learning_rate: 3")
        .replacing(#/pas_learning_rate: [0-9.]+/#, with: "pas_learning_rate: 0.001")
        .replacing(#/weight_clip: [0-9.]+/#, with: "weight_clip: \(clip)")
        .replacing(#/logit_scale: [0-9.]+/#, with: "logit_scale: 20")
    }
  }

  @Test("a conventional network that diverges fails its own points, and the others go on")
  func conventional() throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 2] {
      let outcome = try sweep(
        folder, clip: "0.01", methods: "conventional, weight_clipping, distillation, pas",
        jobs: jobs, output: "jobs\(jobs)")
      #expect(outcome.status == 2)
      #expect(!outcome.wasKilled)
      let lines = outcome.errors.split(separator: "\n").filter { $0.contains("failed: ") }
      #expect(lines.count == 2, "\(outcome.errors)")
      for (line, method) in zip(lines, ["conventional", "distillation"]) {
        #expect(line.contains(", \(method), "), "\(line)")
        #expect(line.contains(": conventional: training with seed 1 diverges in epoch "), "\(line)")
      }
      let points = try CSVTable(contentsOf: folder.file("jobs\(jobs)/points.csv"))
      #expect(try points.rows.map { try points.text($0, "method") } == ["weight_clipping", "pas"])
      let words = outcome.output.replacing("\n", with: " ")
      #expect(words.contains("No point is chosen: a conventional network, whose accuracy it would"))
    }
    #expect(
      try SmallSweep.read(folder, "jobs1/points.csv")
        == SmallSweep.read(folder, "jobs2/points.csv"))
  }

  @Test("where every network diverges, every point is a failed one with the reason")
  func all() throws {
    let folder = try TemporaryFolder()
    let outcome = try sweep(folder, clip: "100", methods: "weight_clipping, pas")
    #expect(outcome.status == 2 && !outcome.wasKilled)
    let lines = outcome.errors.split(separator: "\n").filter { $0.contains("failed: ") }
    #expect(lines.count == 2, "\(outcome.errors)")
    #expect(lines.allSatisfy { $0.contains(": training with seed 1 diverges in epoch 1") })
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    #expect(points.rows.isEmpty)
    // What failed stays so, and a second run says the same.
    let again = try sweep(folder, clip: "100", methods: "weight_clipping, pas")
    #expect(again.status == outcome.status)
    #expect(again.errors.split(separator: "\n").filter { $0.contains("failed: ") } == lines)
  }

  @Test("trainings whose numbers stay finite and that learn nothing fail as those that diverge")
  func finite() throws {
    let folder = try TemporaryFolder()
    func run(_ output: String, _ rate: String, _ pasRate: String) throws -> (
      failed: [Substring], outcome: AxTrainProgram.Outcome
    ) {
      let outcome = try SmallSweep.run(folder, output: output) {
        Self.point($0, methods: "conventional, weight_clipping, pas, act")
          .replacing(#/ learning_rate: [0-9.]+/#, with: " learning_rate: \(rate)")
          .replacing(#/pas_learning_rate: [0-9.]+/#, with: "pas_learning_rate: \(pasRate)")
      }
      #expect(outcome.status == 2 && !outcome.wasKilled, "\(outcome.errors)")
      return (outcome.errors.split(separator: "\n").filter { $0.contains("failed: ") }, outcome)
    }
    let (tuned, others) = try run("tuned", "0.005", "10")
    #expect(tuned.count == 2, "\(tuned)")
    for (line, method) in zip(tuned, ["pas", "act"]) {
      #expect(line.contains(", \(method), "), "\(line)")
      #expect(line.contains(": training with seed 1 has failed: "), "\(line)")
    }
    #expect(others.output.contains("Lowest energy within 1 point of the exact network (9"))
    let (all, outcome) = try run("all", "10", "10")
    #expect(all.count == 4, "\(all)")
    #expect(all.allSatisfy { $0.contains(": training with seed 1 has failed: ") }, "\(all)")
    #expect(!outcome.output.contains("Lowest energy"), "\(outcome.output)")
  }
}
