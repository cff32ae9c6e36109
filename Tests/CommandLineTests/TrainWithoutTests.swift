import Files
import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite("axtrain train without some of the recipe's ingredients", .serialized)
struct TrainWithoutTests {
  private typealias Trainings = TrainMethodTests

  /// Of two stages of four passes each.
  private static let recipe =
    Trainings.common + Trainings.scratch
    + ["--method", "axtrain", "--epochs", "8", "--pas-epochs", "2"]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func train(_ name: String, _ options: [String]) throws {
    _ = try Trainings.run(options + ["-o", folder.file(name)])
  }

  private func without(_ ingredients: String, _ options: [String] = [], as name: String) throws {
    try train(name, Self.recipe + ["--without", ingredients] + options)
  }

  private func weights(_ name: String) throws -> [UInt8] {
    try InputFile.bytes(of: folder.file("\(name)/weights.safetensors"))
  }

  @Test("without drawn rates and averaging it leaves the weights of pas, bit for bit")
  func pas() throws {
    let errors = ["--bit-error-rate", "0.05", "--multiplier", Trainings.multiplier]
    try without("averaging,drawn_rates", errors, as: "without")
    try train(
      "pas",
      Trainings.common + Trainings.scratch + errors
        + ["--method", "pas", "--epochs", "8", "--pas-epochs", "2"])
    try Trainings.expectSame(
      folder, "without", "pas",
      [
        "weights.safetensors", "history.csv", "quantization.yaml", "sensitivity.csv",
        "error_rates.csv",
      ])
    try Trainings.expectSame(folder, "without/start", "pas/start", Trainings.modelFiles)
    let record = try Trainings.record(of: folder.file("without"))
    #expect(record["without"] == "drawn_rates,averaging" && record["method"] == "axtrain")
    #expect(record["drawn_rates"] == nil && record["average_decay"] == nil)
  }

  @Test("without drawn rates drawn supplies may stand: it trains at the one supply, as pas does")
  func drawnSupplies() throws {
    let hardware = [
      "--multiplier", Trainings.multiplier, "--hardware", Trainings.accelerator, "--supply",
      "0.45 V", "--dies", "4", "--transitions", "400",
    ]
    try without(
      "averaging,drawn_rates", hardware + ["--drawn-supplies", "0.45,0.55 V"], as: "without")
    try train(
      "pas",
      Trainings.common + Trainings.scratch + hardware
        + ["--method", "pas", "--epochs", "8", "--pas-epochs", "2"])
    try Trainings.expectSame(
      folder, "without", "pas", ["weights.safetensors", "history.csv", "quantization.yaml"])
    let record = try Trainings.record(of: folder.file("without"))
    #expect(record["supply_v"] == "0.45" && record["drawn_supplies_v"] == nil)
  }

  @Test("without clipping no weight is cut, neither before fine-tuning nor in it")
  func clipping() throws {
    try without("clipping", as: "without")
    let plain = Trainings.common.filter { $0 != "--weight-clip" && $0 != "0.2" }
    try train(
      "start",
      plain + Trainings.scratch
        + ["--method", "conventional", "--schedule", "linear", "--epochs", "4"])
    try Trainings.expectSame(folder, "without/start", "start", Trainings.modelFiles)
    for part in ["without/start", "without"] {
      let network = try ModelFolder.read(folder.file(part))
      #expect(network.parameters.contains { abs($0) > 0.3 }, "\(part)")
      #expect(try Trainings.record(of: folder.file(part))["weight_clip"] == nil)
    }
    // The limit that is not held need not be given.
    try train(
      "unlimited",
      Self.recipe.filter { !["--weight-clip", "0.2"].contains($0) }
        + ["--without", "clipping"])
    try Trainings.expectSame(folder, "without", "unlimited", Trainings.modelFiles)
  }

  @Test("without a logit scale both trainings are those whose factor is 1")
  func logitScale() throws {
    try without("logit_scale", as: "without")
    let unscaled = Self.recipe.filter { $0 != "--logit-scale" && $0 != "4" }
    try train("unscaled", unscaled)
    try Trainings.expectSame(folder, "without/start", "unscaled/start", Trainings.modelFiles)
    try Trainings.expectSame(
      folder, "without", "unscaled", ["weights.safetensors", "topology.yaml", "history.csv"])
  }

  @Test(
    "without averaging the last weights are kept, without the clean pass epochs are twice as many")
  func averagingAndPasses() throws {
    try without("averaging", as: "last")
    try train("decay", Self.recipe + ["--average-decay", "0"])
    try Trainings.expectSame(folder, "last", "decay", ["weights.safetensors", "history.csv"])
    try without(
      "clean_pass", ["--last-epochs", "1", "--last-learning-rate", "0.001"], as: "perturbed")
    let record = try Trainings.record(of: folder.file("perturbed"))
    #expect(record["epochs"] == "4" && record["last_epochs"] == "2")
    #expect(record["without"] == "clean_pass")
    #expect(try CSVTable(contentsOf: folder.file("perturbed/history.csv")).rows.count == 4)
  }

  @Test("without products it trains through exact ones, and is judged through the multiplier's")
  func products() throws {
    let errors = ["--bit-error-rate", "0.05"]
    try train("exact", Self.recipe + errors)
    try without("products", errors + ["--multiplier", Trainings.multiplier], as: "without")
    try train("whole", Self.recipe + errors + ["--multiplier", Trainings.multiplier])
    try Trainings.expectSame(folder, "exact", "without", ["weights.safetensors", "history.csv"])
    #expect(try weights("whole") != weights("exact"))
    #expect(
      try InputFile.bytes(of: folder.file("exact/error_rates.csv"))
        != InputFile.bytes(of: folder.file("without/error_rates.csv")))
  }

  @Test("a network without an ingredient is the one that a sweep trains by the same settings")
  func asSweeps() throws {
    let ingredients = [
      "clipping", "logit_scale", "drawn_rates", "clean_pass", "averaging", "products",
    ]
    let spec = """
      name: same
      question: Does the command train the networks of a sweep's ablations?
      technology: HardwareSpecs/Technology/ptm45_hp.yaml
      cells: HardwareSpecs/Cells/ptm45.lib
      accelerator: \(Trainings.accelerator)
      multipliers: [\(Trainings.multiplier)]
      operating_points: [{clock: track, supply: [1.00 V]}]
      memory_supply: follows_logic
      extrapolate_memory_law: true
      bit_errors: {rates: [0], buffers: weights}
      dataset: {name: digits, test_fraction: 0.25, split_seed: 1}
      network: {preset: 64-32-10}
      training:
        methods: [axtrain]
        ablations: [\(ingredients.joined(separator: ", "))]
        seeds: [3]
        epochs: 12
        pas_epochs: 3
        batch_size: 32
        learning_rate: 0.005
        pas_learning_rate: 0.003
        last_epochs: 1
        last_learning_rate: 0.001
        weight_clip: 0.2
        logit_scale: 4
      characterization: {dies: 2, transitions: 200, seed: 45}
      evaluation: {chips: 2, chip_seed: 1000}
      report: {accuracy_loss_percent: 1}

      """
    _ = try folder.write(spec, to: "same.yaml")
    _ = try Trainings.run([
      "sweep", folder.file("same.yaml"), "--allow-outside", "-o", folder.file("sweep"), "--quiet",
    ])
    let points = try CSVTable(contentsOf: folder.file("sweep/points.csv"))
    #expect(points.rows.count == 7)
    for ingredient in ingredients {
      try train(
        ingredient,
        Trainings.common + Trainings.scratch + [
          "--method", "axtrain", "--without", ingredient, "--multiplier", Trainings.multiplier,
          "--epochs", "12", "--pas-epochs", "3", "--pas-learning-rate", "0.003", "--last-epochs",
          "1", "--last-learning-rate", "0.001", "--seed", "3",
        ] + (ingredient == "drawn_rates" ? ["--bit-error-rate", "0"] : []))
      let outcome = try Trainings.run([
        "evaluate", folder.file(ingredient), "--multiplier", Trainings.multiplier, "--format",
        "csv",
      ])
      let table = try CSVTable(text: outcome.output, file: "out")
      let row = try #require(
        points.rows.first { try points.text($0, "method") == "axtrain/no_\(ingredient)" })
      #expect(
        try table.text(table.rows[2], "accuracy_percent") == points.text(row, "accuracy_percent"),
        "\(ingredient)")
    }
  }
}
