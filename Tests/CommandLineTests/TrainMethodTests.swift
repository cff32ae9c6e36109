import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain train by every method", .serialized)
struct TrainMethodTests {
  static let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
  static let accelerator = "HardwareSpecs/Accelerators/ntc16x16.yaml"
  static let modelFiles = [
    "weights.safetensors", "topology.yaml", "training.yaml", "history.csv", "curves.html",
    "checkpoint.safetensors",
  ]

  /// Settings of all the trainings here, a second or two each in a debug build.
  static let common = [
    "train", "--dataset", "digits", "--batch-size", "32", "--learning-rate", "0.005",
    "--weight-clip", "0.2", "--format", "csv",
  ]
  static let scratch = ["--preset", "64-32-10", "--logit-scale", "4"]

  static func run(_ arguments: [String]) throws -> AxTrainProgram.Outcome {
    let outcome = try AxTrainProgram.run(arguments)
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  static func expectSame(
    _ folder: TemporaryFolder, _ one: String, _ other: String, _ files: [String]
  ) throws {
    for file in files {
      #expect(
        try InputFile.bytes(of: folder.file("\(one)/\(file)"))
          == InputFile.bytes(of: folder.file("\(other)/\(file)")), "\(one) \(other) \(file)")
    }
  }

  @Test("pas without errors leaves the weights of quantization-aware training, bit for bit")
  func withoutErrors() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(
      Self.common + Self.scratch
        + ["--method", "weight_clipping", "--epochs", "4", "-o", folder.file("start")])
    for (name, options) in [
      ("aware", ["--method", "quantization_aware"]),
      ("pas", ["--method", "pas", "--bit-error-rate", "0"]),
      ("wrong", ["--method", "pas", "--bit-error-rate", "0.05"]),
    ] {
      _ = try Self.run(
        Self.common + options + [
          "--start", folder.file("start"), "--multiplier", Self.multiplier, "--epochs", "3", "-o",
          folder.file(name),
        ])
    }
    try Self.expectSame(
      folder, "aware", "pas", ["weights.safetensors", "history.csv", "quantization.yaml"])
    #expect(
      try InputFile.bytes(of: folder.file("wrong/weights.safetensors"))
        != InputFile.bytes(of: folder.file("pas/weights.safetensors")))
  }

  @Test("from scratch is a training with clipping, then one that starts with it")
  func twoTrainings() throws {
    let folder = try TemporaryFolder()
    let options = ["--method", "act", "--bit-error-rate", "0.02", "--act-strength", "100"]
    _ = try Self.run(
      Self.common + Self.scratch + options
        + ["--epochs", "12", "--pas-epochs", "3", "-o", folder.file("one")])
    _ = try Self.run(
      Self.common + Self.scratch
        + ["--method", "weight_clipping", "--epochs", "6", "-o", folder.file("first")])
    // 2·3 passes, three each epoch.
    _ = try Self.run(
      Self.common + options + [
        "--start", folder.file("first"), "--logit-scale", "4", "--epochs", "2", "-o",
        folder.file("second"),
      ])
    try Self.expectSame(folder, "one/start", "first", Self.modelFiles)
    try Self.expectSame(folder, "one", "second", Self.modelFiles + ["quantization.yaml"])
  }

  /// A training of two stages with everything that a checkpoint keeps.
  private static func interruptible(_ folder: TemporaryFolder, _ output: String, jobs: Int)
    -> [String]
  {
    common + scratch + [
      "--method", "act_pas", "--multiplier", multiplier, "--hardware", accelerator, "--supply",
      "0.5 V", "--memory-supply", "0.55 V", "--dies", "4", "--transitions", "400",
      "--average-decay", "0.9", "--validation-fraction", "0.1", "--shift", "1", "--epochs", "26",
      "--pas-epochs", "10", "--jobs", "\(jobs)", "-o", folder.file(output),
    ]
  }

  @Test("killed at random moments of both stages and run again, it leaves the same bytes")
  func killed() throws {
    let folder = try TemporaryFolder()
    let start = ContinuousClock.now
    _ = try Self.run(Self.interruptible(folder, "whole", jobs: 2))
    let elapsed = start.duration(to: .now).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    for _ in 0..<6 {
      let outcome = try AxTrainProgram.run(
        Self.interruptible(folder, "killed", jobs: 1), signal: SIGKILL,
        after: Double.random(in: 0...seconds * 0.7, using: &generator))
      if outcome.wasKilled { kills += 1 }
    }
    #expect(kills > 0)
    _ = try Self.run(Self.interruptible(folder, "killed", jobs: 1))
    try Self.expectSame(
      folder, "whole", "killed",
      Self.modelFiles + [
        "quantization.yaml", "sensitivity.csv", "landscape.csv", "error_rates.csv",
      ])
    try Self.expectSame(folder, "whole/start", "killed/start", Self.modelFiles)
    // The errors of the point are in the record, and were there.
    let record = try StrictYAML(contentsOf: folder.file("whole/training.yaml"))
    var found: [String: String] = [:]
    for entry in try record.entries() { found[entry.key] = try entry.value.text() }
    for key in ["bit_error_rate", "product_error_rate", "clock_period_ns"] {
      #expect(try #require(Double(found[key] ?? "")) > 0, "\(key)")
    }
    #expect(found["supply_v"] == "0.5" && found["memory_supply_v"] == "0.55")
    #expect(found["method"] == "act_pas" && found["act_strength"] == "32.0")
  }

  @Test("act lowers the sensitivity of the weights, at under half a point of accuracy")
  func sensitivity() throws {
    let folder = try TemporaryFolder()
    let seeds = ["1", "2", "3", "4", "5"]
    func train(_ strength: String) throws -> (before: Double, after: Double, accuracy: Double) {
      let outcome = try Self.run(
        Self.common + Self.scratch + [
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

  @Test("any method has the report where a rate of wrong weight bits is given, else none")
  func reports() throws {
    let folder = try TemporaryFolder()
    let noise = ["--bit-error-rate", "0.02"]
    let cases: [(name: String, options: [String], isThere: Bool)] = [
      ("conventional", noise, true), ("weight_clipping", noise, true),
      ("sharpness_aware", noise, true), ("quantization_aware", noise, true),
      ("axtrain", noise, true), ("axtrain", [], false), ("quantization_aware", [], false),
      ("pas", noise + ["--faulty-buffers", "activations"], false),
      (
        "conventional",
        ["--hardware", Self.accelerator, "--memory-supply", "0.5 V"], true
      ),
    ]
    for (index, item) in cases.enumerated() {
      let output = folder.file("\(index)")
      _ = try Self.run(
        Self.common + Self.scratch + item.options
          + ["--method", item.name, "--epochs", "4", "-o", output])
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: output))
      for file in ["sensitivity.csv", "landscape.csv", "error_rates.csv"] {
        #expect(files.contains(file) == item.isThere, "\(item)")
      }
      #expect(files.contains("quantization.yaml"), "\(item)")
      if item.isThere {
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
    _ = try Self.run(
      Self.common + Self.scratch + [
        "--method", "pas", "--bit-error-rate", "0.1", "--epochs", "40", "-o", folder.file("model"),
      ])
    let table = try CSVTable(contentsOf: folder.file("model/error_rates.csv"))
    let outcome = try Self.run(["evaluate", folder.file("model"), "--format", "csv"])
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

  @Test("evaluate takes the quantization that a network was trained for, and its dataset")
  func evaluated() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(
      Self.common + Self.scratch + [
        "--method", "quantization_aware", "--weight-bits", "3", "--encoding", "sign_magnitude",
        "--calibration", "500", "--epochs", "8", "-o", folder.file("model"),
      ])
    func rows(_ options: [String]) throws -> [String] {
      let outcome = try Self.run(
        ["evaluate", folder.file("model"), "--format", "csv"] + options)
      let table = try CSVTable(text: outcome.output, file: "out")
      return try table.rows.map { row in
        try ["arithmetic", "encoding", "weight_bits", "accuracy_percent"].map {
          try table.text(row, $0)
        }.joined(separator: " ")
      }
    }
    let plain = try rows([])
    #expect(plain.count == 2 && plain[1].hasPrefix("integer sign_magnitude 3 "))
    #expect(
      try rows([
        "--dataset", "digits", "--weight-bits", "3", "--encoding", "sign_magnitude",
        "--calibration", "500",
      ]) == plain)
  }

  @Test("a network is the one that a sweep trains by the same settings")
  func asSweeps() throws {
    let folder = try TemporaryFolder()
    let methods = ["weight_clipping", "quantization_aware", "act_pas", "axtrain"]
    let spec = """
      name: same
      question: Does the command train the networks of a sweep?
      technology: HardwareSpecs/Technology/ptm45_hp.yaml
      cells: HardwareSpecs/Cells/ptm45.lib
      accelerator: \(Self.accelerator)
      multipliers: [\(Self.multiplier)]
      operating_points: [{clock: track, supply: [1.00 V]}]
      memory_supply: follows_logic
      extrapolate_memory_law: true
      bit_errors: {rates: [0], buffers: weights}
      dataset: {name: digits, test_fraction: 0.25, split_seed: 1}
      network: {preset: 64-32-10}
      training:
        methods: [\(methods.joined(separator: ", "))]
        seeds: [3]
        epochs: 12
        pas_epochs: 3
        batch_size: 32
        learning_rate: 0.005
        pas_learning_rate: 0.003
        weight_clip: 0.2
        logit_scale: 4
      characterization: {dies: 2, transitions: 200, seed: 45}
      evaluation: {chips: 2, chip_seed: 1000}
      report: {accuracy_loss_percent: 1}

      """
    _ = try folder.write(spec, to: "same.yaml")
    _ = try Self.run([
      "sweep", folder.file("same.yaml"), "--allow-outside", "-o", folder.file("sweep"), "--quiet",
    ])
    let points = try CSVTable(contentsOf: folder.file("sweep/points.csv"))
    for method in methods {
      let own =
        switch method {
        case "weight_clipping": [String]()
        case "act_pas": ["--bit-error-rate", "0", "--multiplier", Self.multiplier]
        default: ["--multiplier", Self.multiplier]
        }
      let stages =
        method == "weight_clipping" ? [] : ["--pas-epochs", "3", "--pas-learning-rate", "0.003"]
      _ = try Self.run(
        Self.common + Self.scratch + own + stages
          + ["--method", method, "--seed", "3", "--epochs", "12", "-o", folder.file(method)])
      let outcome = try Self.run([
        "evaluate", folder.file(method), "--multiplier", Self.multiplier, "--format", "csv",
      ])
      let table = try CSVTable(text: outcome.output, file: "out")
      let row = try #require(points.rows.first { try points.text($0, "method") == method })
      #expect(
        try table.text(table.rows[2], "accuracy_percent") == points.text(row, "accuracy_percent"),
        "\(method)")
    }
  }

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
    _ = try Self.run(["train", "--spec", path, "-o", folder.file("spec")] + short)
    _ = try Self.run(["train", "-o", folder.file("options")] + options + short)
    try Self.expectSame(
      folder, "spec", "options", Self.modelFiles + ["quantization.yaml"])
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
      "act_strength: 20", "multiplier: \(Self.multiplier)", "sign: unsigned",
      "cells: HardwareSpecs/Cells/ptm45.lib", "bit_error_rate: 0.01", "faulty_buffers: both",
      "hardware: \(Self.accelerator)", "technology: HardwareSpecs/Technology/ptm45_hp.yaml",
      "supply: 0.45 V", "clock: fixed", "dies: 4", "transitions: 400", "die_seed: 9",
      "encoding: offset", "weight_bits: 6", "activation_bits: 7", "weight_granularity: channel",
      "weight_scheme: offset", "activation_scheme: symmetric", "weight_range: percentile=99.5",
      "activation_range: clipping=3.0", "calibration: 300", "seed: 4",
    ]
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "all.yaml")
    _ = try Self.run([
      "train", "--spec", folder.file("all.yaml"), "-o", folder.file("out"), "--quiet",
    ])
    let record = try StrictYAML(contentsOf: folder.file("out/training.yaml"))
    var found: [String: String] = [:]
    for entry in try record.entries() { found[entry.key] = try entry.value.text() }
    // Those that are recorded in another form.
    let others = [
      "preset": ("topology", "64-32-10"), "supply": ("supply_v", "0.45"), "epochs": ("epochs", "1"),
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
    let help = try Self.run(["train", "--help"]).output
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

  @Test("keys of other methods set their options too, and one way to begin overrides the other")
  func otherKeys() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      """
      preset: 64-32-10
      dataset: digits
      method: axtrain
      drawn_rates: [0.02, 0.3]
      faulty_buffers: activations
      weight_clip: 0.2
      multiplier: \(Self.multiplier)
      hardware: \(Self.accelerator)
      supply: 0.5 V
      memory_supply: 900 mV
      extrapolate_memory_law: true
      dies: 4
      transitions: 400
      epochs: 4
      seeds: [7, 8]

      """, to: "drawn.yaml")
    _ = try Self.run([
      "train", "--spec", folder.file("drawn.yaml"), "-o", folder.file("drawn"), "--quiet",
    ])
    let record = try InputFile.text(of: folder.file("drawn/seed-8/training.yaml"))
    for line in [
      "seed: 8", "drawn_rates: \"0.02,0.3\"", "faulty_buffers: activations",
      "memory_supply_v: 0.9", "extrapolate_memory_law: true", "extrapolated: true",
      "average_decay: 0.998",
    ] {
      #expect(record.contains("\n\(line)\n"), "\(line)")
    }
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
    _ = try Self.run([
      "train", "--spec", folder.file("sharp.yaml"), "--allow-outside", "--start",
      folder.file("drawn/seed-8"), "--sharpness-radius", "0.1", "-o", folder.file("sharp"),
    ])
    let sharp = try InputFile.text(of: folder.file("sharp/training.yaml"))
    let start = try InputFile.bytes(of: folder.file("drawn/seed-8/weights.safetensors"))
    #expect(sharp.contains("\nsharpness_radius: 0.1\n"))
    #expect(sharp.contains("\nstart_sha256: \(Digest(of: start))\n"))
    #expect(!FileManager.default.fileExists(atPath: Repository.path("never")))
  }

  @Test("each refusal says exactly what the golden file has, on one line")
  func messages() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("unknown", "preset: 64-32-10\nepoch: 3\n"), ("type", "epochs: ten\n"),
      ("range", "bit_error_rate: 0.7\n"), ("choice", "method: pass\n"),
      ("rates", "drawn_rates: [0.2, 0.1]\n"), ("unit", "supply: 0.5\n"),
      ("outside", "multiplier: ../mul.v\n"), ("bits", "weight_bits: 9\n"), ("list", "- epochs\n"),
      ("twice", "seed: 1\nseed: 2\n"), ("clip", "weight_clip: 0\n"),
      ("schedule", "schedule: cos\n"), ("seeds", "seeds: [1, -2]\n"),
    ] {
      _ = try folder.write(text, to: "\(name).yaml")
    }
    _ = try folder.write(
      """
      name: pooled
      input: {channels: 1, rows: 8, columns: 8}
      layers:
        - max_pooling: {kernel: 2}
        - batch_normalization
        - flatten
        - dense: {outputs: 10}

      """, to: "pooled.yaml")
    let accelerator = try InputFile.text(of: Repository.path(Self.accelerator))
    _ = try folder.write(
      accelerator.replacing("weight_words: 4096", with: "weight_words: 1000"), to: "small.yaml")
    try GoldenMessages(file: "train_method_messages.txt").check(atLeast: 40) { options in
      let arguments = options.replacing("FOLDER", with: folder.path)
      let run = try AxTrainProgram.run(
        ["train", "--dataset", "digits", "-o", folder.file("out"), "--quiet"]
          + arguments.split(separator: " ").map(String.init))
      let errors = run.errors.replacing(folder.path, with: "FOLDER")
      return "\(run.status) \(errors)".trimmingCharacters(in: .whitespacesAndNewlines)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }
}
