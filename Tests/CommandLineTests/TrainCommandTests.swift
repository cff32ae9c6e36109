import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain train", .serialized)
struct TrainCommandTests {
  static let files = [
    "weights.safetensors", "topology.yaml", "training.yaml", "history.csv", "curves.html",
    "checkpoint.safetensors",
  ]

  /// A training of everything that a checkpoint keeps, of a second or two in a debug build.
  static func arguments(
    _ folder: TemporaryFolder, _ output: String, jobs: Int = 2, epochs: Int = 8,
    seeds: [String] = ["--seed", "3"]
  ) -> [String] {
    [
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "\(epochs)",
      "--method", "conventional", "--optimizer", "sgd", "--nesterov", "--schedule", "cosine",
      "--shift", "1", "--validation-fraction", "0.1", "--gradient-clip", "2", "--jobs", "\(jobs)",
      "-o", folder.file(output), "--format", "csv",
    ] + seeds
  }

  private func expectSame(_ folder: TemporaryFolder, _ one: String, _ other: String) throws {
    for file in Self.files {
      #expect(
        try InputFile.bytes(of: folder.file("\(one)/\(file)"))
          == InputFile.bytes(of: folder.file("\(other)/\(file)")), "\(one) \(other) \(file)")
    }
  }

  @Test("one job and two, and one of several seeds, leave the same bytes in every file")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 2] {
      let outcome = try AxTrainProgram.run(Self.arguments(folder, "jobs\(jobs)", jobs: jobs))
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    try expectSame(folder, "jobs1", "jobs2")
    let outcome = try AxTrainProgram.run(
      Self.arguments(folder, "seeds", seeds: ["--seeds", "3,7"]))
    try #require(outcome.status == 0, "\(outcome.errors)")
    try expectSame(folder, "jobs1", "seeds/seed-3")
    let table = try CSVTable(text: outcome.output, file: "out")
    #expect(try table.rows.map { try table.text($0, "seed") } == ["3", "7"])
    for row in table.rows {
      let accuracy = try table.number(row, "accuracy_percent")
      #expect(accuracy > 60)
      #expect(try table.number(row, "accuracy_low_percent") < accuracy)
      #expect(try table.number(row, "accuracy_high_percent") > accuracy)
      #expect(try table.number(row, "images_per_second") > 0)
    }
    #expect(outcome.errors.contains("mean of 2 seeds: "))
    #expect(outcome.errors.contains("seed 7, epoch 8/8: loss "))
  }

  @Test("a training that begins with a model takes its dataset and split, unless told otherwise")
  func ownDataset() throws {
    let folder = try TemporaryFolder()
    let split = ["--dataset", "digits", "--test-fraction", "0.4", "--split-seed", "7"]
    let short = ["--epochs", "1", "-q", "-o"]
    for (name, options) in [
      ("first", ["--preset", "64-32-10"] + split), ("own", ["--start", folder.file("first")]),
      ("named", ["--start", folder.file("first"), "--dataset", "digits"]),
      ("given", ["--start", folder.file("first")] + split),
    ] {
      let outcome = try AxTrainProgram.run(["train"] + options + short + [folder.file(name)])
      try #require(outcome.status == 0, "\(name): \(outcome.errors)")
    }
    try expectSame(folder, "own", "given")
    try expectSame(folder, "named", "given")
    let record = try InputFile.text(of: folder.file("own/training.yaml"))
    #expect(record.contains("\ntest_fraction: 0.4\n") && record.contains("\nsplit_seed: 7\n"))
    // A model without a record, as 'axtrain convert' writes them.
    try FileManager.default.removeItem(atPath: folder.file("first/training.yaml"))
    let outcome = try AxTrainProgram.run(
      ["train", "--start", folder.file("first")] + short + [folder.file("never")])
    #expect(outcome.status == 64 && outcome.errors.contains("name a dataset by --dataset"))
  }

  @Test("killed at ten random moments and run again, it leaves the bytes of an undisturbed run")
  func killed() throws {
    let folder = try TemporaryFolder()
    let (whole, seconds) = try AxTrainProgram.timed(Self.arguments(folder, "whole"))
    try #require(whole.status == 0, "\(whole.errors)")
    let arguments = Self.arguments(folder, "killed")
    let kills = try AxTrainProgram.runs(
      killing: arguments, times: 10, within: seconds * 0.7, removing: folder.file("killed"))
    #expect(kills == 10)
    let last = try AxTrainProgram.run(arguments)
    #expect(last.status == 0, "\(last.errors)")
    try expectSame(folder, "whole", "killed")
  }

  @Test("Ctrl-C ends with status 75 and says how to go on; going on completes")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let arguments = Self.arguments(folder, "out", epochs: 60)
    let outcome = try AxTrainProgram.run(arguments, signal: SIGINT, once: "epoch 1/60")
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(" are kept; run the same command again to go on\n"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/weights.safetensors")))
    let again = try AxTrainProgram.run(arguments)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.hasPrefix("seed 3: going on after epoch "))
    let whole = try AxTrainProgram.run(Self.arguments(folder, "whole", epochs: 60))
    #expect(whole.status == 0)
    try expectSame(folder, "whole", "out")
    let finished = try AxTrainProgram.run(arguments)
    let table = try CSVTable(text: finished.output, file: "out")
    #expect(try table.text(table.rows[0], "images_per_second") == "")
  }

  @Test("a disk that is full ends with status 74 and no file under its final name")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let outcome = try AxTrainProgram.run(Self.arguments(folder, "out"), fileSizeLimit: 16)
    #expect(outcome.status == 74, "\(outcome.status) \(outcome.errors)")
    #expect(outcome.errors.contains("out/checkpoint.safetensors: error: could not be written"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).isEmpty)
  }

  @Test("a training that diverges ends with status 65, and the last good checkpoint stays")
  func divergence() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "train", "--preset", "64-32-10", "--dataset", "digits", "--learning-rate", "3e38",
      "--quiet", "-o", folder.file("out"),
    ]
    for _ in 0..<2 {
      let outcome = try AxTrainProgram.run(arguments)
      #expect(outcome.status == 65)
      #expect(outcome.errors.hasPrefix("error: training with seed 1 diverges in epoch 1, step "))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
          == ["checkpoint.safetensors"])
    }
  }

  @Test(
    "a training whose numbers stay finite and that learns nothing ends with status 65, without a model"
  )
  func failure() throws {
    let folder = try TemporaryFolder()
    let good = try AxTrainProgram.run(
      TrainMethodTests.common + TrainMethodTests.scratch + [
        "--method", "weight_clipping", "--epochs", "5", "-o", folder.file("good"),
      ])
    try #require(good.status == 0, "\(good.errors)")
    let penalty = [
      "--start", folder.file("good"), "--method", "act", "--act-strength", "1e6",
      "--act-schedule", "linear:0.3:0.6", "--bit-error-rate", "0.2", "--optimizer", "sgd",
      "--learning-rate", "0.5", "--epochs", "20",
    ]
    let fast = [
      "--preset", "64-32-10", "--method", "pas", "--bit-error-rate", "0.1", "--weight-clip", "0.2",
      "--learning-rate", "1e6",
    ]
    let dead = ["--preset", "64-32-10", "--learning-rate", "10", "--epochs", "40"]
    let kept = "; no epoch was better than guessing, and no checkpoint of one is kept"
    for (name, options) in [("penalty", penalty), ("fast", fast), ("dead", dead)] {
      for _ in 0..<2 {
        let outcome = try AxTrainProgram.run(
          ["train", "--dataset", "digits", "--quiet", "-o", folder.file(name)] + options)
        #expect(outcome.status == 65, "\(name): \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("error: training with seed 1 "), "\(outcome.errors)")
        #expect(outcome.errors.contains(kept), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(
          !FileManager.default.fileExists(atPath: folder.file("\(name)/weights.safetensors")))
      }
    }
    // It does not run all its epochs to say so.
    let history = try CSVTable(contentsOf: folder.file("dead/history.csv"))
    #expect(history.rows.count < 39, "\(history.rows.count) epochs")
    // A slow one from random weights is no failure.
    let slow = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "1", "--learning-rate",
      "1e-6", "--quiet", "-o", folder.file("slow"),
    ])
    #expect(slow.status == 0, "\(slow.errors)")
  }
}
