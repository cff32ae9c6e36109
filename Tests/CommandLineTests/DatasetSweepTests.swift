import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with a dataset of one's own", .serialized)
struct DatasetSweepTests {
  /// Two features of which the first says the class, in 40 + 20 examples.
  private func write(_ folder: TemporaryFolder) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("data/halves"), withIntermediateDirectories: true)
    for (part, count) in [("train", 40), ("test", 20)] {
      let rows = (0..<count).map { "\(200 * ($0 % 2) + $0 % 7),\($0 * 11 % 50),\($0 % 2)" }
      _ = try folder.write(
        "first,second,label\n" + rows.joined(separator: "\n") + "\n", to: "data/halves/\(part).csv")
    }
  }

  private func sweep(
    _ folder: TemporaryFolder, _ dataset: String
  ) throws -> AxTrainProgram.Outcome {
    let arguments = try SmallSweep.arguments(folder, output: "out") {
      $0.replacing("  - HardwareSpecs/Multipliers/mul8u_truncated_t6.v\n", with: "")
        .replacing(" epochs: 5\n", with: " epochs: 200\n")
        .replacing(#/dataset: .*\n/#, with: "dataset: \(dataset)\n")
    }
    return try AxTrainProgram.run(arguments + ["--data", folder.file("data")])
  }

  @Test("files with a test part of their own are learned, and stand in the manifest")
  func own() throws {
    let folder = try TemporaryFolder()
    try write(folder)
    let outcome = try sweep(folder, "{name: halves}")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    for row in points.rows {
      #expect(try points.text(row, "test_images") == "20")
      if try points.text(row, "supply_v") == "1" {
        #expect(try points.number(row, "accuracy_percent") > 90)
      }
    }
    let manifest = try SmallSweep.read(folder, "out/manifest.json")
    #expect(manifest.contains("halves/train.csv") && !manifest.contains("split_seed"))
  }

  @Test(
    "a split where there is one, none where there is none, and a wrong name are one clear line",
    arguments: [
      ("{name: halves, test_fraction: 0.25, split_seed: 1}", "has a test part of its own"),
      ("{name: digits}", "has no test part of its own"),
      ("{name: digits, split_seed: 1}", "test_fraction and split_seed belong together"),
      ("{name: halve}", "Did you mean 'halves'?"), ("{name: ../x}", "a dataset's name has letters"),
    ])
  func refused(dataset: String, text: String) throws {
    let folder = try TemporaryFolder()
    try write(folder)
    let outcome = try sweep(folder, dataset)
    #expect([65, 66].contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  private static let topology = """
    name: small
    input: {channels: 1, rows: 8, columns: 8}
    layers:
      - convolution: {filters: 4, kernel: 3, padding: 1}
      - batch_normalization
      - relu
      - max_pooling: {kernel: 2}
      - flatten
      - dense: {outputs: 10}

    """

  @Test("a topology with convolutions is swept: trained, tuned by pas, and run on the array")
  func topology() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.topology, to: "small-net.yaml")
    let arguments = try SmallSweep.arguments(folder, output: "out") {
      $0.replacing("network: {hidden: [32]}", with: "network: {topology: \(path)}")
        .replacing("  - HardwareSpecs/Multipliers/mul8u_truncated_t6.v\n", with: "")
    }
    let outcome = try AxTrainProgram.run(arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    #expect(points.rows.count == 6)
    for row in points.rows where try points.text(row, "supply_v") == "1" {
      #expect(try points.number(row, "accuracy_percent") > 80)
    }
    let manifest = try SmallSweep.read(folder, "out/manifest.json")
    #expect(manifest.contains("small-net.yaml"))
  }

  @Test(
    "a network that the data or the array do not fit, or two networks, are one clear line",
    arguments: [
      ("{preset: lenet-5}", "but topology lenet-5 reads 1×28×28"),
      ("{preset: lenet-6}", "lenet-5"), ("{hidden: [4], preset: 64-32-10}", "a network is one of"),
      ("{}", "a network is one of"), ("{topology: nowhere.yaml}", "nowhere.yaml"),
      ("{hidden: [4000]}", "weight buffer of 4096 words is too small"),
    ])
  func refusedNetwork(network: String, text: String) throws {
    let folder = try TemporaryFolder()
    let arguments = try SmallSweep.arguments(folder, output: "out") {
      $0.replacing("network: {hidden: [32]}", with: "network: \(network)")
    }
    let outcome = try AxTrainProgram.run(arguments)
    #expect([65, 66].contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }
}
