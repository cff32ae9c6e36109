import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain train with a teacher, and without training")
struct TrainOtherwiseTests {
  @Test("biases that take back a multiplier's error leave integers that evaluate gives back")
  func biases() throws {
    let folder = try TemporaryFolder()
    _ = try TrainMethodTests.run(
      TrainMethodTests.common + TrainMethodTests.scratch
        + ["--method", "weight_clipping", "--epochs", "6", "-o", folder.file("start"), "-q"])
    for encoding in ["offset", "sign_magnitude"] {
      let options = [
        "--method", "bias_correction", "--start", folder.file("start"), "--dataset", "digits",
        "--multiplier", Repository.path("HardwareSpecs/Multipliers/mul8u_kulkarni.v"),
        "--encoding", encoding, "-o", folder.file(encoding),
      ]
      let outcome = try TrainMethodTests.run(["train"] + options)
      let counts = outcome.output.matches(of: /([0-9]+) of 451 .* ([0-9]+) with/)
      let (before, after) = try #require(
        counts.first.map { (Double($0.output.1) ?? .nan, Double($0.output.2) ?? .nan) })
      if encoding == "offset" { #expect(after > before + 20) }
      // The quantization that it was moved for is beside it.
      let asked = ["--encoding", encoding, "--calibration", "4096"]
      for (model, right, quantization) in [("start", before, asked), (encoding, after, [])] {
        let evaluated = try TrainMethodTests.run(
          [
            "evaluate", folder.file(model), "--dataset", "digits", "--multiplier",
            Repository.path("HardwareSpecs/Multipliers/mul8u_kulkarni.v"), "--format", "csv",
          ] + quantization)
        let table = try CSVTable(text: evaluated.output, file: "out")
        let accuracy = try table.number(table.rows[2], "accuracy_percent")
        #expect((accuracy * 4.51).rounded() == right, "\(model) \(encoding)")
      }
      // Again: the same. Of another start: refused.
      #expect(try TrainMethodTests.run(["train"] + options).output == outcome.output)
      let other = try AxTrainProgram.run(["train"] + options + ["--weight-granularity", "channel"])
      #expect(other.status == 73 && other.errors.contains("of another model"), "\(other.errors)")
    }
  }

  @Test("a student learns from a teacher of another shape and of its own settings")
  func students() throws {
    let folder = try TemporaryFolder()
    let image = """
      name: image
      input: {channels: 1, rows: 8, columns: 8}
      layers:
        - convolution: {filters: 4, kernel: 3}
        - batch_normalization
        - relu
        - flatten
        - dense: {outputs: 10}

      """
    _ = try TrainMethodTests.run([
      "train", "--dataset", "digits", "--epochs", "2", "--topology",
      folder.write(image, to: "image.yaml"), "-o", folder.file("teacher"), "-q",
    ])
    let spec = try folder.write(
      "method: distillation\nteacher: \(folder.file("teacher"))\ntemperature: 1\nteacher_share: 0.5\n",
      to: "cool.yaml")
    var weights: Set<[UInt8]> = []
    for (name, options) in [
      ("plain", ["--method", "distillation", "--teacher", folder.file("teacher")]),
      ("cool", ["--spec", spec, "--allow-outside"]),
      ("deaf", ["--spec", spec, "--allow-outside", "--teacher-share", "0"]),
    ] {
      _ = try TrainMethodTests.run(
        TrainMethodTests.common + TrainMethodTests.scratch + options + [
          "--epochs", "5", "-o", folder.file(name), "-q",
        ])
      weights.insert(try InputFile.bytes(of: folder.file("\(name)/weights.safetensors")))
    }
    #expect(weights.count == 3)
    _ = try TrainMethodTests.run(
      TrainMethodTests.common + TrainMethodTests.scratch
        + ["--method", "quantization_aware", "--epochs", "5", "-o", folder.file("aware"), "-q"])
    try TrainMethodTests.expectSame(folder, "deaf", "aware", ["weights.safetensors"])
    let record = try InputFile.text(of: folder.file("cool/training.yaml"))
    #expect(record.contains("temperature: 1.0\nteacher_share: 0.5\n"))
    let digest = Digest(of: try InputFile.bytes(of: folder.file("teacher/weights.safetensors")))
    #expect(record.contains("teacher_sha256: \(digest)\n"))
  }
}
