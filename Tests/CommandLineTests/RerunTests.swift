import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep from a report's manifest", .serialized)
struct RerunTests {
  private static func rerun(
    _ manifest: String, to output: String, _ more: [String] = []
  ) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run(
      ["sweep", manifest, "--output", output, "--jobs", "2", "--quiet", "--allow-outside"] + more)
  }

  @Test("it gives the same rows; the same folder, other inputs and another version are told apart")
  func rerun() throws {
    let folder = try TemporaryFolder()
    let shipped = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let netlist = try InputFile.text(of: Repository.path(shipped))
    let copy = try folder.write(netlist, to: "mul8u_truncated_t6.v")
    let first = try SmallSweep.run(folder, output: "first") {
      $0.replacing(shipped, with: copy)
    }
    try #require(first.status == 0, "\(first.errors)")
    let manifest = folder.file("first/manifest.json")
    let second = try Self.rerun(manifest, to: folder.file("second"))
    #expect(second.status == 0 && second.errors == first.errors, "\(second.errors)")
    #expect(second.output.contains("12 points (0 from the store)"), "\(second.output)")
    for file in ["points.csv", "pareto.csv", "timing_errors.csv"] {
      #expect(
        try SmallSweep.read(folder, "first/\(file)") == SmallSweep.read(folder, "second/\(file)"),
        "\(file)")
    }
    let other = try folder.write(
      InputFile.text(of: manifest).replacing(#/"version": "[^"]*"/#, with: "\"version\": \"0\""),
      to: "older.json")
    let older = try Self.rerun(other, to: folder.file("second"))
    #expect(older.status == 0 && older.output.contains("12 points (12 from the store)"))
    #expect(older.errors.contains("the manifest is of version 0, this is "), "\(older.errors)")

    let same = try Self.rerun(manifest, to: folder.file("first"))
    #expect(same.status == 64, "\(same.errors)")
    #expect(
      same.errors.contains(
        "is an input of this command, which its output would replace: name another folder by "
          + "--output"), "\(same.errors)")

    _ = try folder.write(netlist + "// changed\n", to: "mul8u_truncated_t6.v")
    let changed = try Self.rerun(manifest, to: folder.file("third"))
    #expect(changed.status == 65 && changed.errors.split(separator: "\n").count == 1)
    #expect(
      changed.errors.contains(#/manifest\.json:\d+:\d+: error: input '/#), "\(changed.errors)")
    #expect(changed.errors.contains("mul8u_truncated_t6.v' is not what it was"))
  }

  /// Every kind of training, each with settings that the others do not read.
  private static func mixed(_ text: String) throws -> String {
    try text.replacing(each: [
      #"methods: [^\n]*"#: """
      methods: [conventional, act, pas, axtrain, difference_gradient]
        act_penalty: outputs
        drawn_supplies: [0.45 V, 0.5 V]
        ablations: [averaging]
        average_decay: 0.9
        training_rate_factor: 2
        start_biases: [corrected, trained]
        gradient_window: 8
      """,
      #"  - \{clock: fixed, supply: \[0.80 V\]\}\n"#: "",
      #"hidden: \[32\]"#: "hidden: [4]", "test_fraction: 0.25": "test_fraction: 0.05",
    ])
      + "timing_errors: {fidelity: gate, steps: 16, model: masks, training: transition, "
      + "training_variants: 1}\n"
  }

  /// The cells of each row of a report by multiplier, method and supply.
  private func rows(
    _ folder: TemporaryFolder, _ output: String
  ) throws -> [[String]: [String: String]] {
    let table = try CSVTable(contentsOf: folder.file("\(output)/points.csv"))
    return Dictionary(
      uniqueKeysWithValues: try table.rows.map { row in
        (
          try ["multiplier", "method", "supply_v"].map { try table.text(row, $0) },
          Dictionary(uniqueKeysWithValues: zip(table.header, row.fields))
        )
      })
  }

  @Test("a manifest that is cut to rows of one method gives them, and says what it passes over")
  func rows() throws {
    let folder = try TemporaryFolder()
    let text = try Self.mixed(SmallSweep.text())
    let cache = ["--table-cache", folder.file("tables")]
    let whole = try AxTrainProgram.run(
      SmallSweep.arguments(folder, output: "whole") { _ in text } + cache)
    try #require(whole.status == 0, "\(whole.errors)")
    #expect(!whole.errors.contains("passed over"))
    let all = try rows(folder, "whole")
    // Three methods have two starts, and the recipe two more without averaging.
    try #require(all.count == 2 * 2 * 10)
    let (act, recipe) = ("act_penalty, act_strength, ", "ablations, drawn_supplies, ")
    let captured = "timing_errors.training"
    for (methods, count, passedOver) in [
      (
        "conventional", 1,
        act + recipe + "start_biases, training_rate_factor, average_decay, gradient_window, "
          + "\(captured), timing_errors.model"
      ),
      (
        "act", 1,
        recipe + "start_biases, training_rate_factor, average_decay, gradient_window, \(captured)"
      ),
      ("pas", 2, act + recipe + "average_decay, gradient_window, timing_errors.model"),
      ("axtrain", 4, act + "training_rate_factor, gradient_window, timing_errors.model"),
      (
        "difference_gradient", 2,
        act + recipe + "training_rate_factor, average_decay, \(captured), timing_errors.model"
      ),
    ] {
      let cut = try InputFile.text(of: folder.file("whole/manifest.json")).replacing(each: [
        #""methods": \[[^\]]*\]"#: "\"methods\": [\"\(methods)\"]",
        #""multipliers": \[[^\]]*\]"#:
          "\"multipliers\": [\"HardwareSpecs/Multipliers/mul8u_truncated_t6.v\"]",
        #""supply": \[[^\]]*\]"#: "\"supply\": [\"0.45 V\"]",
      ])
      let outcome = try Self.rerun(
        folder.write(cut, to: "\(methods).json"), to: folder.file(methods), cache)
      try #require(outcome.status == 0, "\(methods): \(outcome.errors)")
      #expect(
        outcome.errors.contains(
          "note: of the manifest's spec nothing that is left reads \(passedOver): passed over"),
        "\(methods): \(outcome.errors)")
      let few = try rows(folder, methods)
      #expect(few.count == count, "\(few.keys)")
      for (key, cells) in few {
        let before = try #require(all[key], "\(key)")
        for (column, cell) in cells where column != "point" {
          guard let old = before[column] else {
            Issue.record("\(column) is no column of the whole")
            continue
          }
          #expect(cell == old, "\(key), \(column)")
        }
      }
    }
  }
}
