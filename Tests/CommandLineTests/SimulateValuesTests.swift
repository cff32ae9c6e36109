import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain simulate of a trained network", .serialized)
struct SimulateValuesTests {
  private func table(_ options: [String]) throws -> CSVTable {
    let outcome = try AxTrainProgram.run(["simulate"] + options + ["--format", "csv"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try CSVTable(text: outcome.output, file: "out")
  }

  @Test("accuracy is that of evaluate, cycles are those of the batches, on both levels")
  func values() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("model")
    let trained = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "3", "-o", model,
      "--quiet",
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let evaluated = try AxTrainProgram.run([
      "evaluate", model, "--dataset", "digits", "--multiplier", multiplier, "--format", "csv",
    ])
    let accuracies = try CSVTable(text: evaluated.output, file: "out")
    let shapes = try table(["--network", "64-32-10", "--batch", "50"])
    for (name, row) in [("exact", 1), (multiplier, 2)] {
      let chosen = name == "exact" ? [] : ["--multiplier", name]
      let runs = try [
        ["--level", "register", "--dataflow", "output_stationary"],
        ["--level", "closed_form", "--dataflow", "weight_stationary"],
      ].map {
        try table(
          ["--network", model, "--batch", "50", "--energy-table", "horowitz45"] + $0 + chosen)
      }
      for (run, level) in zip(runs, ["register", "closed_form"]) {
        let total = try #require(run.rows.last)
        #expect(try run.text(total, "level") == level)
        #expect(
          try run.text(total, "accuracy_percent")
            == accuracies.text(accuracies.rows[row], "accuracy_percent"))
        #expect(try run.text(run.rows[0], "accuracy_percent") == "")
        #expect(try run.number(total, "total_energy") > 0)
        #expect((try run.text(total, "register_bit_toggles") == "") == (level != "register"))
        #expect(
          try run.text(total, "images") == accuracies.text(accuracies.rows[row], "images"))
      }
    }
    try words(model)
    // Sums of 64 products of bytes do not fit 12 bits.
    let shortSums = try AxTrainProgram.run([
      "simulate", "--network", model, "--images", "20", "--accumulator-bits", "12", "--format",
      "csv",
    ])
    let overflows = try CSVTable(text: shortSums.output, file: "out")
    #expect(try overflows.number(#require(overflows.rows.last), "overflowed_sums_share") > 0.5)
    #expect(shortSums.errors.contains("sums that do not fit accumulators of 12 bits wrap: "))
    let whole = try table(["--network", model, "--images", "400", "--batch", "50"])
    for (layer, shape) in zip(whole.rows, shapes.rows) {
      #expect(
        try whole.number(layer, "compute_cycles") == 8 * shapes.number(shape, "compute_cycles"))
    }
    // Toggles of 32 images a batch stand for those of all.
    let gates = try table([
      "--network", model, "--images", "200", "--batch", "50", "--level", "register",
      "--multiplier", multiplier, "--supply", "0.5V", "--transitions", "160",
    ])
    let total = try #require(gates.rows.last)
    let (estimated, counted) = (
      try gates.number(total, "estimated_register_toggles"),
      try gates.number(total, "register_bit_toggles")
    )
    #expect(abs(estimated / counted - 1) < 0.03, "\(estimated) \(counted)")
    #expect(try gates.text(total, "register_toggles_source") == "counted")
    #expect(!gates.header.contains("timing_errors"))
    // At the nominal supply and its own clock's guard band no product is late; far below many are.
    let exact = "HardwareSpecs/Multipliers/mul8u_exact_dadda.v"
    let few = ["--network", model, "--images", "20", "--level", "register", "--multiplier", exact]
    let late = few + ["--transitions", "160", "--timing-errors", "gate", "--chip-seed", "7"]
    let without = try table(few)
    let nominal = try table(late + ["--supply", "1V"])
    let low = try table(late + ["--supply", "0.55V", "--clock", "fixed"])
    let (right, wrong) = (try #require(nominal.rows.last), try #require(low.rows.last))
    #expect(try nominal.number(right, "wrong_products") == 0)
    #expect(try nominal.text(right, "correct") == without.text(without.rows[2], "correct"))
    #expect(try low.number(wrong, "wrong_products") > 1000)
    #expect(try low.text(wrong, "timing_errors") == "gate" && low.text(wrong, "chip_seed") == "7")
    #expect(try low.number(wrong, "dies") == 256)
    let share =
      try low.number(wrong, "wrong_products") / low.number(wrong, "multiplications")
    #expect(abs(try low.number(wrong, "wrong_products_share") / share - 1) < 1e-8)
    let seven = try table(["--network", model, "--images", "7", "--level", "register"])
    #expect(try seven.rows.last.map { try seven.number($0, "images") } == 7)
    let shipped = Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml")
    let narrow = try folder.write(
      InputFile.text(of: shipped).replacing("width_bits: 8,", with: "width_bits: 4,"),
      to: "narrow.yaml")
    for (options, message) in [
      (["--images", "99999"], "--images: 99999 is outside 1 … "),
      (["--images", "-1"], "--images: -1 is outside 1 … "),
      (["--dataset", "nowhere"], "nowhere"), (["--hardware", "none.yaml"], "none.yaml"),
      (["--weight-words", "255"], "which has 255, 1 too few"),
      (
        ["--weight-banks", "2", "--weight-word-bits", "6", "--hardware", narrow],
        "a word of the weight buffer has 6 bits, an operand 8"
      ),
      // A wrong multiplier is found before the data is looked for.
      (["--dataset", "nowhere", "--multiplier", "none.v"], "none.v"),
      (["--dataset", "nowhere", "--multiplier", "nonsense"], "nonsense"),
      (["--dataset", "nowhere", "--multiplier", "drum", "--supply", "0.5V"], "'drum' needs 'k'"),
      (["--level", "register", "--timing-errors", "gate"], "which need --supply and"),
      (
        [
          "--level", "register", "--timing-errors", "transition", "--supply", "0.5V",
          "--multiplier", exact, "--dataflow", "output_stationary",
        ], "give --timing-errors gate"
      ),
      (
        [
          "--level", "register", "--timing-errors", "gate", "--supply", "0.5V", "--multiplier",
          exact, "--chip-seed", "-1",
        ], "--chip-seed"
      ),
    ] {
      let refused = try AxTrainProgram.run(["simulate", "--network", model] + options)
      #expect(refused.status != 0 && refused.errors.contains(message), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1 && refused.output.isEmpty)
    }
    for options in [
      ["--network", model, "--width-bits", "8"], ["--network", "64-32-10", "--images", "3"],
      ["--gemm", "1x1x1", "--level", "register", "--convention", "scalesim"],
      ["--gemm", "1x1x1", "--level", "register", "--rows", "2,3"],
      ["--gemm", "1x1x1", "--level", "closed_form", "--seed", "3"],
      ["--gemm", "1x1x1", "--level", "register", "--explain"],
      ["--gemm", "1x1x1", "--jobs", "2"],
      ["--network", model, "--level", "register", "--convention", "scalesim"],
      ["--network", model, "--jobs", "0"],
      ["--network", model, "--timing-errors", "gate", "--supply", "1V", "--multiplier", exact],
      ["--network", model, "--level", "register", "--chip-seed", "1"],
      [
        "--network", model, "--level", "register", "--timing-errors", "gate", "--dies", "2",
        "--supply", "1V", "--multiplier", exact,
      ],
      ["--gemm", "1x1x1", "--timing-errors", "gate", "--supply", "1V", "--multiplier", exact],
    ] {
      let refused = try AxTrainProgram.run(["simulate"] + options)
      #expect(refused.status == 64 && refused.output.isEmpty, "\(options)")
    }
  }

  /// A row's words are the model's, whatever the accelerator states.
  private func words(_ model: String) throws {
    let folder = try TemporaryFolder()
    let shipped = try InputFile.text(of: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    let hardware = try folder.write(
      shipped.replacing("encoding: offset", with: "encoding: sign_magnitude"), to: "signs.yaml")
    let quantized = folder.file("quantized")
    try FileManager.default.copyItem(atPath: model, toPath: quantized)
    let outcome = try AxTrainProgram.run([
      "quantize", quantized, "--encoding", "twos_complement", "--weight-bits", "4",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    for (network, expected) in [
      (model, ["offset", "8", "8"]), (quantized, ["twos_complement", "8", "4"]),
    ] {
      let run = try table(["--network", network, "--hardware", hardware, "--images", "5"])
      for row in run.rows {
        let words = try ["encoding", "activation_bits", "weight_bits"].map { try run.text(row, $0) }
        #expect(words == expected)
      }
    }
  }
}
