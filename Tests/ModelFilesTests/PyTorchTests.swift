import ArrayFiles
import Files
import ModelFiles
import Networks
import TestSupport
import Testing

@Suite("A network that PyTorch wrote")
struct PyTorchTests {
  /// How far the logits are from those that PyTorch gave, relative to the largest of them.
  private func error(_ network: Network, _ name: String) throws -> Float {
    let inputs = try Recorded.array(name + ".inputs.npy")
    let outputs = try Recorded.array(name + ".outputs.npy")
    let logits = network.logits(
      Tensor(count: 8, shape: network.input, values: inputs.floats))
    try #require(logits.values.count == outputs.floats.count)
    let largest = outputs.floats.map(abs).max() ?? 1
    return zip(logits.values, outputs.floats).map { abs($0 - $1) }.max().map { $0 / largest } ?? 1
  }

  @Test(
    "gives PyTorch's outputs when it is read from ONNX",
    arguments: [
      "sequential", "residuals", "residuals-normalized", "residuals-fixed-batch", "perceptron",
      "qdq",
    ])
  func onnx(name: String) throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path(name + ".onnx"))
    let error = try error(model.network, name)
    #expect(error < 2e-6, "\(error)")
  }

  @Test(
    "quantized by onnxruntime, which takes ReLU away, has it back and stays near the quantized outputs",
    arguments: ["quantized-unsigned", "quantized-signed"])
  func quantized(name: String) throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path(name + ".onnx"))
    let layers = model.network.topology.layers
    #expect(layers.map(\.name).filter { $0.hasSuffix("relu") }.count == 2)
    #expect(layers.count == 7)
    #expect(model.hints.parameters.count == 6)
    #expect(model.hints.parameters["layers.0.weight"]?.scales.count == 4)
    #expect(model.hints.activations["input"] != nil && model.hints.activations["layers.1"] != nil)
    let error = try error(model.network, name)
    #expect(error < 0.05, "\(error)")
  }

  static let sequential = """
    name: sequential
    input: {channels: 1, rows: 10, columns: 10}
    layers:
      - convolution: {filters: 3, kernel: 3, padding: 1}
      - batch_normalization
      - relu
      - max_pooling: {kernel: 2}
      - convolution: {filters: 4, kernel: 3, stride: 2}
      - clipped_relu: {ceiling: 2}
      - flatten
      - dropout: {probability: 0.25}
      - dense: {outputs: 5}
    """

  @Test(
    "gives PyTorch's outputs when its state is read from safetensors or NPZ",
    arguments: [
      ("sequential.safetensors", "sequential"), ("sequential.npz", "sequential"),
      ("halves.safetensors", "halves"),
    ])
  func state(file: String, name: String) throws {
    let topology = try TopologyReader.read(StrictYAML(text: Self.sequential, file: "s.yaml"))
    let network = try Network(
      topology: topology, arrays: NamedArrays(contentsOf: Recorded.path(file)))
    let error = try error(network, name)
    #expect(error < 2e-6, "\(error)")
  }

  @Test("has the same numbers in ONNX, safetensors and NPZ")
  func sameNumbers() throws {
    let topology = try TopologyReader.read(StrictYAML(text: Self.sequential, file: "s.yaml"))
    let model = try ONNXFile.read(contentsOf: Recorded.path("sequential.onnx"))
    for file in ["sequential.safetensors", "sequential.npz"] {
      let network = try Network(
        topology: topology, arrays: NamedArrays(contentsOf: Recorded.path(file)))
      #expect(network.parameters == model.network.parameters)
      #expect(network.statistics == model.network.statistics)
    }
  }

  @Test("becomes the layers that its modules are")
  func layers() throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path("residuals-normalized.onnx"))
    #expect(
      model.network.topology.layers == [
        .convolution(ConvolutionSpec(filters: 8, kernel: 3, padding: 1, hasBias: false)),
        .batchNormalization(epsilon: 1e-5, momentum: 0.1),
        .clippedReLU(ceiling: 6),
        .residual(
          body: [
            .convolution(
              ConvolutionSpec(filters: 8, kernel: 3, padding: 2, dilation: 2, groups: 8)),
            .relu,
            .convolution(ConvolutionSpec(filters: 8, kernel: 1)),
          ], shortcut: []),
        .relu,
        .residual(
          body: [
            .convolution(
              ConvolutionSpec(filters: 6, kernel: 3, stride: 2, padding: 1, hasBias: false)),
            .batchNormalization(epsilon: 1e-3, momentum: 0.1),
            .relu,
            .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1, groups: 2)),
          ], shortcut: [.convolution(ConvolutionSpec(filters: 6, kernel: 1, stride: 2))]),
        .relu,
        .averagePooling(PoolingSpec(kernel: 3, stride: 2, padding: 1, countsPadding: true)),
        .maxPooling(PoolingSpec(kernel: 2)),
        .dense(outputs: 5, hasBias: true),
      ])
    #expect(
      model.notes == [
        "node '/LogSoftmax' (LogSoftmax) at the end is left out: a network gives logits"
      ])
    #expect(model.hints == QuantizationHints())
  }
}
