import Files
import ModelFiles
import Networks
import TestSupport
import Testing

@Suite("axtrain convert")
struct ConvertCommandTests {
  private static let resources = "Tests/ModelFilesTests/Resources"

  @Test("takes a network from a folder to ONNX and back without changing a byte")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let network = Network(topology: try Preset.resNet8.topology(), seed: 5)
    try ModelFolder.write(network, to: folder.file("a"))
    for (from, to) in [("a", "a.onnx"), ("a.onnx", "b"), ("b", "b.safetensors")] {
      let run = try AxTrainProgram.run(["convert", folder.file(from), "-o", folder.file(to)])
      #expect(run.status == 0 && run.errors.isEmpty)
      #expect(
        run.output == "\(folder.file(to)): 11 layers, \(network.parameters.count) parameters\n")
    }
    for name in ["topology.yaml", "weights.safetensors"] {
      #expect(
        try InputFile.bytes(of: folder.file("a/\(name)"))
          == InputFile.bytes(of: folder.file("b/\(name)")))
    }
    #expect(
      try InputFile.bytes(of: folder.file("b.safetensors"))
        == InputFile.bytes(of: folder.file("b/weights.safetensors")))
  }

  @Test("a folder with the record of a training is refused, and left as it is")
  func record() throws {
    let folder = try TemporaryFolder()
    try ModelFolder.write(
      Network(topology: try Preset.perceptron784x100x10.topology(), seed: 5), to: folder.file("a"))
    _ = try folder.write("seed: 1\n", to: "a/training.yaml")
    let before = try InputFile.bytes(of: folder.file("a/weights.safetensors"))
    try ModelFolder.write(
      Network(topology: try Preset.leNet5.topology(), seed: 5), to: folder.file("b"))
    let run = try AxTrainProgram.run(["convert", folder.file("b"), "-o", folder.file("a")])
    #expect(run.status == 73)
    #expect(
      run.errors
        == "\(folder.file("a/training.yaml")): error: belongs to another model: name another "
        + "folder\n")
    #expect(try InputFile.bytes(of: folder.file("a/weights.safetensors")) == before)
  }

  @Test("takes arrays with a preset's layers, by rules")
  func arrays() throws {
    let folder = try TemporaryFolder()
    let network = Network(topology: try Preset.perceptron784x100x10.topology(), seed: 5)
    let renamed = ModelFolder.arrays(of: network).map {
      ($0.name.replacing("layers.0", with: "fc1").replacing("layers.2", with: "fc2"), $0.array)
    }
    try SafetensorsFile.write(renamed, to: folder.file("a.safetensors"))
    let arguments = ["convert", folder.file("a.safetensors"), "-o", folder.file("b")]
    let run = try AxTrainProgram.run(
      arguments + ["--topology", "784-100-10", "--map", "fc1=layers.0", "--map", "fc2=layers.2"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(try ModelFolder.read(folder.file("b")) == network)
    let rules = try folder.write("fc1=layers.0\nfc2=layers.2\n", to: "rules.txt")
    let again = try AxTrainProgram.run(
      arguments + ["--topology", folder.file("b/topology.yaml"), "--mapping", rules])
    #expect(again.status == 0)
    #expect(try ModelFolder.read(folder.file("b")) == network)
  }

  @Test("says what of a file it leaves out")
  func notes() throws {
    let folder = try TemporaryFolder()
    let quantized = try AxTrainProgram.run(
      ["convert", "\(Self.resources)/qdq.onnx", "-o", folder.file("a.safetensors")])
    #expect(quantized.status == 0)
    #expect(quantized.errors.contains("the file's scales of 2 parameters and 2 activations are"))
    let softmax = try AxTrainProgram.run(
      ["convert", "\(Self.resources)/perceptron.onnx", "-o", folder.file("b")])
    #expect(softmax.errors.contains("(Softmax) at the end is left out"))
  }

  @Test("keeps the scales of a quantized file in the folder's quantization, and may be run again")
  func scales() throws {
    let folder = try TemporaryFolder()
    let output = folder.file("a")
    let arguments = ["convert", "\(Self.resources)/quantized-signed.onnx", "-o", output]
    let run = try AxTrainProgram.run(arguments)
    #expect(run.status == 0)
    #expect(
      run.errors
        .contains("layers.6: the quantization of logits is left out: they stay sums"))
    let file = try #require(try QuantizationFile(folder: output))
    #expect(file.given.weights.keys.sorted() == [0, 3, 6])
    #expect(file.given.outputs.keys.sorted() == [1, 4])
    #expect(file.given.input?.zeroPoints == [-3])
    #expect(file.origin == ["scales": "quantized-signed.onnx"])
    #expect(try AxTrainProgram.run(arguments).status == 0)
    let other = try AxTrainProgram.run(
      ["convert", "\(Self.resources)/quantized-unsigned.onnx", "-o", output])
    #expect(other.status == ExitStatus.cannotCreate.rawValue)
    #expect(other.errors.contains("quantization.yaml: error: belongs to another model"))
  }

  @Test("the name of a quantized file may be anything, and its folder is read again")
  func names() throws {
    let folder = try TemporaryFolder()
    let bytes = try InputFile.bytes(of: Repository.path("\(Self.resources)/qdq.onnx"))
    for (index, name) in ["a &b *b.onnx", "? \n' : \u{FEFF}.onnx"].enumerated() {
      try OutputFile.write(bytes, to: folder.file(name))
      let output = folder.file("\(index)")
      let run = try AxTrainProgram.run(["convert", folder.file(name), "-o", output])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try QuantizationFile(folder: output)?.origin == ["scales": name])
    }
  }

  @Test(
    "of a quantized file, evaluate runs its scales, and quantize keeps them unless told otherwise")
  func keptScales() throws {
    let folder = try TemporaryFolder()
    let output = folder.file("a")
    let lines = (0..<60).map { row in
      ((0..<6).map { "\((row * 37 + $0 * 91) % 256)" } + ["\(row % 3)"]).joined(separator: ",")
    }
    _ = try folder.write(
      (["a,b,c,d,e,f,label"] + lines).joined(separator: "\n") + "\n", to: "rows.csv")
    let data = ["--dataset", "rows", "--data", folder.path]
    let convert = ["convert", "\(Self.resources)/qdq.onnx", "-o", output]
    #expect(try AxTrainProgram.run(convert).status == 0)
    let given = try #require(try QuantizationFile(folder: output)).given
    #expect(given.weights[0]?.scales.count == 5)
    let evaluated = try AxTrainProgram.run(["evaluate", output] + data)
    #expect(evaluated.status == 0 && evaluated.output.contains("integer"))
    #expect(!evaluated.errors.contains("are not used"))
    #expect(
      evaluated.errors.contains(
        "the model's inputs cover -6.4 to 6.35, and features here are 0 to 1"))
    let other = try AxTrainProgram.run(["evaluate", output, "--weight-bits", "4"] + data)
    #expect(other.status == 0)
    #expect(other.errors.contains("the scales that came with the model are not used"))
    #expect(!other.errors.contains("inputs cover"))
    let kept = try AxTrainProgram.run(["quantize", output] + data)
    #expect(kept.status == 0)
    #expect(kept.errors.contains("keeps the scales that came with the model"))
    #expect(try QuantizationFile(folder: output)?.given == given)
    let replaced = try AxTrainProgram.run(["quantize", output, "--weight-bits", "4"] + data)
    #expect(replaced.status == 0)
    #expect(replaced.errors.contains("the scales that came with the model are replaced"))
    #expect(try QuantizationFile(folder: output)?.given.isEmpty == true)
    _ = try folder.write("encoding: [\n", to: "a/quantization.yaml")
    let damaged = try AxTrainProgram.run(["quantize", output] + data)
    #expect(damaged.status == ExitStatus.badData.rawValue)
    #expect(try AxTrainProgram.run(["quantize", output, "--weight-bits", "4"] + data).status == 0)
    #expect(try QuantizationFile(folder: output)?.spec.weightBits == 4)
  }

  @Test("ends with the status of what is wrong, and leaves nothing behind")
  func failures() throws {
    let folder = try TemporaryFolder()
    let output = folder.file("out.onnx")
    func run(_ arguments: [String], limit: Int? = nil) throws -> AxTrainProgram.Outcome {
      try AxTrainProgram.run(["convert"] + arguments + ["-o", output], fileSizeLimit: limit)
    }
    let missing = try run(["nowhere.onnx"])
    #expect(missing.status == ExitStatus.missingInput.rawValue)
    #expect(missing.errors.hasPrefix("nowhere.onnx: error: cannot be read"))
    let noFolder = try run(["nowhere"])
    #expect(noFolder.status == ExitStatus.missingInput.rawValue)
    let empty = try run([""])
    #expect(empty.status == ExitStatus.usage.rawValue)
    #expect(empty.errors.contains("MODEL and --output must not be empty"))
    let arrays = try run(["\(Self.resources)/sequential.safetensors"])
    #expect(arrays.status == ExitStatus.usage.rawValue)
    #expect(arrays.errors.contains("holds arrays without layers: name them with --topology"))
    let rules = try run(["\(Self.resources)/qdq.onnx", "--map", "a=b"])
    #expect(rules.status == ExitStatus.usage.rawValue)
    let other = try run(
      ["\(Self.resources)/sequential.safetensors", "--topology", "784-100-10"])
    #expect(other.status == ExitStatus.badData.rawValue)
    #expect(other.errors.split(separator: "\n").count == 1)
    let wrong = try folder.write("PK", to: "wrong.onnx")
    #expect(try run([wrong]).status == ExitStatus.badData.rawValue)
    let full = try run(["\(Self.resources)/residuals.onnx"], limit: 4)
    #expect(full.status == ExitStatus.inputOutput.rawValue)
    #expect(full.errors.contains("out.onnx: error: could not be written"))
    #expect(throws: InputError.self) { try InputFile.bytes(of: output) }
  }
}
