import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with given rates of wrong bits", .serialized)
struct MemoryErrorSweepTests {
  private func run(
    _ folder: TemporaryFolder, output: String, jobs: Int
  ) throws -> AxTrainProgram.Outcome {
    let shipped = try String(
      contentsOfFile: Repository.path("Sweeps/memory-errors-small.yaml"), encoding: .utf8)
    let text = try shipped.replacing(each: [
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 9",
      #"pas_epochs: 15"#: "pas_epochs: 2",
      #"rates: \[[^\]]*\]"#: "rates: [0, 0.05]",
      #"chips: \d+"#: "chips: 3",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    return try AxTrainProgram.run([
      "sweep", folder.write(text, to: "rates.yaml"), "--output", folder.file(output), "--jobs",
      "\(jobs)", "--quiet", "--allow-outside",
    ])
  }

  @Test("rows have the given rates, only rate 0 is ranked, one job and three give the same bytes")
  func rows() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(folder, output: "one", jobs: 1)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Accuracy in percent by the rate of wrong bits:"))
    #expect(outcome.output.firstMatch(of: #/\nlaw's memory, V +0\.365\n/#) != nil)
    // The last line names the folder.
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.dropLast().allSatisfy { $0.count <= 80 })
    let points = try CSVTable(contentsOf: folder.file("one/points.csv"))
    #expect(points.rows.count == 16)
    for row in points.rows {
      let isFaulty = try points.text(row, "point").last.map { "13579".contains($0) } ?? false
      #expect(try points.number(row, "weight_bit_error_rate") == (isFaulty ? 0.05 : 0))
      #expect(try points.number(row, "activation_bit_error_rate") == 0)
      #expect(try points.text(row, "extrapolated") == "false")
      let supply = try points.text(row, "bit_error_supply_v")
      #expect(isFaulty ? abs((Double(supply) ?? 0) - 0.365468) < 1e-5 : supply.isEmpty)
      // Whole epochs of one and two passes a step; those of three and five to within a step.
      let passes = try points.number(row, "training_passes")
      switch try points.text(row, "method") {
      case "act", "act_pas": #expect(passes != 9 && abs(passes - 9) < 5 * 32.0 / 1_346, "\(row)")
      default: #expect(passes == 9, "\(row)")
      }
    }
    let pareto = try CSVTable(contentsOf: folder.file("one/pareto.csv"))
    #expect(pareto.rows.count == 8)
    let page = try SmallSweep.read(folder, "one/report.html")
    #expect(page.contains("Accuracy against the rate of wrong bits"))
    #expect(!page.contains("against voltage"))
    #expect(page.contains(">0.365 V</text>") && page.contains("The upper scale says"))
    #expect(outcome.output.contains("Most accurate by the rate of wrong bits: at 0"))
    let three = try run(folder, output: "three", jobs: 3)
    #expect(three.status == 0)
    for file in ["points.csv", "pareto.csv", "report.html"] {
      #expect(
        try SmallSweep.read(folder, "one/\(file)") == SmallSweep.read(folder, "three/\(file)"))
    }
  }
}
