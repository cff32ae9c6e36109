import Files
import Foundation
import TestSupport
import Testing

@Suite("The report of axtrain train", .serialized)
struct TrainReportTests {
  @Test("act lowers the sensitivity of the weights, at under half a point of accuracy")
  func sensitivity() throws {
    let folder = try TemporaryFolder()
    let seeds = ["1", "2", "3", "4", "5"]
    func train(_ strength: String) throws -> (before: Double, after: Double, accuracy: Double) {
      let outcome = try TrainMethodTests.run(
        TrainMethodTests.common + TrainMethodTests.scratch + [
          "--method", "act", "--act-strength", strength, "--bit-error-rate", "0.05", "--epochs",
          "60", "--seeds", seeds.joined(separator: ","), "-o", folder.file(strength),
        ])
      let summary = try CSVTable(text: outcome.output, file: "out")
      var sums = (before: 0.0, after: 0.0, accuracy: 0.0)
      for (seed, row) in zip(seeds, summary.rows) {
        let path = folder.file("\(strength)/seed-\(seed)")
        let table = try CSVTable(contentsOf: "\(path)/sensitivity.csv")
        let all = try #require(table.rows.last)
        let (before, after) = (
          try table.number(all, "sensitivity_before"), try table.number(all, "sensitivity_after")
        )
        #expect(after < before, "seed \(seed)")
        sums.before += before / 5
        sums.after += after / 5
        sums.accuracy += try summary.number(row, "accuracy_percent") / 5
        let page = try InputFile.text(of: "\(path)/curves.html")
        #expect(page.contains(">Noise in the weights</h2>") && page.contains(">layers.2</text>"))
      }
      return sums
    }
    let (without, with) = (try train("0"), try train("32"))
    #expect(with.before == without.before)
    #expect(with.after < 0.95 * without.after, "\(with) \(without)")
    #expect(with.after < 0.85 * with.before, "\(with)")
    #expect(with.accuracy > without.accuracy - 0.5, "\(with) \(without)")
  }

  @Test("any method has the report where a rate of wrong weight bits is given, else only act")
  func reports() throws {
    let folder = try TemporaryFolder()
    let noise = ["--bit-error-rate", "0.02"]
    let cases: [(name: String, options: [String], isThere: Bool)] = [
      ("conventional", noise, true), ("weight_clipping", noise, true),
      ("sharpness_aware", noise, true), ("quantization_aware", noise, true),
      ("axtrain", noise, true), ("axtrain", [], false), ("quantization_aware", [], false),
      ("pas", noise + ["--faulty-buffers", "activations"], false),
      ("act", ["--multiplier", TrainMethodTests.multiplier], true),
      (
        "conventional",
        ["--hardware", TrainMethodTests.accelerator, "--memory-supply", "0.5 V"], true
      ),
    ]
    for (index, item) in cases.enumerated() {
      let output = folder.file("\(index)")
      _ = try TrainMethodTests.run(
        TrainMethodTests.common + TrainMethodTests.scratch + item.options
          + ["--method", item.name, "--epochs", "4", "-o", output])
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: output))
      for file in ["sensitivity.csv", "landscape.csv", "error_rates.csv"] {
        #expect(files.contains(file) == item.isThere, "\(item)")
      }
      #expect(files.contains("quantization.yaml"), "\(item)")
      if item.isThere {
        let noise = try CSVTable(contentsOf: "\(output)/sensitivity.csv")
        for row in noise.rows {
          let isOfMultiplier = item.name == "act"
          #expect(try (noise.number(row, "multiplier_after") > 0) == isOfMultiplier, "\(item)")
          #expect(try (noise.number(row, "weight_bits_after") > 0) != isOfMultiplier, "\(item)")
          #expect(try noise.text(row, "timing_after").isEmpty, "\(item)")
        }
        let table = try CSVTable(contentsOf: "\(output)/error_rates.csv")
        let rates = try table.rows.map { try table.number($0, "bit_error_rate") }
        let after = try table.rows.map { try table.number($0, "accuracy_after_percent") }
        #expect(rates == [0, 0.002, 0.01, 0.05, 0.1, 0.2])
        #expect((after.last ?? 100) < (after.first ?? 0) - 5, "\(item) \(after)")
      }
      let page = try InputFile.text(of: "\(output)/curves.html")
      #expect(page.contains("Noise in the weights") == item.isThere, "\(item)")
    }
  }

  @Test(
    "the report's accuracy without errors is evaluate's; pas bears more wrong bits than its start")
  func errorRates() throws {
    let folder = try TemporaryFolder()
    _ = try TrainMethodTests.run(
      TrainMethodTests.common + TrainMethodTests.scratch + [
        "--method", "pas", "--bit-error-rate", "0.1", "--epochs", "40", "-o", folder.file("model"),
      ])
    let table = try CSVTable(contentsOf: folder.file("model/error_rates.csv"))
    let outcome = try TrainMethodTests.run(["evaluate", folder.file("model"), "--format", "csv"])
    let evaluated = try CSVTable(text: outcome.output, file: "out")
    // The test part has fewer examples than the report takes.
    for column in ["", "_low", "_high"] {
      #expect(
        try table.text(table.rows[0], "accuracy_after\(column)_percent")
          == evaluated.text(evaluated.rows[1], "accuracy\(column)_percent"))
    }
    for row in table.rows {
      for side in ["before", "after"] {
        let accuracy = try table.number(row, "accuracy_\(side)_percent")
        #expect(try table.number(row, "accuracy_\(side)_low_percent") <= accuracy)
        #expect(try table.number(row, "accuracy_\(side)_high_percent") >= accuracy)
      }
    }
    let last = try #require(table.rows.last)
    #expect(
      try table.number(last, "accuracy_after_percent")
        > table.number(last, "accuracy_before_percent") + 2)
  }
}
