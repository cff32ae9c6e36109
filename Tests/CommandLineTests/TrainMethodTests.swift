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

  @Test("one drawn supply leaves the bytes of pas there, without averages; several leave others")
  func drawnSupplies() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(
      Self.common + Self.scratch
        + ["--method", "weight_clipping", "--epochs", "4", "-o", folder.file("start")])
    let recipe = ["--method", "axtrain", "--average-decay", "0"]
    for (name, options) in [
      ("pas", ["--method", "pas", "--supply", "0.45 V"]),
      ("one", recipe + ["--drawn-supplies", "0.45 V"]),
      ("range", recipe + ["--drawn-supplies", "0.45:0.55:0.05 V"]),
      ("own", recipe + ["--drawn-supplies", "0.45,0.55 V", "--memory-supply", "0.6 V"]),
    ] {
      _ = try Self.run(
        Self.common + options + [
          "--start", folder.file("start"), "--multiplier", Self.multiplier, "--hardware",
          Self.accelerator, "--dies", "4", "--transitions", "400", "--epochs", "2", "-o",
          folder.file(name),
        ])
    }
    try Self.expectSame(
      folder, "pas", "one", ["weights.safetensors", "history.csv", "quantization.yaml"])
    let weights = try ["one", "range", "own"].map {
      try InputFile.bytes(of: folder.file("\($0)/weights.safetensors"))
    }
    #expect(Set(weights).count == 3)
    let range = try Self.record(of: folder.file("range"))
    #expect(range["drawn_supplies_v"] == "0.45,0.5,0.55" && range["supply_v"] == nil)
    #expect(range["memory_supply"] == "follows_logic" && range["drawn_rates"] == nil)
    let own = try Self.record(of: folder.file("own"))
    #expect(own["memory_supply_v"] == "0.6" && own["memory_supply"] == nil)
    func values(_ record: [String: String], _ key: String) -> [Double] {
      (record[key] ?? "").split(separator: ",").compactMap { Double($0) }
    }
    let rates = values(range, "bit_error_rate")
    #expect(rates.count == 3 && rates == rates.sorted(by: >) && Set(rates).count == 3)
    let periods = values(range, "clock_period_ns")
    #expect(periods.count == 3 && periods == periods.sorted(by: >))
    #expect(values(range, "product_error_rate").count == 3)
    #expect(Set(values(own, "bit_error_rate")).count == 1)
    // What was found at a supply is what is found there alone.
    let pas = try Self.record(of: folder.file("pas"))
    for key in ["bit_error_rate", "clock_period_ns", "product_error_rate"] {
      #expect(values(range, key).first == values(pas, key).first, "\(key)")
    }
  }

  @Test("a factor leaves the bytes of a rate as many times as large, in both buffers, up to a half")
  func rateFactor() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(
      Self.common + Self.scratch
        + ["--method", "weight_clipping", "--epochs", "4", "-o", folder.file("start")])
    _ = try folder.write("training_rate_factor: 2\n", to: "factor.yaml")
    for (method, rates) in [("pas", ["0.05", "0.1"]), ("act_pas", ["0.3", "0.5"])] {
      for (name, options) in [
        ("option", ["--bit-error-rate", rates[0], "--training-rate-factor", "2"]),
        ("spec", ["--bit-error-rate", rates[0], "--spec", folder.file("factor.yaml")]),
        ("plain", ["--bit-error-rate", rates[1]]), ("other", ["--bit-error-rate", rates[0]]),
        ("one", ["--bit-error-rate", rates[0], "--training-rate-factor", "1"]),
      ] {
        _ = try Self.run(
          Self.common + options + [
            "--method", method, "--start", folder.file("start"), "--faulty-buffers", "both",
            "--epochs", "2", "-o", folder.file(method + name),
          ])
      }
      let trained = ["weights.safetensors", "history.csv", "quantization.yaml"]
      try Self.expectSame(folder, "\(method)option", "\(method)plain", trained)
      try Self.expectSame(folder, "\(method)option", "\(method)spec", Self.modelFiles)
      try Self.expectSame(folder, "\(method)one", "\(method)other", Self.modelFiles)
      let weights = try ["option", "other"].map {
        try InputFile.bytes(of: folder.file("\(method)\($0)/weights.safetensors"))
      }
      #expect(weights[0] != weights[1])
      let record = try Self.record(of: folder.file("\(method)option"))
      #expect(record["training_rate_factor"] == "2.0" && record["bit_error_rate"] == rates[0])
      #expect(try Self.record(of: folder.file("\(method)one"))["training_rate_factor"] == nil)
    }
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
    let (whole, seconds) = try AxTrainProgram.timed(
      Self.interruptible(folder, "whole", jobs: 2))
    try #require(whole.status == 0, "\(whole.errors)")
    let kills = try AxTrainProgram.runs(
      killing: Self.interruptible(folder, "killed", jobs: 1), times: 6, within: seconds * 0.7,
      removing: folder.file("killed"))
    #expect(kills == 6)
    _ = try Self.run(Self.interruptible(folder, "killed", jobs: 1))
    try Self.expectSame(
      folder, "whole", "killed",
      Self.modelFiles + [
        "quantization.yaml", "sensitivity.csv", "landscape.csv", "error_rates.csv",
      ])
    try Self.expectSame(folder, "whole/start", "killed/start", Self.modelFiles)
    // The errors of the point are in the record, and were there.
    let found = try Self.record(of: folder.file("whole"))
    for key in ["bit_error_rate", "product_error_rate", "clock_period_ns"] {
      #expect(try #require(Double(found[key] ?? "")) > 0, "\(key)")
    }
    #expect(found["supply_v"] == "0.5" && found["memory_supply_v"] == "0.55")
    #expect(found["penalty_noise"] == "weight_bits+multiplier+timing")
    let noise = try CSVTable(contentsOf: folder.file("whole/sensitivity.csv"))
    for row in noise.rows {
      for side in ["before", "after"] {
        let parts = try ["weight_bits", "multiplier", "timing"].map {
          try noise.number(row, "\($0)_\(side)")
        }
        let whole = try noise.number(row, "sensitivity_\(side)")
        #expect(parts.allSatisfy { $0 > 0 })
        #expect(abs(parts.reduce(0, +) / whole - 1) < 1e-7, "\(parts) \(whole)")
      }
    }
    #expect(found["method"] == "act_pas" && found["act_strength"] == "32.0")
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
    let methods = [
      "weight_clipping", "quantization_aware", "difference_gradient", "two_point_noise", "act",
      "act_pas", "axtrain", "distillation", "bias_correction",
    ]
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
        gradient_window: search
      characterization: {dies: 2, transitions: 200, seed: 45}
      evaluation: {chips: 2, chip_seed: 1000}
      report: {accuracy_loss_percent: 1}

      """
    _ = try folder.write(spec, to: "same.yaml")
    _ = try Self.run([
      "sweep", folder.file("same.yaml"), "--allow-outside", "-o", folder.file("sweep"), "--quiet",
    ])
    let points = try CSVTable(contentsOf: folder.file("sweep/points.csv"))
    _ = try Self.run(
      Self.common.filter { $0 != "--weight-clip" && $0 != "0.2" } + [
        "--preset", "64-32-10", "--schedule", "linear", "--seed", "3", "--epochs", "12", "-o",
        folder.file("teacher"),
      ])
    for method in methods {
      let own =
        switch method {
        case "weight_clipping": [String]()
        // No rate of 0 is taken; this one's noise is below the last bit of every weight.
        case "two_point_noise": ["--bit-error-rate", "1e-30"]
        case "act_pas": ["--bit-error-rate", "0", "--multiplier", Self.multiplier]
        case "difference_gradient":
          ["--multiplier", Self.multiplier, "--gradient-window", "search"]
        case "distillation":
          ["--multiplier", Self.multiplier, "--teacher", folder.file("teacher")]
        default: ["--multiplier", Self.multiplier]
        }
      let stages =
        method == "weight_clipping" ? [] : ["--pas-epochs", "3", "--pas-learning-rate", "0.003"]
      let training =
        method == "bias_correction"
        ? ["train", "--dataset", "digits", "--start", folder.file("weight_clipping")]
        : Self.common + Self.scratch + stages + ["--seed", "3", "--epochs", "12"]
      _ = try Self.run(training + own + ["--method", method, "-o", folder.file(method)])
      let outcome = try Self.run([
        "evaluate", folder.file(method), "--multiplier", Self.multiplier, "--format", "csv",
      ])
      let table = try CSVTable(text: outcome.output, file: "out")
      let row = try #require(points.rows.first { try points.text($0, "method") == method })
      #expect(
        try table.text(table.rows[2], "accuracy_percent") == points.text(row, "accuracy_percent"),
        "\(method)")
      let noise = method.hasPrefix("act") ? "multiplier" : ""
      #expect(try points.text(row, "penalty_noise") == noise, "\(method)")
    }
    let found = try Self.record(of: folder.file("difference_gradient"))
    #expect(found["gradient_window"] == "search")
    #expect((0...127).contains(try #require(Int(found["gradient_window_found"] ?? ""))))
    // The sweep's row has the same window, and no other method has one.
    for row in points.rows {
      let isSearched = try points.text(row, "method") == "difference_gradient"
      #expect(
        try points.text(row, "gradient_window")
          == (isSearched ? found["gradient_window_found"] ?? "none" : ""))
    }
    let act = try Self.record(of: folder.file("act"))
    #expect(act["penalty_noise"] == "multiplier" && act["multiplier"] == Self.multiplier)
  }

  /// What a training's record says.
  static func record(of folder: String) throws -> [String: String] {
    let record = try StrictYAML(contentsOf: "\(folder)/training.yaml")
    return try record.entries().reduce(into: [:]) { $0[$1.key] = try $1.value.text() }
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
      ("schedule", "schedule: cos\n"), ("sweeps", "method: external\n"),
      ("drawn", "drawn_supplies: [0.5]\n"), ("seeds", "seeds: [1, -2]\n"),
      ("seedless", "seeds: []\n"), ("seeds_twice", "seeds: [1, 1]\n"),
      ("without", "without: [avraging]\n"),
      ("without_twice", "without: [averaging, averaging]\n"),
      ("unread", "hardware: \(Self.accelerator)\nsupply: 0.5 V\ndie_seed: 3\n"),
      ("other_method", "epochs: 3\nact_strength: 3\n"),
    ] {
      _ = try folder.write(text, to: "\(name).yaml")
    }
    _ = try folder.write(SampleTopology.normalizedPooling, to: "pooled.yaml")
    let other = "name: other\ninput: 64\nlayers:\n  - dense: {outputs: 12}\n"
    _ = try Self.run([
      "train", "--dataset", "digits", "--epochs", "1", "--topology",
      folder.write(other, to: "other.yaml"), "-o", folder.file("other"), "-q",
    ])
    for (name, bias) in [("good", "true"), ("biasless", "false")] {
      let text = "name: \(name)\ninput: 64\nlayers:\n  - dense: {outputs: 10, bias: \(bias)}\n"
      _ = try Self.run([
        "train", "--dataset", "digits", "--epochs", "1", "--topology",
        folder.write(text, to: "\(name).yaml"), "-o", folder.file(name), "-q",
      ])
    }
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

  @Test("a folder with another training is refused before anything is trained")
  func otherTraining() throws {
    let folder = try TemporaryFolder()
    _ = try Self.run(
      Self.common + Self.scratch
        + ["--method", "weight_clipping", "--epochs", "1", "-o", folder.file("out")])
    let run = try AxTrainProgram.run(
      Self.common + Self.scratch
        + ["--method", "quantization_aware", "--epochs", "8", "-o", folder.file("out"), "-q"])
    #expect(run.status == 73)
    #expect(
      run.errors.hasSuffix(
        "out/checkpoint.safetensors: error: is there, but no start/checkpoint.safetensors of this "
          + "training: name another folder\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/start")))
  }
}
