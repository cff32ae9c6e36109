import Files
import Foundation
import TestSupport
import Testing

@Suite("Examples/pytorch_trainer.py")
struct PyTorchTrainerTests {
  /// The first Python that has what the example needs, if one is installed.
  private static let python: String? = ["python3", "/usr/bin/python3"].first { program in
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, "-c", "import torch, numpy"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test(
    "fine-tunes for wrong weight bits through exact and truncated products, the same at each run",
    .enabled(if: python != nil, "no python3 with torch and numpy is installed"))
  func trains() throws {
    let python = try #require(Self.python)
    let sweep = try ExternalSweep()
    let script = Repository.path("Examples/pytorch_trainer.py")
    func accuracies(_ command: String, _ multiplier: String) throws -> [String: Double] {
      let outcome = try sweep.run(command: command) {
        $0.replacing("mul8u_exact_dadda", with: multiplier)
          .replacing("  epochs: 3", with: "  epochs: 12")
          .replacing("pas_epochs: 1", with: "pas_epochs: 3")
      }
      try #require(outcome.status == 0, "\(outcome.errors)")
      let points = try CSVTable(contentsOf: sweep.folder.file("out/points.csv"))
      return try Dictionary(
        uniqueKeysWithValues: points.rows.map {
          (try points.text($0, "method"), try points.number($0, "accuracy_percent"))
        })
    }
    for (options, multiplier) in [
      ("", "mul8u_exact_dadda"), ("--products", "mul8u_truncated_t6"),
    ] {
      let words = [python, script] + (options.isEmpty ? [] : [options])
      let command = "[\(words.joined(separator: ", "))]"
      let first = try accuracies(command, multiplier)
      let clipped = try #require(first["weight_clipping"])
      let trained = try #require(first["external"])
      #expect(trained > clipped + 1, "\(multiplier): \(trained) against \(clipped)")
      try FileManager.default.removeItem(atPath: sweep.folder.file("out"))
      #expect(try accuracies(command, multiplier) == first)
    }
  }

  /// Prints how many training examples the example's network of a folder has right, and writes these
  /// examples as a dataset.
  private static let counting = """
    import json, sys
    from pathlib import Path
    import numpy, torch
    sys.path.insert(0, sys.argv[1])
    import pytorch_trainer
    folder, data = Path(sys.argv[2]), Path(sys.argv[3])
    request = json.loads((folder / "request.json").read_text())
    features, labels = (numpy.load(folder / f"training_{name}.npy") for name in ("features", "labels"))
    for part in ("train", "test"):
        numpy.save(data / f"x_{part}.npy", features)
        numpy.save(data / f"y_{part}.npy", labels)
    network = pytorch_trainer.Network(folder, request, True)
    values = torch.tensor(features).flatten(1) / request["dataset"]["feature_maximum"]
    print((network.logits(values, 0).argmax(1).numpy() == labels).sum())

    """

  @Test(
    "with --products its forward pass classifies as integer inference through the multiplier does",
    .enabled(if: python != nil, "no python3 with torch and numpy is installed"),
    arguments: [
      ("mul8u_kulkarni", "offset"), ("mul8u_truncated_t6", "offset"),
      ("mul8u_kulkarni", "sign_magnitude"), ("mul8u_bam_v7h2", "sign_magnitude"),
    ])
  func forward(multiplier: String, encoding: String) throws {
    let python = try #require(Self.python)
    let sweep = try ExternalSweep()
    let failing = try sweep.run(script: "exit 1") {
      $0.replacing("mul8u_exact_dadda", with: multiplier)
        .replacing("bit_errors:", with: "encodings: [\(encoding)]\nbit_errors:")
    }
    try #require(failing.status == 2, "\(failing.errors)")
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: sweep.folder.file("out/external"))
    let task = sweep.folder.file("out/external/\(try #require(folders.first))")
    let data = sweep.folder.file("data/examples")
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    let script = try sweep.folder.write(Self.counting, to: "count.py")
    let printed = try Referee.run(
      "env", [python, script, Repository.path("Examples"), task, data])
    let right = try #require(Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)))
    let table = sweep.folder.file("rows.csv")
    let evaluated = try AxTrainProgram.run([
      "evaluate", task + "/start", "--data", sweep.folder.file("data"), "--dataset", "examples",
      "--encoding", encoding, "--multiplier",
      Repository.path("HardwareSpecs/Multipliers/\(multiplier).v"), "--format", "csv", "--output",
      table,
    ])
    try #require(evaluated.status == 0, "\(evaluated.errors)")
    let rows = try CSVTable(contentsOf: table)
    let row = try #require(rows.rows.first { try rows.text($0, "arithmetic") == "approximate" })
    let images = try rows.number(row, "images")
    let accuracy = try rows.number(row, "accuracy_percent")
    #expect(Double(right) == (accuracy * images / 100).rounded(), "\(multiplier) \(encoding)")
  }
}
