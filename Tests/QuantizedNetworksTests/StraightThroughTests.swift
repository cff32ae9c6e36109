import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("The straight-through estimator") struct StraightThroughTests {
  private static func logitGradient(_ count: Int, _ classes: Int) -> Tensor {
    var random = RandomStream(seed: 11, purpose: .test)
    return Tensor(
      count: count, shape: FeatureShape(channels: classes),
      values: (0..<count * classes).map { _ in Float(random.nextNormal()) })
  }

  @Test(
    "at 8 bits it points where the float gradient does", arguments: SampleNetworks.all,
    OperandEncoding.allCases)
  func direction(topology: NetworkTopology, encoding: OperandEncoding) throws {
    var (network, inputs) = SampleNetworks.random(topology, count: 16, seed: 9)
    let integers = try SampleNetworks.quantized(
      network, inputs, QuantizationSpec(encoding: encoding, weightGranularity: .channel))
    let words = integers.words(of: inputs.values)
    let pass = StraightThrough(
      network, inference: IntegerInference(integers, multiplier: .exact(encoding)), inputs: words,
      count: 16)
    let output = Self.logitGradient(16, network.classCount)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    pass.backward(output, into: &gradient)
    let mode = ForwardMode.training(seed: 0, step: 0)
    let memories = network.forward(inputs, mode: mode).memories
    var float = gradient
    network.backward(output, memories: memories, mode: mode, into: &float)
    let products = zip(gradient, float).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let squares = [gradient, float].map { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
    #expect(products / (squares[0] * squares[1]).squareRoot() > 0.98)
  }

  @Test("of a perceptron it is the chain rule over the operands as read, clamped sums blocked")
  func perceptron() throws {
    let (network, inputs) = SampleNetworks.random(SampleNetworks.perceptron, count: 6, seed: 10)
    // A range below what the data reach, so that some activations are clamped from above.
    let spec = QuantizationSpec(activationRange: .clipping(0.8))
    let integers = try SampleNetworks.quantized(network, inputs, spec)
    var random = RandomStream(seed: 12, purpose: .test)
    let multiplier = EncodedMultiplier.exact(.offset)
    let hardware = InferenceHardware(
      weightFaults: MemoryFaultMap.freshMasks(
        words: integers.weightWords(), probability: 0.03, stream: &random),
      activationFaults: MemoryFaultMap.freshMasks(words: 30, probability: 0.03, stream: &random))
    let inference = IntegerInference(integers, multiplier: multiplier, hardware: hardware)
    let words = integers.words(of: inputs.values)
    let trace = inference.trace(words, count: 6)
    let pass = StraightThrough(network, inference: inference, inputs: words, count: 6)
    let output = Self.logitGradient(6, 4)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    pass.backward(output, into: &gradient)

    let linears = integers.linears
    var expected: [[Double]] = linears.map { [Double](repeating: 0, count: $0.weights.count) }
    var clamped = 0
    for vector in 0..<6 {
      var upper = (0..<4).map { Double(output.values[vector * 4 + $0]) }
      for index in linears.indices.reversed() {
        let linear = linears[index]
        let (k, n) = (linear.inputCount, linear.outputCount)
        let scale = integers.slots[integers.steps[index].sources[0]].quantization.scale
        var lower = [Double](repeating: 0, count: k)
        for input in 0..<k {
          let activation = Double(trace.inputs[index][vector * k + input]) * scale
          for filter in 0..<n {
            let word = inference.weights[index][input * n + filter]
            expected[index][filter * k + input] += activation * upper[filter]
            lower[input] +=
              Double(Int(word) - Int(linear.weightZeroPoints[filter]))
              * linear.weightScales[filter] * upper[filter]
          }
          guard index > 0 else { continue }
          let sum = trace.sums[index - 1][vector * k + input]
          let scaled = linears[index - 1].requantizations?[input].scaled(sum) ?? 0
          if scaled > 255 { clamped += 1 }
          if sum <= 0 || scaled > 255 { lower[input] = 0 }
        }
        upper = lower
      }
    }
    #expect(clamped > 0)
    var start = 0
    for (index, linear) in linears.enumerated() {
      for (position, value) in expected[index].enumerated() {
        #expect(abs(Double(gradient[start + position]) - value) < 1e-4)
      }
      start += linear.weights.count + (linear.convolution.hasBias ? linear.convolution.filters : 0)
    }
  }

  @Test("logits are those of the integer inference")
  func logits() throws {
    let (network, inputs) = SampleNetworks.random(SampleNetworks.residuals, count: 4, seed: 13)
    let integers = try SampleNetworks.quantized(network, inputs, QuantizationSpec(weightBits: 4))
    let inference = IntegerInference(integers, multiplier: .exact(.offset, weightBits: 4))
    let words = integers.words(of: inputs.values)
    let pass = StraightThrough(network, inference: inference, inputs: words, count: 4)
    let integerLogits = inference.logits(words, count: 4)
    #expect(
      pass.logits.values == integerLogits.map { Float(Double($0) * integers.logitScale) })
  }
}
