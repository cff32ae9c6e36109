import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain train and sweep from corrected biases")
struct CorrectedStartTests {
  private static let multiplier = "HardwareSpecs/Multipliers/mul8u_kulkarni.v"

  private static let sweep = """
    name: corrected
    question: Does fine-tuning gain by beginning with corrected biases?
    technology: HardwareSpecs/Technology/ptm45_hp.yaml
    cells: HardwareSpecs/Cells/ptm45.lib
    accelerator: \(TrainMethodTests.accelerator)
    multipliers: [\(multiplier)]
    operating_points: [{clock: track, supply: [1.00 V]}]
    memory_supply: follows_logic
    extrapolate_memory_law: true
    bit_errors: {rates: [0], buffers: weights}
    dataset: {name: digits, test_fraction: 0.25, split_seed: 1}
    network: {preset: 64-32-10}
    training:
      methods: [weight_clipping, quantization_aware, difference_gradient]
      start_biases: [trained, corrected]
      seeds: [3]
      epochs: 12
      pas_epochs: 3
      batch_size: 32
      learning_rate: 0.005
      pas_learning_rate: 0.003
      weight_clip: 0.2
      logit_scale: 4
      gradient_window: search
    characterization: {dies: 2, transitions: 200, seed: 45}
    evaluation: {chips: 2, chip_seed: 1000}
    report: {accuracy_loss_percent: 1}

    """

  @Test("both train one network, which evaluate gives back, and its record says how it began")
  func same() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Self.sweep, to: "corrected.yaml")
    _ = try TrainMethodTests.run([
      "sweep", folder.file("corrected.yaml"), "--allow-outside", "-o", folder.file("sweep"),
      "--quiet",
    ])
    let points = try CSVTable(contentsOf: folder.file("sweep/points.csv"))
    #expect(points.rows.count == 5)
    for (method, options) in [
      ("quantization_aware", [String]()), ("difference_gradient", ["--gradient-window", "search"]),
    ] {
      let training =
        TrainMethodTests.common + TrainMethodTests.scratch + options + [
          "--method", method, "--multiplier", Self.multiplier, "--seed", "3", "--epochs", "12",
          "--pas-epochs", "3", "--pas-learning-rate", "0.003",
        ]
      _ = try TrainMethodTests.run(
        training + ["--start-biases", "corrected", "-o", folder.file(method)])
      let outcome = try TrainMethodTests.run([
        "evaluate", folder.file(method), "--multiplier", Self.multiplier, "--format", "csv",
      ])
      let table = try CSVTable(text: outcome.output, file: "out")
      let row = try #require(
        points.rows.first { try points.text($0, "method") == "\(method)/corrected_start" })
      #expect(
        try table.text(table.rows[2], "accuracy_percent") == points.text(row, "accuracy_percent"),
        "\(method)")
      #expect(try points.text(row, "start_biases") == "corrected")
      let record = try TrainMethodTests.record(of: folder.file(method))
      #expect(record["start_biases"] == "corrected" && record["bias_examples"] == "512")
      // By a spec, and with the biases as they were trained.
      let spec = try folder.write("start_biases: corrected\n", to: "\(method).yaml")
      _ = try TrainMethodTests.run(
        training + ["--spec", spec, "--allow-outside", "-o", folder.file("\(method)-spec")])
      try TrainMethodTests.expectSame(
        folder, method, "\(method)-spec", ["weights.safetensors", "training.yaml"])
      _ = try TrainMethodTests.run(
        training + ["--start-biases", "trained", "-o", folder.file("\(method)-trained")])
      #expect(
        try InputFile.bytes(of: folder.file("\(method)-trained/weights.safetensors"))
          != InputFile.bytes(of: folder.file("\(method)/weights.safetensors")))
      let trained = try TrainMethodTests.record(of: folder.file("\(method)-trained"))
      #expect(trained["start_biases"] == nil && trained["bias_examples"] == nil)
    }
  }
}
