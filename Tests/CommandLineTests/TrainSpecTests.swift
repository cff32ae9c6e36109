import Files
import Foundation
import TestSupport
import Testing

@Suite("Specs of axtrain train", .serialized)
struct TrainSpecTests {
  @Test("a spec leaves the bytes of the same options; an option overrides it")
  func spec() throws {
    let folder = try TemporaryFolder()
    let path = "Trainings/digits-pas.yaml"
    let yaml = try StrictYAML(contentsOf: Repository.path(path))
    var options: [String] = []
    for entry in try yaml.entries() where !["epochs", "pas_epochs"].contains(entry.key) {
      options += ["--" + entry.key.replacing("_", with: "-"), try entry.value.text()]
    }
    let short = ["--epochs", "8", "--pas-epochs", "2", "--seed", "5", "--format", "csv"]
    _ = try TrainMethodTests.run(["train", "--spec", path, "-o", folder.file("spec")] + short)
    _ = try TrainMethodTests.run(["train", "-o", folder.file("options")] + options + short)
    try TrainMethodTests.expectSame(
      folder, "spec", "options", TrainMethodTests.modelFiles + ["quantization.yaml"])
    let record = try InputFile.text(of: folder.file("spec/training.yaml"))
    #expect(record.contains("\nseed: 5\n") && record.contains("\nmethod: pas\n"))
  }

  @Test("each key of a spec sets its option")
  func keys() throws {
    let folder = try TemporaryFolder()
    let lines = [
      "preset: 64-32-10", "dataset: digits", "test_fraction: 0.4", "split_seed: 7",
      "label_column: label", "method: act_pas", "epochs: 8", "pas_epochs: 2", "optimizer: sgd",
      "momentum: 0.8", "nesterov: true", "learning_rate: 0.05", "pas_learning_rate: 0.02",
      "schedule: cosine:0.001", "batch_size: 40", "weight_decay: 0.0001", "label_smoothing: 0.1",
      "gradient_clip: 2", "weight_clip: 0.3", "average_decay: 0.5", "shift: 1",
      "standardize: false", "validation_fraction: 0.2", "patience: 3", "logit_scale: 3",
      "act_penalty: outputs", "act_strength: 20", "act_schedule: linear:0.0:0.5",
      "multiplier: \(TrainMethodTests.multiplier)", "sign: unsigned",
      "cells: HardwareSpecs/Cells/ptm45.lib", "bit_error_rate: 0.01", "faulty_buffers: both",
      "training_rate_factor: 1.5",
      "hardware: \(TrainMethodTests.accelerator)",
      "technology: HardwareSpecs/Technology/ptm45_hp.yaml",
      "supply: 0.55 V", "clock: fixed", "dies: 4", "transitions: 400", "die_seed: 9",
      "timing_errors: transition", "training_variants: 1",
      "encoding: offset", "weight_bits: 8", "activation_bits: 8", "weight_granularity: channel",
      "weight_scheme: offset", "activation_scheme: symmetric", "weight_range: percentile=99.5",
      "activation_range: clipping=3.0", "calibration: 300", "seed: 4",
    ]
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "all.yaml")
    _ = try TrainMethodTests.run([
      "train", "--spec", folder.file("all.yaml"), "-o", folder.file("out"), "--quiet",
    ])
    let record = try StrictYAML(contentsOf: folder.file("out/training.yaml"))
    var found: [String: String] = [:]
    for entry in try record.entries() { found[entry.key] = try entry.value.text() }
    // Those that are recorded in another form.
    let others = [
      "preset": ("topology", "64-32-10"), "supply": ("supply_v", "0.55"), "epochs": ("epochs", "1"),
      "pas_learning_rate": ("learning_rate", "0.02"), "logit_scale": ("logit_scale", "3.0"),
      "act_strength": ("act_strength", "20.0"), "gradient_clip": ("gradient_clip", "2.0"),
    ]
    for line in lines {
      let parts = line.components(separatedBy: ": ")
      if ["pas_epochs", "learning_rate", "label_column"].contains(parts[0]) { continue }
      let (key, value) = others[parts[0]] ?? (parts[0], parts[1])
      #expect(
        found[key] == value || Double(found[key] ?? "") == Double(value), "\(key): \(value)")
    }
    let first = try InputFile.text(of: folder.file("out/start/training.yaml"))
    #expect(first.contains("\nepochs: 4\n") && first.contains("\nlearning_rate: 0.05\n"))
  }

  @Test("every option but those of a run is a key of a spec")
  func allKeys() throws {
    let folder = try TemporaryFolder()
    let help = try TrainMethodTests.run(["train", "--help"]).output
    let options = Set(help.matches(of: /(?m)^  (?:-\w, )?--([a-z-]+)/).map { String($0.output.1) })
    let ofARun: Set = [
      "spec", "allow-outside", "data", "jobs", "format", "quiet", "color", "version", "help",
    ]
    #expect(options.isSuperset(of: ofARun) && options.count > 60)
    let keys = options.subtracting(ofARun).map { $0.replacing("-", with: "_") }.sorted()
    // Keys are looked at before values.
    _ = try folder.write(keys.map { "\($0): {a: b}\n" }.joined(), to: "all.yaml")
    let known = try AxTrainProgram.run(["train", "--spec", folder.file("all.yaml")])
    #expect(known.status == 65)
    #expect(known.errors.contains("one word or value is needed here"), "\(known.errors)")
    for option in ofARun {
      let key = option.replacing("-", with: "_")
      _ = try folder.write("\(key): 1\n", to: "one.yaml")
      let unknown = try AxTrainProgram.run(["train", "--spec", folder.file("one.yaml")])
      #expect(unknown.errors.contains("unknown key '\(key)'"), "\(unknown.errors)")
    }
  }

  @Test("drawn supplies of a spec are those of the option, in any order and unit")
  func drawnSupplies() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("drawn_supplies: [0.5 V, 450 mV]\n", to: "drawn.yaml")
    let common =
      TrainMethodTests.common + TrainMethodTests.scratch
      + ["--multiplier", TrainMethodTests.multiplier, "--hardware", TrainMethodTests.accelerator]
      + ["--dies", "4", "--transitions", "400", "--epochs", "8", "--pas-epochs", "2"]
    for (name, options) in [
      ("spec", ["--spec", folder.file("drawn.yaml")]),
      ("option", ["--drawn-supplies", "0.45:0.5:0.05 V"]),
    ] {
      _ = try TrainMethodTests.run(common + options + ["-o", folder.file(name)])
    }
    try TrainMethodTests.expectSame(
      folder, "spec", "option", TrainMethodTests.modelFiles + ["quantization.yaml"])
  }

  @Test("keys of other methods set their options too, and one way to begin overrides the other")
  func otherKeys() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      """
      preset: 64-32-10
      dataset: digits
      method: axtrain
      drawn_rates: [0.02, 0.3]
      drawn_activation_rates: [0.002, 0.1]
      faulty_buffers: both
      pas_epochs: 3
      last_epochs: 1
      last_learning_rate: 0.0001
      without: [logit_scale]
      logit_scale: 3
      weight_clip: 0.2
      multiplier: \(TrainMethodTests.multiplier)
      hardware: \(TrainMethodTests.accelerator)
      supply: 0.5 V
      memory_supply: 900 mV
      extrapolate_memory_law: true
      dies: 4
      transitions: 400
      epochs: 8
      seeds: [7, 8]

      """, to: "drawn.yaml")
    _ = try TrainMethodTests.run([
      "train", "--spec", folder.file("drawn.yaml"), "-o", folder.file("drawn"), "--quiet",
    ])
    let record = try InputFile.text(of: folder.file("drawn/seed-8/training.yaml"))
    for line in [
      "seed: 8", "drawn_rates: \"0.02,0.3\"", "faulty_buffers: both",
      "drawn_activation_rates: \"0.002,0.1\"", "epochs: 3", "last_epochs: 1",
      "last_learning_rate: 0.0001",
      "memory_supply_v: 0.9", "extrapolate_memory_law: true", "extrapolated: true",
      "average_decay: 0.998", "without: logit_scale",
    ] {
      #expect(record.contains("\n\(line)\n"), "\(line)")
    }
    #expect(!record.contains("\nlogit_scale"))
    _ = try folder.write(
      """
      start: drawn/seed-7
      dataset: digits
      method: sharpness_aware
      sharpness_radius: 0.2
      extrapolate_memory_law: false
      epochs: 1
      output: never

      """, to: "sharp.yaml")
    _ = try TrainMethodTests.run([
      "train", "--spec", folder.file("sharp.yaml"), "--allow-outside", "--start",
      folder.file("drawn/seed-8"), "--sharpness-radius", "0.1", "-o", folder.file("sharp"),
    ])
    let sharp = try InputFile.text(of: folder.file("sharp/training.yaml"))
    let start = try InputFile.bytes(of: folder.file("drawn/seed-8/weights.safetensors"))
    #expect(sharp.contains("\nsharpness_radius: 0.1\n"))
    #expect(sharp.contains("\nstart_sha256: \(Digest(of: start))\n"))
    #expect(!FileManager.default.fileExists(atPath: Repository.path("never")))
  }

  private static let scratch = "preset: 64-32-10\nlogit_scale: 4\npas_epochs: 1\n"

  /// A spec of the recipe for hardware, with more lines.
  private func recipe(_ folder: TemporaryFolder, _ name: String, _ more: String) throws -> String {
    try folder.write(
      """
      dataset: digits
      method: axtrain
      weight_clip: 0.2
      batch_size: 32
      learning_rate: 0.005
      multiplier: \(TrainMethodTests.multiplier)
      hardware: \(TrainMethodTests.accelerator)
      extrapolate_memory_law: true
      dies: 4
      transitions: 400
      epochs: 3
      \(more)

      """, to: "\(name).yaml")
  }

  @Test("an option takes the place of keys of other names that it excludes")
  func excluded() throws {
    let folder = try TemporaryFolder()
    let first = folder.file("first")
    _ = try TrainMethodTests.run(
      TrainMethodTests.common + TrainMethodTests.scratch
        + ["--method", "weight_clipping", "--epochs", "2", "-o", first])
    let (scratch, drawn) = (Self.scratch, "drawn_supplies: [0.45 V, 0.5 V]")
    let rates = "drawn_rates: [0.02, 0.3]\ndrawn_activation_rates: [0.002, 0.1]"
    let supply = ["--supply", "0.5 V"]
    let captured = ["--timing-errors", "transition", "--training-variants", "1"] + supply
    let transition = "timing_errors: transition\ntraining_variants: 1"
    // Keys, options, and options that without these keys say the same; nil: the same options.
    let cases: [(keys: String, options: [String], same: [String]?)] = [
      (scratch + rates + "\nsupply: 0.5 V", ["--drawn-supplies", "0.45,0.5 V"], nil),
      (scratch + drawn, supply, nil),
      (scratch + drawn, ["--drawn-rates", "0.02,0.3"], nil),
      (scratch + drawn, ["--drawn-activation-rates", "0.02,0.3"], nil),
      (
        scratch + "without: [drawn_rates]\nsupply: 0.5 V", ["--drawn-supplies", "0.45 V"],
        ["--without", "drawn_rates"] + supply
      ),
      (scratch + "memory_supply: 0.6 V", ["--bit-error-rate", "0.05"] + supply, nil),
      (scratch + "bit_error_rate: 0.05", ["--memory-supply", "0.6 V"] + supply, nil),
      (scratch + transition, ["--timing-errors", "statistical"] + supply, nil),
      (scratch + transition, ["--without", "products"] + supply, nil),
      (
        scratch + "without: [products, averaging]", captured,
        ["--without", "averaging"] + captured
      ),
      (
        scratch + "optimizer: sgd\nmomentum: 0.8\nnesterov: true",
        ["--optimizer", "adam"] + supply, nil
      ),
      (scratch + "seeds: [3, 4]", ["--seed", "2"] + supply, nil),
      (scratch + "pas_learning_rate: 0.01", ["--start", first] + supply, nil),
    ]
    for (index, (keys, options, same)) in cases.enumerated() {
      let plain = options.contains("--start") ? "logit_scale: 4" : scratch
      for (name, more, options) in [
        ("one\(index)", keys, options), ("other\(index)", plain, same ?? options),
      ] {
        let spec = try recipe(folder, name, more)
        _ = try TrainMethodTests.run(
          ["train", "--spec", spec, "--quiet", "-o", folder.file(name)] + options)
      }
      try TrainMethodTests.expectSame(
        folder, "one\(index)", "other\(index)",
        TrainMethodTests.modelFiles + ["quantization.yaml"])
    }
  }

  @Test("keys of one spec that exclude one another are refused, and so is a wrong excluded one")
  func refused() throws {
    let folder = try TemporaryFolder()
    let drawn = "drawn_supplies: [0.45 V, 0.5 V]"
    func place(of option: String) -> String {
      "--drawn-supplies takes the place of \(option): give one of them"
    }
    let cases: [(keys: String, options: [String], status: Int32, message: String)] = [
      (drawn + "\ndrawn_rates: [0.02, 0.3]", [], 64, place(of: "--drawn-rates")),
      (drawn + "\nsupply: 0.5 V", [], 64, place(of: "--supply")),
      (drawn, ["--supply", "0.5 V", "--drawn-supplies", "0.45 V"], 64, place(of: "--supply")),
      ("drawn_rates: [0.3]", ["--drawn-supplies", "0.45 V"], 65, "refused.yaml:"),
      ("topology: ../other.yaml", ["--preset", "64-32-10"], 65, "refused.yaml:"),
    ]
    for (keys, options, status, message) in cases {
      let spec = try recipe(folder, "refused", Self.scratch + keys)
      let outcome = try AxTrainProgram.run(
        ["train", "--spec", spec, "-o", folder.file("never")] + options)
      #expect(
        outcome.status == status && outcome.errors.contains(message), "\(keys): \(outcome.errors)")
    }
  }
}
