import Files
import Foundation
import ModelFiles
import Networks
import Randomness
import TestSupport
import Testing

@Suite("A network written as ONNX")
struct ONNXWritingTests {
  @Test("comes back bit for bit", arguments: Preset.allCases)
  func presets(preset: Preset) throws {
    let network = try ModelFolderTests.network(preset)
    let bytes = try ONNXFile.bytes(of: network)
    let model = try ONNXFile.read(bytes: bytes, file: "a.onnx")
    #expect(model.network == network)
    #expect(model.notes.isEmpty && model.hints == QuantizationHints())
    #expect(try ONNXFile.bytes(of: model.network) == bytes)
  }

  @Test("comes back bit for bit whatever its layers, 400 random networks")
  func random() throws {
    var kinds: Set<String> = []
    for index in 0..<UInt64(400) {
      let network = try RandomNetwork.network(index, withGroups: index.isMultiple(of: 4))
      let bytes = try ONNXFile.bytes(of: network)
      #expect(try ONNXFile.read(bytes: bytes, file: "a.onnx").network == network, "\(index)")
      kinds.formUnion(network.topology.layers.map(\.name))
    }
    #expect(kinds.count == 12)
  }

  @Test("does not hold a learned logit scale, which changes no class")
  func learnedScale() throws {
    let layers = [LayerSpec.dense(outputs: 2, hasBias: true)]
    let learned = Network(
      topology: try NetworkTopology(
        name: "a", input: FeatureShape(channels: 3), layers: layers,
        logitScale: .learned(start: 4)), seed: 1)
    let back = try ONNXFile.read(bytes: ONNXFile.bytes(of: learned), file: "a.onnx").network
    #expect(back.topology.logitScale == .fixed(1))
    #expect(back.parameters == Array(learned.parameters.dropLast()))
  }

  @Test("has these bytes")
  func golden() throws {
    let topology = try NetworkTopology(
      name: "tiny", input: FeatureShape(channels: 1, rows: 2, columns: 2),
      layers: [
        .convolution(ConvolutionSpec(filters: 1, kernel: 2, hasBias: false)),
        .clippedReLU(ceiling: 1), .dense(outputs: 1, hasBias: true),
      ])
    let network = Network(
      topology: topology, parameters: [1, 2, 3, 4, 0.5, -0.5], statistics: [])
    let bytes = try ONNXFile.bytes(of: network)
    let path = Repository.path("Tests/ModelFilesTests/Resources/tiny.onnx")
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      try OutputFile.write(bytes, to: path)
    }
    #expect(try bytes == InputFile.bytes(of: path))
  }

  @Test("refuses a convolution of what a dense layer gives")
  func convolutionOfVector() throws {
    let topology = try NetworkTopology(
      name: "a", input: FeatureShape(channels: 3),
      layers: [
        .dense(outputs: 2, hasBias: true), .convolution(ConvolutionSpec(filters: 2, kernel: 1)),
      ])
    let error = #expect(throws: InputError.self) {
      try ONNXFile.bytes(of: Network(topology: topology, seed: 1))
    }
    #expect(
      error?.description
        == "error: layers.1: convolution of a vector cannot be written as ONNX: use a "
        + "dense layer instead")
  }

  /// The Python interpreter that has onnx, onnxruntime and safetensors: the one that AXTRAIN_ONNX_PYTHON
  /// names, else `python3`; nil if it has not.
  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["AXTRAIN_ONNX_PYTHON"] ?? "python3"
    let found = try? Referee.run(
      "env", [named, "-c", "import onnx, onnxruntime, safetensors.numpy"])
    return found == nil ? nil : named
  }()

  @Test(
    "gives our logits in onnxruntime, and is what Python's safetensors reads",
    .enabled(
      if: python != nil, "no Python with onnx, onnxruntime and safetensors"))
  func onnxruntime() throws {
    let folder = try TemporaryFolder()
    var networks = try Preset.allCases.map { try ModelFolderTests.network($0) }
    for index in 0..<UInt64(200) {
      networks.append(try RandomNetwork.network(index, withGroups: index.isMultiple(of: 4)))
    }
    for (index, network) in networks.enumerated() {
      var stream = RandomStream(seed: 3, purpose: .test, index: UInt64(index))
      let inputs = Tensor(
        count: 4, shape: network.input,
        values: (0..<4 * network.input.count).map { _ in Float(stream.nextNormal()) })
      try ONNXFile.write(network, to: folder.file("\(index).onnx"))
      let logits = network.logits(inputs)
      let shape = SafetensorsArray(
        shape: [4, network.input.count], .float32(inputs.values))
      try SafetensorsFile.write(
        [
          ("inputs", shape),
          ("logits", SafetensorsArray(shape: [4, network.classCount], .float32(logits.values))),
        ], to: folder.file("\(index).safetensors"))
    }
    let python = try #require(Self.python)
    let text = try Referee.run(
      "env", [python, Repository.path("Tests/Tools/run_model_files.py"), folder.path])
    let fields = (text.split(separator: "\n").last ?? "").split(separator: " ")
    #expect(fields.first.flatMap { Int($0) } == networks.count, "\(text)")
    let error = try #require(fields.last.flatMap { Double($0) })
    #expect(error < 1e-5, "\(text)")
  }
}
