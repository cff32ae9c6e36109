import Files
import Networks
import Testing

@testable import ModelFiles

@Suite("Hints of quantization")
struct QuantizationHintTests {
  private func read(_ name: String) throws -> ImportedModel {
    try ONNXFile.read(contentsOf: Recorded.path(name))
  }

  @Test("are those that PyTorch wrote, by tensor and by channel; the numbers stay as they were")
  func pyTorch() throws {
    let hints = try read("qdq.onnx").hints
    #expect(hints.activations.keys.sorted() == ["input", "layers.1"])
    #expect(
      hints.activations["input"]
        == QuantizationHint(scales: [0.05], zeroPoints: [128], bits: 8, isSigned: false))
    #expect(
      hints.activations["layers.1"]
        == QuantizationHint(scales: [0.025], zeroPoints: [0], bits: 8, isSigned: false))
    #expect(hints.parameters.keys.sorted() == ["layers.0.weight", "layers.2.weight"])
    #expect(
      hints.parameters["layers.0.weight"]
        == QuantizationHint(
          scales: (1...5).map { Float($0) * Float(0.01) }, zeroPoints: [0, 0, 0, 0, 0], bits: 8,
          isSigned: true, axis: 0))
    #expect(
      hints.parameters["layers.2.weight"]
        == QuantizationHint(scales: [0x1p-7], zeroPoints: [0], bits: 8, isSigned: true))
  }

  @Test("of QONNX have its bits, and follow a matrix that is transposed")
  func qonnx() throws {
    let model = try read("qonnx.onnx")
    #expect(model.network.topology.layers == [.dense(outputs: 3, hasBias: true)])
    // The file has inputs × outputs.
    let weights = (0..<3).flatMap { output in (0..<4).map { Float($0 * 3 + output - 6) / 8 } }
    #expect(model.network.parameters == weights + [1, 2, 3])
    #expect(
      model.hints.activations == [
        "input": QuantizationHint(scales: [0.25], zeroPoints: [3], bits: 4, isSigned: false)
      ])
    #expect(
      model.hints.parameters == [
        "layers.0.weight": QuantizationHint(
          scales: [0.5, 0.25, 0.125], zeroPoints: [0, 0, 0], bits: 3, isSigned: true,
          isNarrow: true, axis: 0)
      ])
    #expect(model.hints.parameters["layers.0.weight"]?.range == -3...3)
  }

  @Test("of stored integers go with the real numbers that they stand for")
  func stored() throws {
    let model = try read("stored-integers.onnx")
    let scales: [Float] = [0.01, 0.02]
    let weights: [[Float]] = [[-128, 5, 127], [0, -3, 64]]
    let expected = zip(weights, scales).flatMap { row, scale in row.map { $0 * scale } }
    #expect(model.network.parameters == expected + [100 * Float(0.0005), -50 * Float(0.001)])
    #expect(
      model.hints.parameters["layers.0.weight"]
        == QuantizationHint(scales: scales, zeroPoints: [0, 0], bits: 8, isSigned: true, axis: 0))
    #expect(
      model.hints.parameters["layers.0.bias"]
        == QuantizationHint(
          scales: [0.0005, 0.001], zeroPoints: [0, 0], bits: 32, isSigned: true, axis: 0))
    #expect(
      model.hints.activations["input"]
        == QuantizationHint(scales: [0.05], zeroPoints: [10], bits: 8, isSigned: false))
  }

  /// A matrix of 2 outputs, and two branches of it that only quantize: from −1 on, and from 0 on.
  private static let branches = ModelSketch(input: [4]).reals("w", 4, 2).real("s", 1).real(
    "bits", 4
  )
  .real("z", 1).real("zero", 0)
  .node("MatMul", "x w", "a")
  .node("Quant", "a s z bits", "b", domain: "qonnx.custom_op.general", .integer("signed", 0))
  .node("Quant", "a s zero bits", "c", domain: "qonnx.custom_op.general", .integer("signed", 0))

  @Test("of integers without room below 0 are ReLUs where values may be below 0, and only there")
  func clamps() throws {
    let sketch = ModelSketch(input: [4]).reals("w", 4, 2).real("s", 0.5)
      .node("QuantizeLinear", "x s", "xq").node("DequantizeLinear", "xq s", "xd")
      .node("MatMul", "xd w", "a")
      .node("QuantizeLinear", "a s", "aq").node("DequantizeLinear", "aq s", "ad")
      .node("QuantizeLinear", "ad s", "bq").node("DequantizeLinear", "bq s", "y")
    let model = try sketch.read()
    #expect(
      model.network.topology.layers == [
        .dense(outputs: 2, hasBias: false), .clippedReLU(ceiling: 127.5),
      ])
    #expect(model.hints.activations.keys.sorted() == ["input", "layers.1"])
    #expect(
      model.notes == ["node 'n3' (QuantizeLinear) clamps at 0, which is read as clipped_relu"])
  }

  @Test("pass zeros around an image, which an integer stands for")
  func padding() throws {
    let sketch = ModelSketch(input: [1, 6, 6]).reals("w", 2, 1, 3, 3).real("s", 0.5)
      .real("z", 1).real("bits", 4).integers("p", 0, 0, 1, 1, 0, 0, 1, 1)
      .node("Conv", "x w", "a").node("Relu", "a", "r")
      .node("QuantizeLinear", "r s", "rq").node("DequantizeLinear", "rq s", "rd")
      .node("Pad", "rd p", "b")
      .node("QuantizeLinear", "b s", "bq").node("DequantizeLinear", "bq s", "bd")
    let averaged = try sketch.node(
      "AveragePool", "bd", "c", .integers("kernel_shape", [3, 3]), .integers("strides", [3, 3])
    ).node("GlobalAveragePool", "c", "y").read()
    let pooling = PoolingSpec(kernel: 3, padding: 1, countsPadding: true)
    #expect(
      averaged.network.topology.layers.dropFirst(2) == [
        .averagePooling(pooling), .globalAveragePooling,
      ]
    )
    #expect(averaged.hints.activations.keys.sorted() == ["layers.1"])
    #expect(averaged.notes.isEmpty)
    let convolved = try sketch.reals("v", 1, 2, 3, 3).node("Conv", "bd v", "c")
      .node("GlobalAveragePool", "c", "y").read()
    #expect(
      convolved.network.topology.layers[2]
        == .convolution(ConvolutionSpec(filters: 1, kernel: 3, padding: 1, hasBias: false)))
    let other =
      try sketch
      .node("Quant", "bd s z bits", "q", domain: "qonnx.custom_op.general", .integer("signed", 0))
      .node("AveragePool", "q", "c", .integers("kernel_shape", [3, 3]))
      .node("GlobalAveragePool", "c", "y").read()
    #expect(other.hints.activations["layers.1"]?.zeroPoints == [1])
    #expect(
      other.notes == [
        "layers.1: its first quantization is left out: node 'n7' (qonnx.custom_op.general.Quant) "
          + "quantizes it once more"
      ])
    #expect(throws: InputError.self) {
      try sketch.node("Relu", "bd", "c").node("GlobalAveragePool", "c", "y").read()
    }
    #expect(throws: InputError.self) {
      try sketch.node("MaxPool", "bd", "c", .integers("kernel_shape", [3, 3]))
        .node("GlobalAveragePool", "c", "y").read()
    }
  }

  @Test(
    "keep their names when the branch that became a layer is the body", arguments: [false, true])
  func exchanged(isReversed: Bool) throws {
    let model = try Self.branches.node("Add", isReversed ? "c b" : "b c", "y").read()
    #expect(
      model.network.topology.layers == [
        .dense(outputs: 2, hasBias: false),
        .residual(body: [.clippedReLU(ceiling: 15)], shortcut: []),
      ])
    #expect(model.hints.activations.keys.sorted() == ["layers.1.body.0", "layers.1.shortcut"])
    #expect(model.hints.activations["layers.1.shortcut"]?.zeroPoints == [1])
    #expect(model.hints.activations["layers.1.body.0"]?.zeroPoints == [0])
    let bytes = try ONNXFile.bytes(of: model.network)
    #expect(try ONNXFile.read(bytes: bytes, file: "a.onnx").network == model.network)
  }
}
