import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain export-rtl", .serialized)
struct ExportRTLCommandTests {
  private static let hardware = "HardwareSpecs/Accelerators/ntc16x16.yaml"

  private func run(_ options: [String], fileSizeLimit: Int? = nil) throws -> AxTrainProgram.Outcome
  {
    try AxTrainProgram.run(
      ["export-rtl", "--hardware", Self.hardware] + options, fileSizeLimit: fileSizeLimit)
  }

  private func simulate(_ folder: String) throws -> String {
    try Referee.run(
      "sh",
      [
        "-c",
        "cd '\(folder)' && iverilog -g2001 -o testbench -f design.f testbench.v && vvp -n testbench",
      ])
  }

  @Test(
    "layers of a trained network run in iverilog on every dataflow: dense, convolution, groups",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"))
  func layers() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(
      """
      name: small
      input: {channels: 1, rows: 8, columns: 8}
      layers:
        - convolution: {filters: 4, kernel: 3, padding: 1}
        - relu
        - convolution: {filters: 6, kernel: 3, stride: 2, groups: 2}
        - relu
        - flatten
        - dense: {outputs: 10}

      """, to: "small.yaml")
    let trained = try AxTrainProgram.run([
      "train", "--topology", folder.file("small.yaml"), "--dataset", "digits", "--epochs", "1",
      "-o", folder.file("model"), "--quiet",
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    let quantized = try AxTrainProgram.run([
      "quantize", folder.file("model"), "--dataset", "digits", "--encoding", "sign_magnitude",
      "--weight-bits", "6",
    ])
    try #require(quantized.status == 0, "\(quantized.errors)")
    let runs = [
      ("weight_stationary", ["--layer", "0", "--vectors", "40"], "40x9x4"),
      ("input_stationary", ["--layer", "1", "--group", "1", "--vectors", "18"], "18x18x3"),
      ("output_stationary", ["--layer", "2", "--vectors", "5"], "5x54x10"),
    ]
    for (dataflow, options, shape) in runs {
      let output = folder.file(dataflow)
      let outcome = try run(
        [
          "-o", output, "--network", folder.file("model"), "--multiplier", "drum", "--set", "k=4",
          "--dataflow", dataflow, "--rows", "4", "--columns", "4",
        ] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains(shape), "\(outcome.output)")
      let printed = try simulate(output)
      #expect(printed.split(separator: "\n").contains("PASS"), "\(printed)")
      // Activations of a trained network: not all alike.
      let words = try InputFile.text(of: "\(output)/rows.hex").split(separator: "\n")
      #expect(Set(words).count > 4)
      // Of several images: the first positions of one see its edge alone.
      let sums = try InputFile.text(of: "\(output)/sums.hex").split(separator: "\n")
      #expect(Set(sums).count > sums.count / 8, "\(dataflow)")
      #expect(
        try InputFile.text(of: "\(output)/testbench.v").contains(
          "of its first \(dataflow == "output_stationary" ? 5 : 16) test examples"))
    }
    let wide = try folder.write(
      InputFile.text(of: Repository.path(Self.hardware))
        .replacing("width_bits: 8,", with: "width_bits: 16,")
        .replacing("width_bits: 24,", with: "width_bits: 48,"), to: "wide.yaml")
    let refusals = [
      (["--layer", "3"], "--layer 3: the network has 3 layers with weights, from 0 on"),
      (["--group", "1"], "--group 1: the layer has 1 groups, from 0 on"),
      (["--hardware", wide], "accumulators of 48 bits are for words of more than 8 bits"),
      (["--accumulator-netlist", "adder.v"], "accumulators in the Verilog add by '+'"),
      (
        ["--multiplier", "mul8u", "--layer", "0"],
        "unknown family 'mul8u'"
      ),
    ]
    for (options, message) in refusals {
      let outcome = try run(
        ["-o", folder.file("refused"), "--network", folder.file("model")] + options)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("refused")))
    }
  }

  @Test(
    "the same command writes the same bytes, and its random words run",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"))
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    let options = [
      "--multiplier", "HardwareSpecs/Multipliers/mul8u_bam_v7h2.v", "--rows", "3", "--columns", "2",
      "--seed", "7",
    ]
    for name in ["one", "other"] {
      let outcome = try run(["-o", folder.file(name)] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("one")).sorted()
    #expect(
      names == [
        "axtrain_accumulate.v", "axtrain_array.v", "axtrain_bank.v", "axtrain_controller.v",
        "axtrain_element.v", "axtrain_multiply.v", "axtrain_pipeline.v", "axtrain_skew.v",
        "axtrain_top.v", "cells.v",
        "columns.hex", "design.f", "multiplier.v", "rows.hex", "sums.hex", "testbench.v",
      ])
    for name in names {
      #expect(
        try InputFile.text(of: "\(folder.file("one"))/\(name)")
          == InputFile.text(of: "\(folder.file("other"))/\(name)"))
    }
    #expect(try simulate(folder.file("one")).contains("\nPASS"))
  }

  @Test("accumulators that do not hold a product, and vectors that tell nothing, are named")
  func notes() throws {
    let folder = try TemporaryFolder()
    let options = ["--rows", "2", "--columns", "2", "--gemm", "2x2x2"]
    for (name, words, note) in [
      (
        "narrow", ["--width-bits", "16"],
        "accumulators of 24 bits do not hold one product of 16 by 16 bits, which takes 33: sums wrap"
      ),
      ("wide", ["--width-bits", "16", "--accumulator-bits", "33"], nil),
      (
        "equal", ["--multiplier", "truncated", "--set", "columns=15"],
        "all accumulators are 0: a wrong multiplier may pass"
      ),
    ] {
      let outcome = try run(["-o", folder.file(name)] + options + words)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(note.map { outcome.errors.contains($0) } ?? outcome.errors.isEmpty, "\(outcome)")
    }
  }

  @Test("a full disk leaves no folder")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let outcome = try run(["-o", folder.file("out"), "--gemm", "64x64x64"], fileSizeLimit: 8)
    #expect(outcome.status == 74)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("each refusal says exactly what the golden file has, on one line, and writes nothing")
  func messages() throws {
    try GoldenMessages(file: "export_rtl_messages.txt").check(atLeast: 20) { options in
      let folder = try TemporaryFolder()
      _ = try folder.write("mine", to: "file")
      let arguments = options.replacing("FOLDER", with: folder.path).split(separator: " ")
      let outcome = try run(arguments.map(String.init))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
      return "\(outcome.status) \(outcome.errors.replacing(folder.path, with: "FOLDER"))"
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
