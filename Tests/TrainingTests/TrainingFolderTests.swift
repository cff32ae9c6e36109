import Files
import Foundation
import ModelFiles
import Networks
import Randomness
import TestSupport
import Testing

@testable import Training

@Suite("A training in its folder") struct TrainingFolderTests {
  static let origin = [("dataset", "digits"), ("float_products", "a \"b\": \\ #c\n")]
  static let files = [
    "checkpoint.safetensors", "weights.safetensors", "topology.yaml", "training.yaml",
    "history.csv",
  ]

  static func folder(
    _ path: String, _ settings: NetworkTrainingSettings = NetworkTrainerTests.settings,
    seed: UInt64 = 1, threads: Int = 1
  ) throws -> TrainingFolder {
    TrainingFolder(
      path: path,
      trainer: try NetworkTrainerTests.trainer(
        settings, topology: NetworkTrainerTests.topology(logitScale: .learned(start: 1.5)),
        seed: seed, threads: threads, count: 120),
      origin: origin)
  }

  /// Ends a run after an epoch, as a kill does.
  struct Killed: Error {}

  @Test("stopped after any epoch and gone on, on other threads, it leaves the same bytes")
  func resumed() throws {
    let folder = try TemporaryFolder()
    let whole = try Self.folder(folder.file("whole")).run { _ in }
    #expect(whole.epoch == 3)
    for epoch in 0...3 {
      let path = folder.file("stopped\(epoch)")
      #expect(throws: Killed.self) {
        try Self.folder(path).run { if $0.epoch == epoch { throw Killed() } }
      }
      #expect(!FileManager.default.fileExists(atPath: "\(path)/weights.safetensors"))
      var epochs: [Int] = []
      let state = try Self.folder(path, threads: 2).run { epochs.append($0.epoch) }
      #expect(epochs == Array(epoch...3))
      #expect(state == whole)
      for file in Self.files {
        #expect(
          try InputFile.bytes(of: "\(path)/\(file)")
            == InputFile.bytes(of: folder.file("whole/\(file)")), "\(file)")
      }
    }
  }

  @Test("the model in the folder is the network of the best epoch")
  func model() throws {
    let folder = try TemporaryFolder()
    let state = try Self.folder(folder.path).run { _ in }
    #expect(try ModelFolder.read(folder.path) == state.result)
    let history = try CSVTable(contentsOf: folder.file("history.csv"))
    #expect(history.header == EpochRecord.columns.map(\.name) && history.rows.count == 3)
    let record = try #require(state.resultRecord)
    let row = history.rows[record.epoch - 1]
    #expect(
      abs(try history.number(row, "test_accuracy_percent") - record.test.accuracyPercent) < 1e-6)
  }

  @Test("training.yaml holds the settings and the result, whatever is in them")
  func record() throws {
    let folder = try TemporaryFolder()
    let training = try Self.folder(folder.path)
    let state = try training.run { _ in }
    let yaml = try StrictYAML(contentsOf: folder.file("training.yaml"))
    var found: [String: String] = [:]
    for entry in try yaml.entries() { found[entry.key] = try entry.value.text() }
    for (key, value) in training.settings { #expect(found[key] == value, "\(key)") }
    #expect(found["test_correct"] == "\(state.resultRecord?.test.correct ?? -1)")
    #expect(found["epochs_run"] == "3" && found["seed"] == "1" && found["gradient_clip"] == "1.0")
    #expect(found.count == training.settings.count + 5)
  }

  @Test(
    "a checkpoint comes back as it was, of every optimizer, with and without validation",
    arguments: [
      Optimizer.adam, .gradientDescent(momentum: 0, nesterov: false),
      .gradientDescent(momentum: 0.9, nesterov: true),
    ], [0, 0.25])
  func roundTrip(optimizer: Optimizer, validation: Double) throws {
    let folder = try TemporaryFolder()
    var settings = NetworkTrainerTests.settings
    settings.optimizer = optimizer
    settings.validationFraction = validation
    settings.epochs = 2
    let trainer = try NetworkTrainerTests.trainer(
      settings, topology: NetworkTrainerTests.topology(), count: 120)
    let checkpoint = TrainingCheckpoint(path: folder.file("c"), settings: settings.entries)
    var state = trainer.start()
    for _ in 0...2 {
      try checkpoint.write(state)
      #expect(try checkpoint.read(for: trainer) == state)
      if !trainer.isFinished(state) { state = try trainer.epoch(after: state) }
    }
  }

  @Test("another training is refused with what differs, and its folder stays as it is")
  func otherSettings() throws {
    let folder = try TemporaryFolder()
    try Self.folder(folder.path).run { _ in }
    let before = try Self.files.map { try InputFile.bytes(of: folder.file($0)) }
    var settings = NetworkTrainerTests.settings
    settings.epochs = 4
    settings.gradientClip = nil
    let error = #expect(throws: InputError.self) {
      try Self.folder(folder.path, settings, seed: 2).run { _ in }
    }
    #expect(error?.status == .badData)
    #expect(
      error?.message
        == "belongs to a training with other settings (seed is 1 there, 2 here; epochs is 3 there, 4 "
        + "here; gradient_clip is 1.0 there, not set here): name another folder, or remove this "
        + "file to begin anew")
    #expect(try Self.files.map { try InputFile.bytes(of: folder.file($0)) } == before)
  }

  @Test(
    "a training that ended goes on to more epochs, to the same bytes, where its rates allow that",
    arguments: [LearningRateSchedule.constant, .step(factor: 0.5, everyEpochs: 1)], [0, 0.25])
  func prolonged(schedule: LearningRateSchedule, validation: Double) throws {
    let folder = try TemporaryFolder()
    var settings = NetworkTrainerTests.settings
    (settings.schedule, settings.validationFraction) = (schedule, validation)
    settings.epochs = 3
    try Self.folder(folder.file("whole"), settings).run { _ in }
    for epochs in [1, 3] {
      settings.epochs = epochs
      try Self.folder(folder.file("parts"), settings, threads: 2).run { _ in }
    }
    for file in Self.files {
      #expect(
        try InputFile.bytes(of: folder.file("whole/\(file)"))
          == InputFile.bytes(of: folder.file("parts/\(file)")), "\(file)")
    }
    settings.epochs = 2
    let error = #expect(throws: InputError.self) {
      try Self.folder(folder.file("whole"), settings).run { _ in }
    }
    #expect(error?.message.contains("epochs is 3 there, 2 here") == true)
    (settings.epochs, settings.schedule) = (3, .linear)
    try Self.folder(folder.file("linear"), settings).run { _ in }
    settings.epochs = 4
    let other = #expect(throws: InputError.self) {
      try Self.folder(folder.file("linear"), settings).run { _ in }
    }
    #expect(other?.message.contains("epochs is 3 there, 4 here") == true)
  }

  @Test("a model without a checkpoint is not written over")
  func foreignModel() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("weights.safetensors")
    try OutputFile.write("mine", to: model)
    let error = #expect(throws: InputError.self) { try Self.folder(folder.path).run { _ in } }
    #expect(error?.status == .cannotCreate)
    #expect(error?.description.hasPrefix("\(model): error: is there, but no ") == true)
    #expect(try InputFile.text(of: model) == "mine")
  }

  @Test("a damaged checkpoint is an error, never a trap or another state")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let training = try Self.folder(folder.path)
    let state = try training.run { _ in }
    let path = folder.file("checkpoint.safetensors")
    let checkpoint = TrainingCheckpoint(path: path, settings: training.settings)
    #expect(try checkpoint.read(for: training.trainer) == state)
    let bytes = try InputFile.bytes(of: path)
    let header = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    var stream = RandomStream(seed: 1, purpose: .test)
    var refused = 0
    for trial in 0..<400 {
      var damaged = bytes
      if trial.isMultiple(of: 4) {
        damaged.removeLast(1 + Int(stream.next() % UInt64(bytes.count)))
      } else {
        // Most of the file are weights, of which any bytes make numbers: the checksum finds them.
        let place = Int(stream.next() % UInt64(trial.isMultiple(of: 2) ? bytes.count : header))
        damaged[place] = UInt8(truncatingIfNeeded: stream.next())
      }
      try Data(damaged).write(to: URL(filePath: path))
      do {
        #expect(try checkpoint.read(for: training.trainer) == state)
      } catch let error as InputError {
        #expect(error.status == .badData, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 300)
  }

  @Test("an array of another length, kind or range is damage, and says which")
  func wrongArrays() throws {
    let folder = try TemporaryFolder()
    let training = try Self.folder(folder.path)
    try training.run { _ in }
    let path = folder.file("checkpoint.safetensors")
    let checkpoint = TrainingCheckpoint(path: path, settings: training.settings)
    let file = try SafetensorsFile(contentsOf: path)
    func refusal(_ name: String, _ array: SafetensorsArray) throws -> String {
      let arrays = try file.names.map { (name: $0, array: try file.array($0)) }.map {
        $0.name == name ? (name: name, array: array) : $0
      }
      try SafetensorsFile.write(arrays, metadata: file.metadata, to: path)
      let error = #expect(throws: InputError.self) { try checkpoint.read(for: training.trainer) }
      return error?.message ?? ""
    }
    let wrong: [(String, SafetensorsArray)] = [
      ("epoch", SafetensorsArray(shape: [], .int64([4]))),
      ("epoch", SafetensorsArray(shape: [], .int64([-1]))),
      ("epoch", SafetensorsArray(shape: [], .float64([3]))),
      ("best.epoch", SafetensorsArray(shape: [], .int64([0]))),
      ("optimizer.steps", SafetensorsArray(shape: [], .int64([.max]))),
      ("parameters", SafetensorsArray(shape: [1], .float32([0]))),
      ("statistics", SafetensorsArray(shape: [8], .float32([0, 0, 0, 0, 0, 0, 0, .nan]))),
      ("history.test_loss", SafetensorsArray(shape: [3], .float64([1, 1, .infinity]))),
      ("history.test_correct", SafetensorsArray(shape: [3], .int64([0, 81, 0]))),
    ]
    for (name, array) in wrong {
      #expect(try refusal(name, array).hasPrefix("is damaged: '\(name)' is not what a checkpoint"))
    }
  }
}
