import Files
import Foundation
import TestSupport
import Testing

@Suite("Sweeps that begin with a given network, and with random weights", .serialized)
struct GivenNetworkSweepTests {
  private typealias Trainings = TrainMethodTests

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func spec(
    network: String, methods: String, epochs: Int, pasEpochs: Int,
    split: String = "test_fraction: 0.25, split_seed: 1", more: String = ""
  ) -> String {
    """
    name: given
    question: What does a network bear that was trained before?
    technology: HardwareSpecs/Technology/ptm45_hp.yaml
    cells: HardwareSpecs/Cells/ptm45.lib
    accelerator: \(Trainings.accelerator)
    multipliers: [\(Trainings.multiplier)]
    operating_points: [{clock: track, supply: [1.00 V]}]
    memory_supply: follows_logic
    extrapolate_memory_law: true
    bit_errors: {rates: [0], buffers: weights}
    dataset: {name: digits, \(split)}
    network: \(network)
    training:
      methods: [\(methods)]
      seeds: [3]
      epochs: \(epochs)
      pas_epochs: \(pasEpochs)
      batch_size: 32
      learning_rate: 0.005
      pas_learning_rate: 0.003
      weight_clip: 0.2
      logit_scale: 4\(more)
    characterization: {dies: 2, transitions: 200, seed: 45}
    evaluation: {chips: 2, chip_seed: 1000}
    report: {accuracy_loss_percent: 1}

    """
  }

  /// The path of a topology of two dense layers, for digits.
  private func topology(_ name: String, between layers: [String]) throws -> String {
    let lines = layers.map { "\n  - \($0)" }.joined()
    return try folder.write(
      """
      name: \(name)
      input: {channels: 1, rows: 8, columns: 8}
      layers:
        - flatten
        - dense: {outputs: 16}\(lines)
        - dense: {outputs: 10}

      """, to: "\(name).yaml")
  }

  private func sweep(_ spec: String) throws -> AxTrainProgram.Outcome {
    _ = try folder.write(spec, to: "given.yaml")
    return try AxTrainProgram.run([
      "sweep", folder.file("given.yaml"), "--allow-outside", "-o", folder.file("sweep"), "--quiet",
    ])
  }

  private func points(_ spec: String) throws -> CSVTable {
    let outcome = try sweep(spec)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try CSVTable(contentsOf: folder.file("sweep/points.csv"))
  }

  private func cell(_ points: CSVTable, _ method: String, _ column: String) throws -> String {
    let row = try #require(
      points.rows.first { try points.text($0, "method") == method }, "\(method)")
    return try points.text(row, column)
  }

  private func train(_ name: String, _ options: [String]) throws {
    _ = try Trainings.run(Trainings.common + options + ["--seed", "3", "-o", folder.file(name)])
  }

  /// Through the multiplier, in percent.
  private func accuracy(of model: String) throws -> String {
    let outcome = try Trainings.run([
      "evaluate", folder.file(model), "--multiplier", Trainings.multiplier, "--format", "csv",
    ])
    let table = try CSVTable(text: outcome.output, file: "out")
    return try table.text(table.rows[2], "accuracy_percent")
  }

  @Test("a given network is evaluated as it is, and every training begins with it")
  func given() throws {
    try train("mine", Trainings.scratch + ["--method", "conventional", "--epochs", "3"])
    let spec = spec(
      network: "{model: \(folder.file("mine"))}", methods: "conventional, weight_clipping, pas",
      epochs: 4, pasEpochs: 2)
    let outcome = try sweep(spec)
    // Findings do not call the user's network conventionally trained.
    #expect(!outcome.output.contains("onventionally trained"), "\(outcome.output)")
    #expect(outcome.output.contains("given network"), "\(outcome.output)")
    let points = try points(spec)
    #expect(
      try cell(points, "conventional", "accuracy_percent") == accuracy(of: "mine"))
    for (method, passes) in [("conventional", "0"), ("weight_clipping", "4"), ("pas", "4")] {
      #expect(try cell(points, method, "training_passes") == passes)
    }
    try train(
      "pas",
      [
        "--start", folder.file("mine"), "--logit-scale", "4", "--method", "pas", "--bit-error-rate",
        "0", "--multiplier", Trainings.multiplier,
        "--epochs", "2", "--learning-rate", "0.003",
      ])
    #expect(try cell(points, "pas", "accuracy_percent") == accuracy(of: "pas"))
    // The network's files are inputs of the manifest, by their hashes.
    let manifest = try InputFile.text(of: folder.file("sweep/manifest.json"))
    for file in ["topology.yaml", "weights.safetensors"] {
      #expect(
        manifest.contains(
          Digest(of: try InputFile.bytes(of: folder.file("mine/\(file)"))).description))
    }
    #expect(manifest.contains("Method conventional is the network of"))
    // Another network of the same shape is another sweep.
    try train("other", Trainings.scratch + ["--method", "conventional", "--epochs", "1"])
    let weights = try InputFile.bytes(of: folder.file("other/weights.safetensors"))
    try OutputFile.write(weights, to: folder.file("mine/weights.safetensors"))
    let others = try self.points(spec)
    #expect(try cell(others, "conventional", "accuracy_percent") == accuracy(of: "mine"))
    #expect(
      try cell(others, "pas", "accuracy_percent") != cell(points, "pas", "accuracy_percent"))
  }

  @Test("a network that was trained on other examples of the dataset is noted")
  func otherSplit() throws {
    try train("mine", Trainings.scratch + ["--method", "conventional", "--epochs", "1"])
    let outcome = try sweep(
      spec(
        network: "{model: \(folder.file("mine"))}", methods: "conventional", epochs: 3,
        pasEpochs: 1, split: "test_fraction: 0.25, split_seed: 2"))
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("the model was trained with split_seed 1"), "\(outcome.errors)")
  }

  @Test("where fine-tuning has all passes it begins with random weights, as the command's does")
  func scratch() throws {
    let points = try points(
      spec(
        network: "{preset: 64-32-10}", methods: "quantization_aware, pas, axtrain", epochs: 8,
        pasEpochs: 4, more: "\n  table_epochs: 1"))
    for (method, options) in [
      ("quantization_aware", []), ("pas", ["--bit-error-rate", "0"]),
      ("axtrain", ["--table-epochs", "1"]),
    ] {
      #expect(try cell(points, method, "training_passes") == "8")
      try train(
        method,
        Trainings.scratch + options + [
          "--method", method, "--epochs", "8", "--pas-epochs", "4", "--pas-learning-rate", "0.003",
          "--multiplier", Trainings.multiplier,
        ])
      #expect(!FileManager.default.fileExists(atPath: folder.file("\(method)/start")))
      #expect(try cell(points, method, "accuracy_percent") == accuracy(of: method), "\(method)")
    }
    #expect(try Trainings.record(of: folder.file("axtrain"))["table_epochs"] == "1")
  }

  @Test("from random weights too dropout is left out and biases are corrected, as sweeps do")
  func foldedScratch() throws {
    let topology = try topology("dropping", between: ["relu", "dropout: {probability: 0.5}"])
    let points = try points(
      spec(
        network: "{topology: \(topology)}", methods: "pas", epochs: 8, pasEpochs: 4,
        more: "\n  start_biases: [trained, corrected]"))
    for (biases, name) in [("trained", "pas"), ("corrected", "pas/corrected_start")] {
      try train(
        biases,
        [
          "--topology", topology, "--logit-scale", "4", "--method", "pas", "--bit-error-rate", "0",
          "--epochs", "8", "--pas-epochs", "4", "--pas-learning-rate", "0.003", "--multiplier",
          Trainings.multiplier, "--start-biases", biases,
        ])
      #expect(try cell(points, name, "accuracy_percent") == accuracy(of: biases), "\(biases)")
    }
    #expect(
      try cell(points, "pas", "accuracy_percent")
        != cell(points, "pas/corrected_start", "accuracy_percent"))
    #expect(try Trainings.record(of: folder.file("corrected"))["bias_examples"] == "512")
  }

  @Test("exact products before the table's epochs are checked against accumulators that saturate")
  func saturation() throws {
    let accelerator = try InputFile.text(of: Repository.path(Trainings.accelerator))
      .replacing("width_bits: 24, overflow: wrap", with: "width_bits: 21, overflow: saturate")
      .replacing("weight_words: 4096", with: "weight_words: 16384")
    let path = try folder.write(accelerator, to: "saturating.yaml")
    for (epochs, status) in [(1, Int32(65)), (2, 0)] {
      let outcome = try sweep(
        spec(
          network: "{hidden: [67]}", methods: "axtrain", epochs: 4, pasEpochs: 2,
          more: "\n  table_epochs: \(epochs)"
        ).replacing(Trainings.accelerator, with: path)
          .replacing(Trainings.multiplier, with: "HardwareSpecs/Multipliers/mul8u_kulkarni.v")
          .replacing("dataset:", with: "encodings: [sign_magnitude]\ndataset:"))
      #expect(outcome.status == status, "\(outcome.errors)")
      if status != 0 {
        #expect(
          outcome.errors.contains("exact products of axtrain before table_epochs"),
          "\(outcome.errors)")
      }
    }
  }

  @Test("what cannot be begun with is refused in one line")
  func refused() throws {
    let normalized = try topology("normalized", between: ["batch_normalization", "relu"])
    for (network, epochs, pasEpochs, more, status, message) in [
      (
        "{topology: \(normalized)}", 4, 2, "", Int32(65),
        "normalized has batch normalization, which fine-tuning folds: it cannot begin with random "
          + "weights; 2 × pas_epochs must be less than epochs"
      ),
      (
        "{preset: 64-32-10}", 4, 3, "", 65,
        "each epoch of pas takes two passes: 2 × 3 must be at most epochs, 4"
      ),
      (
        "{preset: 64-32-10, model: Models/mine}", 4, 2, "", 65,
        "a network is one of hidden, preset, topology and model"
      ),
      ("{model: \(folder.file("none"))}", 4, 2, "", 66, "none/topology.yaml"),
      (
        "{preset: 64-32-10}", 8, 3, "\n  table_epochs: 4", 65,
        "4 is outside 1 … 3"
      ),
      (
        "{preset: 64-32-10}", 8, 3, "\n  table_epochs: 1\n  start_biases: [corrected]", 65,
        "epochs before these run through exact products, which corrected biases are wrong for"
      ),
    ] {
      let outcome = try sweep(
        spec(
          network: network, methods: "pas, axtrain", epochs: epochs, pasEpochs: pasEpochs,
          more: more))
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }
}
