import ArrayFiles
import Networks
import QuantizedNetworks
import Randomness
import TestSupport
import Testing

@testable import ModelFiles

@Suite("Quantization by the hints of a file")
struct HintedQuantizationTests {
  private func file(_ model: ImportedModel) throws -> QuantizationFile {
    try #require(HintedQuantization(model, origin: ["file": "a.onnx"]).file)
  }

  /// The logits of the integer network, after its quantization was written and read again.
  private func logits(_ model: ImportedModel, _ inputs: [Float]) throws -> [Double] {
    let written = try file(model)
    let folder = try TemporaryFolder()
    try written.write(to: folder.path)
    let read = try #require(try QuantizationFile(folder: folder.path))
    #expect(read == written)
    let integers = try IntegerNetwork(
      quantizing: HintedQuantization(model, origin: [:]).network, spec: read.spec,
      ranges: read.ranges)
    let count = inputs.count / model.network.input.count
    let multiplier = EncodedMultiplier.exact(
      read.spec.encoding, activationBits: read.spec.activationBits, weightBits: read.spec.weightBits
    )
    let sums = IntegerInference(integers, multiplier: multiplier).logits(
      integers.words(of: inputs), count: count)
    return sums.map { Double($0) * integers.logitScale }
  }

  @Test(
    "gives onnxruntime's logits up to their rounding, and its classes",
    arguments: ["quantized-unsigned", "quantized-signed"])
  func onnxruntime(name: String) throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path("\(name).onnx"))
    let inputs = try Recorded.array("\(name).inputs.npy").floats
    let expected = try Recorded.array("\(name).outputs.npy").floats
    let hint = try #require(
      model.hints.activations["layers.\(model.network.topology.layers.count - 1)"])
    let step = Double(hint.scales[0])
    // The file clamps its logits, which ours are not.
    let low = Double(hint.range.lowerBound - hint.zeroPoints[0]) * step
    let high = Double(hint.range.upperBound - hint.zeroPoints[0]) * step
    let logits = try logits(model, inputs).map { min(high, max(low, $0)) }
    #expect(logits.count == expected.count)
    var largest = 0.0
    for (ours, theirs) in zip(logits, expected) {
      largest = max(largest, abs(ours - Double(theirs)) / step)
    }
    // Half a step is the file's own rounding.
    #expect(largest <= 0.51, "\(largest) steps")
    // Classes whose logits the file tells apart: here all.
    let classes = model.network.classCount
    var compared = 0
    for start in stride(from: 0, to: expected.count, by: classes) {
      let theirs = expected[start..<start + classes].sorted(by: >)
      guard Double(theirs[0] - theirs[1]) > 2.5 * step else { continue }
      compared += 1
      let range = start..<start + classes
      #expect(
        range.max { logits[$0] < logits[$1] } == range.max { expected[$0] < expected[$1] })
    }
    #expect(compared == 8)
  }

  @Test("gives QONNX's numbers: integers of 4 and 3 bits, one scale an output, ties to even")
  func qonnx() throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path("qonnx.onnx"))
    var stream = RandomStream(seed: 3, purpose: .test)
    let count = 200
    let inputs = (0..<count * 4).map { _ in Float(6 * stream.nextUniform() - 2) }
    let logits = try logits(model, inputs)
    // As the file has them: scales and zero points of record_model_files.py.
    let scales = [0.5, 0.25, 0.125]
    for image in 0..<count {
      for output in 0..<3 {
        var sum = Double(output + 1)
        for input in 0..<4 {
          let activation = (Double(inputs[image * 4 + input]) / 0.25).rounded() + 3
          let weight = Double(input * 3 + output - 6) / 8 / scales[output]
          sum +=
            0.25 * (min(15, max(0, activation)) - 3) * scales[output]
            * min(3, max(-3, weight.rounded(.toNearestOrEven)))
        }
        // The logits of three scales are rounded to the largest one, 0.25 · 0.5.
        #expect(abs(logits[image * 3 + output] - sum) <= 0.0625 + 1e-12)
      }
    }
    let hinted = HintedQuantization(model, origin: [:])
    #expect(hinted.notes.count == 1 && hinted.notes[0].contains("take the number of the even one"))
    #expect(try file(model).spec.weightBits == 3 && file(model).spec.activationBits == 4)
  }

  @Test("stored integers are the integers of the network, bit for bit")
  func stored() throws {
    let model = try ONNXFile.read(contentsOf: Recorded.path("stored-integers.onnx"))
    let written = try file(model)
    let integers = try IntegerNetwork(
      quantizing: model.network, spec: written.spec, ranges: written.ranges)
    let linear = integers.linears[0]
    // Columns of the file's rows, in offset words of 8 bits.
    #expect(linear.weights == [-128, 0, 5, -3, 127, 64].map { UInt8($0 + 128) })
    #expect(linear.weightZeroPoints == [128, 128])
    #expect(linear.bias == [100, -50])
    #expect(integers.input.quantization.zeroPoint == 10)
  }

  /// A layer, a quantizer of 16 bits behind it, and another layer.
  private func sketch(bits: Float) -> ModelSketch {
    ModelSketch(input: [4]).reals("w", 4, 4).real("s", 1).real("bits", bits).real("eight", 8)
      .real("z", 0)
      .node("Quant", "x s z eight", "a", domain: "qonnx.custom_op.general", .integer("signed", 1))
      .node("Quant", "w s z eight", "v", domain: "qonnx.custom_op.general", .integer("signed", 1))
      .node("MatMul", "a v", "b")
      .node("Quant", "b s z bits", "c", domain: "qonnx.custom_op.general", .integer("signed", 1))
      .node("MatMul", "c v", "y")
  }

  @Test("what has no place in it is said, and nothing is chosen in its stead")
  func leftOut() throws {
    let wide = HintedQuantization(try sketch(bits: 16).read(), origin: [:])
    #expect(wide.file == nil)
    #expect(
      wide.notes == [
        "the scale of 'layers.0' is left out: words have 2 to 8 bits, not 16",
        "the file's scales are left out: it has none that can be used of the outputs of 'layers.0'; "
          + "'axtrain quantize' chooses them all",
      ])
    let narrow = HintedQuantization(try sketch(bits: 6).read(), origin: [:])
    #expect(narrow.notes.isEmpty)
    #expect(narrow.file?.spec.encoding == .twosComplement)
    #expect(
      narrow.file?.ranges.given.outputs[0]
        == AffineQuantization(scale: 1, zeroPoint: 0, minimum: -32, maximum: 31))
    let plain = HintedQuantization(
      try ONNXFile.read(contentsOf: Recorded.path("perceptron.onnx")), origin: [:])
    #expect(plain.file == nil && plain.notes.isEmpty)
  }
}
