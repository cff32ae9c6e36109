import Files
import Foundation
import Netlists
import TestSupport
import Testing

@Suite("axtrain evaluate", .serialized)
struct EvaluateCommandTests {
  private static let multiplier = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"

  private func train(_ folder: TemporaryFolder) throws {
    let outcome = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "6", "-o",
      folder.file("model"), "--quiet",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    "a row for each arithmetic; accuracies do not depend on threads, float is the training's own")
  func rows() throws {
    let folder = try TemporaryFolder()
    try train(folder)
    let tables = try [1, 2].map { jobs in
      let outcome = try AxTrainProgram.run([
        "evaluate", folder.file("model"), "--dataset", "digits", "--multiplier", Self.multiplier,
        "--hardware", "HardwareSpecs/Accelerators/ntc16x16.yaml", "--supply", "0.5 V", "--chips",
        "3", "--dies", "4", "--transitions", "400", "--jobs", "\(jobs)", "--format", "csv",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try CSVTable(text: outcome.output, file: "out")
    }
    let table = tables[0]
    let record = try InputFile.text(of: folder.file("model/training.yaml"))
    #expect(
      try table.rows.map { try table.text($0, "arithmetic") }
        == ["float", "integer", "approximate", "hardware"])
    for (one, other) in zip(tables[0].rows, tables[1].rows) {
      for column in ["accuracy_percent", "accuracy_low_percent", "accuracy_high_percent"] {
        #expect(try tables[0].text(one, column) == tables[1].text(other, column))
      }
      #expect(try table.number(one, "images_per_second") > 0)
      #expect(record.contains("test_examples: \(try table.text(one, "images"))\n"))
    }
    let history = try CSVTable(
      text: InputFile.text(of: folder.file("model/history.csv")), file: "history")
    let last = try #require(history.rows.last)
    let accuracies = try table.rows.map { try table.number($0, "accuracy_percent") }
    #expect(
      try table.text(table.rows[0], "accuracy_percent")
        == history.text(last, "test_accuracy_percent"))
    // 8 bits cost little; at 0.5 V 0.4 % of stored bits are wrong.
    #expect(abs(accuracies[1] - accuracies[0]) < 1)
    #expect(accuracies[3] < accuracies[2])
    let hardware = table.rows[3]
    #expect(try table.number(hardware, "chips") == 3)
    #expect(try table.number(hardware, "bit_error_rate") > 0.001)
    #expect(try table.number(hardware, "accuracy_worst_chip_percent") <= accuracies[3])
    // Banks change no value; the longer path of a ripple adder makes the period longer.
    let adder = try folder.write(AdderFamily.ripple.verilog(width: 24), to: "adder.v")
    let array = try folder.write(
      InputFile.text(of: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
        .replacing("overflow: wrap", with: "overflow: wrap, netlist: \(adder)")
        .replacing("buffers: {", with: "buffers: {weight_banks: 2, "), to: "own.yaml")
    let outcome = try AxTrainProgram.run([
      "evaluate", folder.file("model"), "--dataset", "digits", "--multiplier", Self.multiplier,
      "--hardware", array, "--supply", "0.5 V", "--chips", "3", "--dies", "4", "--transitions",
      "400", "--format", "csv",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let own = try CSVTable(text: outcome.output, file: "out")
    #expect(
      try own.number(own.rows[3], "clock_period_ns") > table.number(hardware, "clock_period_ns"))
    #expect(
      try own.text(own.rows[2], "accuracy_percent")
        == table.text(table.rows[2], "accuracy_percent"))
  }

  @Test(
    "timing errors are those of the operands at the circuit's ports, whatever its width and order")
  func narrow() throws {
    let folder = try TemporaryFolder()
    try train(folder)
    let generated = try AxTrainProgram.run([
      "generate", "exact_dadda", "--width", "4", "-o", folder.file("mul4.v"),
    ])
    try #require(generated.status == 0, "\(generated.errors)")
    // The same circuit behind a header that declares the second operand first.
    let text = try InputFile.text(of: folder.file("mul4.v"))
    let header = try #require(text.firstMatch(of: /module +(\w+) *\([^)]*\);/))
    let name = String(header.output.1)
    _ = try folder.write(
      text + "\nmodule turned(input [3:0] b, input [3:0] a, output [7:0] y);\n"
        + "  \(name) inner(.a(a), .b(b), .p(y));\nendmodule\n", to: "turned.v")
    var rows: [[String]] = []
    for file in ["mul4.v", "turned.v"] {
      let outcome = try AxTrainProgram.run([
        "evaluate", folder.file("model"), "--dataset", "digits", "--weight-bits", "4",
        "--activation-bits", "4", "--multiplier", folder.file(file), "--hardware",
        "HardwareSpecs/Accelerators/ntc16x16.yaml", "--supply", "0.6V", "--memory-supply", "0.8V",
        "--clock", "fixed", "--chips", "2", "--dies", "4", "--transitions", "400", "--format",
        "csv",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let table = try CSVTable(text: outcome.output, file: "out")
      let hardware = try #require(table.rows.last)
      #expect(try table.number(hardware, "product_error_rate") > 0.05)
      rows.append(
        try ["accuracy_percent", "product_error_rate"].map { try table.text(hardware, $0) })
    }
    #expect(rows[0] == rows[1])
  }

  @Test("without a memory no bit is wrong, and products err all the same", arguments: ["45", "22"])
  func noMemory(node: String) throws {
    let folder = try TemporaryFolder()
    try train(folder)
    let (accelerator, supply) = node == "22" ? ("ntc16x16-22nm", "0.4V") : ("ntc16x16", "0.45V")
    func hardware(_ memory: String) throws -> (table: CSVTable, row: CSVTable.Row) {
      let outcome = try AxTrainProgram.run([
        "evaluate", folder.file("model"), "--dataset", "digits", "--multiplier",
        "HardwareSpecs/Multipliers/mul8u_exact_dadda.v", "--hardware",
        "HardwareSpecs/Accelerators/\(accelerator).yaml", "--technology",
        "HardwareSpecs/Technology/ptm\(node)_hp.yaml", "--supply", supply, "--memory-supply",
        memory,
        "--chips", "2", "--dies", "4", "--transitions", "4000", "--format", "csv",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let table = try CSVTable(text: outcome.output, file: "out")
      return (table, try #require(table.rows.last))
    }
    let (table, row) = try hardware("none")
    #expect(try table.text(row, "memory_supply_v").isEmpty)
    #expect(try table.number(row, "bit_error_rate") == 0)
    #expect(try table.number(row, "product_error_rate") > 0)
    guard node == "45" else { return }
    let (other, faulty) = try hardware("0.4V")
    #expect(try other.number(faulty, "bit_error_rate") > 0)
    #expect(
      try other.text(faulty, "product_error_rate") == table.text(row, "product_error_rate"))
  }

  @Test("the split is that of the training; another one, and another dataset, are said")
  func split() throws {
    let folder = try TemporaryFolder()
    let trained = try AxTrainProgram.run([
      "train", "--preset", "64-32-10", "--dataset", "digits", "--epochs", "2", "--test-fraction",
      "0.6", "--split-seed", "7", "-o", folder.file("model"), "--quiet",
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    let record = try InputFile.text(of: folder.file("model/training.yaml"))
    let arguments = ["evaluate", folder.file("model"), "--dataset", "digits", "--format", "csv"]
    let same = try AxTrainProgram.run(arguments)
    let table = try CSVTable(text: same.output, file: "out")
    #expect(record.contains("test_examples: \(try table.text(table.rows[0], "images"))\n"))
    #expect(same.errors.isEmpty)
    let other = try AxTrainProgram.run(arguments + ["--split-seed", "8"])
    #expect(other.status == 0)
    #expect(other.errors.contains("the model was trained with split_seed 7"))
  }

  @Test("a kept quantization gives the integers that it was made with, for any number of threads")
  func quantize() throws {
    let folder = try TemporaryFolder()
    try train(folder)
    let options = [
      "--dataset", "digits", "--weight-bits", "5", "--weight-granularity", "channel",
      "--activation-range", "percentile=99.5", "--calibration", "300",
    ]
    func accuracies(_ options: [String]) throws -> [String] {
      let outcome = try AxTrainProgram.run(
        ["evaluate", folder.file("model"), "--format", "csv"] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
      let table = try CSVTable(text: outcome.output, file: "out")
      return try table.rows.map {
        try table.text($0, "accuracy_percent") + " " + table.text($0, "weight_bits")
      }
    }
    let asked = try accuracies(options)
    let path = folder.file("model/quantization.yaml")
    var texts: [String] = []
    for jobs in ["1", "2"] {
      let outcome = try AxTrainProgram.run(
        ["quantize", folder.file("model"), "--jobs", jobs] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.hasSuffix("2368 weights of 5 bits, 2368 multiply-accumulates an inference\n")
      )
      texts.append(try InputFile.text(of: path))
    }
    #expect(texts[0] == texts[1])
    #expect(try accuracies(["--dataset", "digits"]) == asked)
    #expect(try accuracies(["--dataset", "digits", "--weight-bits", "8"])[1].hasSuffix(" 8"))
    // Ranges of fewer layers than the network has.
    let cut = texts[0].split(separator: "\n").dropLast().joined(separator: "\n") + " {}\n"
    _ = try folder.write(cut, to: "model/quantization.yaml")
    let refused = try AxTrainProgram.run(
      ["evaluate", folder.file("model"), "--dataset", "digits"])
    #expect(refused.status == 65)
    #expect(refused.errors.contains("layers.0: the outputs of layer 1 have no range"))
  }

  @Test("standard output that takes no more ends with status 74; a device stays one")
  func full() throws {
    let folder = try TemporaryFolder()
    try train(folder)
    for arguments in [["--output", "/dev/full"], []] {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        [
          "-c", arguments.isEmpty ? "exec \"$0\" \"$@\" > /dev/full" : "exec \"$0\" \"$@\"",
          AxTrainProgram.path, "evaluate", folder.file("model"), "--dataset", "digits",
        ] + arguments
      process.currentDirectoryURL = URL(filePath: Repository.root)
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
      #expect(said.contains("could not be written: No space left on device"))
    }
    var status = stat()
    #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("few bits cost accuracy, and every encoding runs", arguments: [8, 3])
  func encodings(bits: Int) throws {
    let folder = try TemporaryFolder()
    try train(folder)
    for encoding in ["offset", "twos_complement", "sign_magnitude"] {
      let outcome = try AxTrainProgram.run([
        "evaluate", folder.file("model"), "--dataset", "digits", "--encoding", encoding,
        "--weight-bits", "\(bits)", "--activation-bits", "\(bits)", "--weight-granularity",
        "channel", "--weight-range", "least_squares", "--activation-range", "percentile=99.9",
        "--format", "csv",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let table = try CSVTable(text: outcome.output, file: "out")
      let accuracies = try table.rows.map { try table.number($0, "accuracy_percent") }
      #expect(try table.text(table.rows[1], "encoding") == encoding)
      #expect(try table.number(table.rows[1], "weight_bits") == Double(bits))
      if bits == 8 {
        #expect(abs(accuracies[1] - accuracies[0]) < 1.5)
      } else {
        #expect(accuracies[1] < accuracies[0])
        #expect(accuracies[1] > 30)
      }
    }
  }

  @Test("the column of labels that a model was trained with is that of its evaluation")
  func labelColumn() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<80).map { "\(200 * ($0 % 2)),\($0 % 2),\($0 * 11 % 50)" }
    _ = try folder.write("a,kind,b\n" + lines.joined(separator: "\n") + "\n", to: "named.csv")
    _ = try folder.write(
      "name: two\ninput: {channels: 2, rows: 1, columns: 1}\nlayers:\n  - dense: {outputs: 2}\n",
      to: "two.yaml")
    let train = try AxTrainProgram.run([
      "train", "--topology", folder.file("two.yaml"), "--dataset", "named", "--label-column",
      "kind",
      "--data", folder.path, "--epochs", "200", "--batch-size", "8", "-o", folder.file("named"),
    ])
    try #require(train.status == 0, "\(train.errors)")
    let run = try AxTrainProgram.run([
      "evaluate", folder.file("named"), "--dataset", "named", "--data", folder.path, "--format",
      "csv",
    ])
    try #require(run.status == 0, "\(run.errors)")
    let table = try CSVTable(text: run.output, file: "output")
    #expect(try table.number(table.rows[0], "accuracy_percent") == 100)
  }

  @Test("each refusal says exactly what the golden file has, on one line")
  func messages() throws {
    let folder = try TemporaryFolder()
    try train(folder)
    try prepare(folder)
    try GoldenMessages(file: "evaluate_messages.txt").check(atLeast: 15) { options in
      let run = try AxTrainProgram.run(
        ["evaluate", "--data", folder.path]
          + options.replacing("FOLDER", with: folder.path).split(separator: " ").map(String.init))
      let errors = run.errors.replacing(folder.path, with: "FOLDER")
        .replacing(#/looked in .*?\. /#, with: "looked in …. ")
      return "\(run.status) \(errors)".trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// Models, a dataset, netlists and accelerators that do not fit.
  private func prepare(_ folder: TemporaryFolder) throws {
    let lines = (0..<40).map { "\($0 * 7 % 50),\($0 * 11 % 50),\($0 % 2)" }
    _ = try folder.write("a,b,label\n" + lines.joined(separator: "\n") + "\n", to: "narrow.csv")
    let files = FileManager.default
    try files.createDirectory(atPath: folder.file("cut"), withIntermediateDirectories: true)
    try files.copyItem(
      atPath: folder.file("model/topology.yaml"), toPath: folder.file("cut/topology.yaml"))
    let weights = try InputFile.bytes(of: folder.file("model/weights.safetensors"))
    try Data(weights.prefix(weights.count / 2)).write(
      to: URL(filePath: folder.file("cut/weights.safetensors")))
    // Weights whose sums leave single precision.
    try files.createDirectory(atPath: folder.file("huge"), withIntermediateDirectories: true)
    try files.copyItem(
      atPath: folder.file("model/topology.yaml"), toPath: folder.file("huge/topology.yaml"))
    var bytes = weights
    for start in stride(from: bytes.count - 9_472, to: bytes.count - 4, by: 4) {
      // 3·10³⁸, little-endian.
      bytes.replaceSubrange(start..<start + 4, with: [0xEE, 0xB1, 0x61, 0x7F])
    }
    try Data(bytes).write(to: URL(filePath: folder.file("huge/weights.safetensors")))
    _ = try folder.write(
      "name: flat\ninput: {channels: 1, rows: 8, columns: 8}\nlayers:\n  - flatten\n",
      to: "flat.yaml")
    try files.createDirectory(atPath: folder.file("flat"), withIntermediateDirectories: true)
    try files.copyItem(
      atPath: folder.file("flat.yaml"), toPath: folder.file("flat/topology.yaml"))
    try Data([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]).write(
      to: URL(filePath: folder.file("flat/weights.safetensors")))
    try files.createDirectory(
      atPath: folder.file("seeds/seed-3"), withIntermediateDirectories: true)
    // Records of no split.
    let record = try InputFile.text(of: folder.file("model/training.yaml"))
    for (name, old, new) in [
      ("share", "test_fraction: 0.25", "test_fraction: 7"),
      ("whole", "test_fraction: 0.25", "test_fraction: 1"),
      ("split", "split_seed: 1", "split_seed: -1"),
    ] {
      try files.copyItem(atPath: folder.file("model"), toPath: folder.file(name))
      try #require(record.contains(old + "\n"))
      _ = try folder.write(record.replacing(old, with: new), to: "\(name)/training.yaml")
    }
    // Words that the model's folder has.
    try files.copyItem(atPath: folder.file("model"), toPath: folder.file("signs"))
    let quantized = try AxTrainProgram.run([
      "quantize", folder.file("signs"), "--dataset", "digits", "--encoding", "sign_magnitude",
    ])
    try #require(quantized.status == 0, "\(quantized.errors)")
    _ = try folder.write(SampleTopology.normalizedPooling, to: "pooled.yaml")
    let outcome = try AxTrainProgram.run([
      "train", "--topology", folder.file("pooled.yaml"), "--dataset", "digits", "--epochs", "1",
      "-o", folder.file("pooled"), "--quiet",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    for (name, width) in [("mul4u", 4), ("wide", 9)] {
      let outcome = try AxTrainProgram.run([
        "generate", "exact_dadda", "--width", "\(width)", "-o", folder.file("\(name).v"),
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let accelerator = try InputFile.text(
      of: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"))
    for (name, old, new) in [
      ("small", "weight_words: 4096", "weight_words: 1000"),
      ("thin", "activation_words: 4096", "activation_words: 50"),
      ("signed", "encoding: offset", "encoding: twos_complement"),
    ] {
      #expect(accelerator.contains(old))
      _ = try folder.write(accelerator.replacing(old, with: new), to: "\(name).yaml")
    }
  }
}
