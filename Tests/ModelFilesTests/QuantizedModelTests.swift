import ArrayFiles
import Files
import Networks
import QuantizedNetworks
import TestSupport
import Testing

@testable import ModelFiles

@Suite("A quantized ONNX file")
struct QuantizedModelTests {
  private func quantized(_ name: String) throws -> ImportedModel.Quantized {
    let model = try ONNXFile.read(contentsOf: Recorded.path(name + ".onnx"))
    return try #require(model.quantized(origin: name))
  }

  /// The logits that integers give for recorded inputs.
  private func logits(_ model: ImportedModel.Quantized, words: String) throws -> [Double] {
    let integers = try IntegerNetwork(
      quantizing: model.network, spec: model.file.spec, ranges: model.file.ranges,
      given: model.file.given)
    let inputs = try Recorded.array(words + ".words.npy").floats.map { ($0 - 128) / 74 }
    let spec = model.file.spec
    let inference = IntegerInference(
      integers,
      multiplier: .exact(
        spec.encoding, activationBits: spec.activationBits, weightBits: spec.weightBits))
    let count = inputs.count / model.network.input.count
    return inference.logits(integers.words(of: inputs), count: count).map {
      Double($0) * integers.logitScale
    }
  }

  private func classes(_ logits: [Double], of count: Int) -> [Int] {
    stride(from: 0, to: logits.count, by: count).map { start in
      let row = logits[start..<start + count]
      return row.indices.max { row[$0] < row[$1] }.map { $0 - start } ?? -1
    }
  }

  @Test(
    "of onnxruntime gives onnxruntime's outputs within a step of the logits, and its classes",
    arguments: [
      ("quantized-unsigned", "quantized", 200), ("quantized-signed", "quantized", 200),
      ("quantized-residuals", "quantized-residuals", 100),
      ("quantized-padded", "quantized-padded", 100),
    ])
  func onnxruntime(name: String, words: String, count: Int) throws {
    let imported = try ONNXFile.read(contentsOf: Recorded.path(name + ".onnx"))
    let model = try quantized(name)
    let ours = try logits(model, words: words)
    let theirs = try Recorded.array(name + ".logits.npy").floats.map(Double.init)
    try #require(ours.count == theirs.count && ours.count == count * 5)
    let last = "layers.\(imported.network.topology.layers.count - 1)"
    let hint = try #require(imported.hints.activations[last])
    let step = Double(hint.scales[0])
    // Those of the file end where their integers do.
    let steps =
      hint.range.lowerBound - hint.zeroPoints[0]...hint.range.upperBound - hint.zeroPoints[0]
    let differences = zip(ours, theirs).map { ours, theirs in
      abs(min(Double(steps.upperBound), max(Double(steps.lowerBound), ours / step)) - theirs / step)
    }
    let worst = differences.max() ?? .infinity
    #expect(worst <= 1, "\(worst) steps")
    let same = zip(classes(ours, of: 5), classes(theirs, of: 5)).count { $0 == $1 }
    #expect(same >= count * 98 / 100, "\(same) of \(count)")
    // The numbers that the file stores as integers are what they were.
    #expect(model.network == imported.network)
    #expect(
      model.notes == ["\(last): the quantization of logits is left out: they stay sums"])
  }

  @Test("of QONNX gives NumPy's logits where biases are rounded alike, and nearly all its classes")
  func qonnx() throws {
    let model = try quantized("qonnx-perceptron")
    let ours = try logits(model, words: "qonnx-perceptron")
    let rounded = try Recorded.array("qonnx-perceptron.rounded.npy").floats.map(Double.init)
    try #require(ours.count == rounded.count && ours.count == 200 * 4)
    let worst = zip(ours, rounded).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 1e-5, "\(worst)")
    let real = try Recorded.array("qonnx-perceptron.logits.npy").floats.map(Double.init)
    let same = zip(classes(ours, of: 4), classes(real, of: 4)).count { $0 == $1 }
    #expect(same >= 180, "\(same) of 200")
    #expect(
      model.notes == [
        "layers.0.bias are rounded once more, at the scale of the sums that they are added to"
      ])
    #expect(model.file.spec.weightBits == 4 && model.file.spec.activationBits == 5)
    #expect(model.file.spec.weightGranularity == .channel)
    #expect(model.file.given.outputs[1]?.integers == 0...15)
    #expect(model.file.given.weights[2]?.integers == 4...11)
    // 2.5 steps are 2 in the file.
    let scale = try #require(model.file.given.weights[0]).scales[0]
    #expect(model.network.parameters[0] == 2 * scale)
  }

  @Test("comes back from its text with the same scales", arguments: ["qdq", "quantized-signed"])
  func text(name: String) throws {
    let file = try quantized(name).file
    let folder = try TemporaryFolder()
    _ = try folder.write(file.text, to: QuantizationFile.name)
    #expect(try QuantizationFile(folder: folder.path) == file)
  }

  private static let sketch = ModelSketch(input: [1, 4, 4]).reals("w", 2, 1, 3, 3)
    .reals("v", 2, 2).real("s", 0.5).real("t", 0.25)

  @Test("of which integers lack something says so, a line each")
  func notes() throws {
    let sketch = Self.sketch
      .node("QuantizeLinear", "x s", "xq").node("DequantizeLinear", "xq s", "xd")
      .node("Conv", "xd w", "a", .integers("kernel_shape", [3, 3]))
      .node("Relu", "a", "r")
      .node("QuantizeLinear", "r s", "rq").node("DequantizeLinear", "rq s", "rd")
      .node("GlobalAveragePool", "rd", "g")
      .node("QuantizeLinear", "g t", "gq").node("DequantizeLinear", "gq t", "gd")
      .node("Flatten", "gd", "f")
      .node("MatMul", "f v", "y")
    let imported = try sketch.read()
    let model = try #require(imported.quantized(origin: "sketch"))
    #expect(
      model.notes == [
        "layers.2: its quantization is left out: a layer of this kind keeps the integers of what it "
          + "reads",
        "layers.0.weight, layers.4.weight have no scale that words of 8 bits or less have: the "
          + "largest weight gives it",
      ])
    #expect(model.file.given.outputs.keys.sorted() == [1])
    #expect(model.file.given.weights.isEmpty)
  }

  @Test("has no more scales than quantization.yaml can be read with")
  func manyScales() throws {
    func notes(_ count: Int) throws -> [String] {
      var hints = QuantizationHints()
      hints.activations["input"] = QuantizationHint(
        scales: [1], zeroPoints: [0], bits: 8, isSigned: true)
      hints.parameters["layers.0.weight"] = QuantizationHint(
        scales: (1...count).map { 1 / Float($0) }, zeroPoints: (1...count).map { -$0 % 128 },
        bits: 8,
        isSigned: true, axis: 0)
      let layer = try NetworkTopology(
        name: "wide", input: FeatureShape(channels: 1),
        layers: [.dense(outputs: count, hasBias: false), .dense(outputs: 2, hasBias: false)])
      let model = ImportedModel(network: Network(topology: layer, seed: 1), hints: hints, notes: [])
      let quantized = try #require(model.quantized(origin: "wide"))
      let folder = try TemporaryFolder()
      _ = try folder.write(quantized.file.text, to: QuantizationFile.name)
      #expect(try QuantizationFile(folder: folder.path) == quantized.file)
      return quantized.notes
    }
    let note = "layers.0.weight: its 40001 scales are left out: a file has 40000 at most"
    #expect(try !notes(40_000).contains { $0.contains("scales are left out") })
    #expect(try notes(40_001).contains(note))
  }

  @Test("whose maximum is quantized has that quantization before it, which gives the same")
  func maximum() throws {
    let sketch = Self.sketch
      .node("Conv", "x w", "a", .integers("kernel_shape", [3, 3]))
      .node("Relu", "a", "r")
      .node(
        "MaxPool", "r", "p", .integers("kernel_shape", [2, 2]), .integers("strides", [2, 2])
      )
      .node("Flatten", "p", "f")
      .node("QuantizeLinear", "f s", "fq").node("DequantizeLinear", "fq s", "fd")
      .node("MatMul", "fd v", "y")
    let model = try #require(try sketch.read().quantized(origin: "sketch"))
    #expect(model.file.given.outputs.keys.sorted() == [1])
    #expect(
      model.notes.first
        == "no scale of 8 bits or less is given for the numbers of input: 'axtrain quantize' "
        + "chooses them")
  }

  @Test("gives scales that do not fit a network an error at the layer")
  func refused() throws {
    let model = try quantized("quantized-signed")
    var given = model.file.given
    given.weights[4] = given.weights[0]
    #expect(throws: QuantizationError.self) {
      try IntegerNetwork(
        quantizing: model.network, spec: model.file.spec, ranges: model.file.ranges, given: given)
    }
    given = model.file.given
    given.weights[0] = given.weights[6]
    do {
      _ = try IntegerNetwork(
        quantizing: model.network, spec: model.file.spec, ranges: model.file.ranges, given: given)
      Issue.record("five scales fit four filters")
    } catch {
      #expect(error.layer == "layers.0")
      #expect(error.reason == "5 scales are given for the weights of 4 outputs")
    }
  }
}
