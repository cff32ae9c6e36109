import ErrorTables
import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Gradients by a multiplier's own slopes") struct ProductSlopesTests {
  /// Unsigned 8×8 products by a rule.
  private static func multiplier(
    _ encoding: OperandEncoding = .offset, _ product: (Int, Int) -> Int
  ) throws -> EncodedMultiplier {
    try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(product($0 & 255, $0 >> 8)) }),
      signs: .unsigned, encoding: encoding)
  }

  private static let truncated: @Sendable (Int, Int) -> Int = { ($0 * $1) & ~0x7F }

  @Test("the slope is the smoothed difference, at the ends too", arguments: [0, 3, 16, 127])
  func slopes(window: Int) throws {
    let values = (0..<256).map { Self.truncated($0, 77) }
    let slopes = ProductSlopes.slopes(values, window: window)
    func mean(_ place: Int) -> (value: Double, center: Double) {
      let places = (0..<256).filter { abs($0 - place) <= window }
      return (
        Double(places.map { values[$0] }.reduce(0, +)) / Double(places.count),
        Double(places.reduce(0, +)) / Double(places.count)
      )
    }
    for place in 0..<256 {
      let (low, high) = (mean(max(0, place - 1)), mean(min(255, place + 1)))
      let expected = (high.value - low.value) / (high.center - low.center)
      #expect(abs(slopes[place] - expected) < 1e-9 * max(1, abs(expected)))
    }
  }

  @Test("an exact multiplier has none but its own", arguments: OperandEncoding.allCases)
  func exact(encoding: OperandEncoding) {
    for (bits, window) in [(8, 9), (5, 9), (8, 127), (4, 16), (3, 127)] {
      let slopes = ProductSlopes(
        of: .exact(encoding, activationBits: bits, weightBits: bits), window: window)
      #expect(slopes.activation.allSatisfy { $0 == 0 } && slopes.weight.allSatisfy { $0 == 0 })
    }
  }

  private struct Pass {
    let pass: StraightThrough
    let output: Tensor
    let plain: [Float]
    let corrected: [Float]
  }

  private static func pass(
    _ topology: NetworkTopology, _ multiplier: EncodedMultiplier, threads: Int = 1
  ) throws -> Pass {
    let (network, inputs) = SampleNetworks.random(topology, count: 6, seed: 21)
    let integers = try SampleNetworks.quantized(
      network, inputs, QuantizationSpec(encoding: multiplier.encoding))
    let pass = StraightThrough(
      network, inference: IntegerInference(integers, multiplier: multiplier),
      inputs: integers.words(of: inputs.values), count: 6)
    var random = RandomStream(seed: 22, purpose: .test)
    let output = Tensor(
      count: 6, shape: FeatureShape(channels: network.classCount),
      values: (0..<6 * network.classCount).map { _ in Float(random.nextNormal()) })
    var plain = [Float](repeating: 0, count: network.parameters.count)
    var corrected = plain
    pass.backward(output, into: &plain)
    pass.backward(
      output, slopes: ProductSlopes(of: multiplier, window: 4), into: &corrected,
      work: ChunkedWork(threads: threads))
    return Pass(pass: pass, output: output, plain: plain, corrected: corrected)
  }

  @Test(
    "with exact products it is the straight-through gradient, bit for bit",
    arguments: SampleNetworks.all, OperandEncoding.allCases)
  func exactGradient(topology: NetworkTopology, encoding: OperandEncoding) throws {
    let pass = try Self.pass(topology, .exact(encoding))
    #expect(pass.plain == pass.corrected)
  }

  @Test(
    "products steeper by the activation are those of weights moved by as much",
    arguments: SampleNetworks.all)
  func steeperByActivation(topology: NetworkTopology) throws {
    // a·w + 2a: ∂/∂a = w + 2, as if each weight's word were larger by 2; ∂/∂w as it was.
    let pass = try Self.pass(topology, Self.multiplier { $0 * $1 + 2 * $0 })
    var moved = pass.pass.network
    var start = 0
    for linear in pass.pass.inference.linears {
      for filter in 0..<linear.convolution.filters {
        for index in 0..<linear.inputCount {
          moved.parameters[start + filter * linear.inputCount + index] += Float(
            2 * linear.weightScales[filter])
        }
      }
      start += linear.weights.count
      start += linear.convolution.hasBias ? linear.convolution.filters : 0
      if topology == SampleNetworks.residuals, linear == pass.pass.inference.linears[4] {
        break
      }
    }
    // The normalization's parameters lie between the last two layers with weights.
    if topology == SampleNetworks.residuals {
      let linear = pass.pass.inference.linears[5]
      start += 2 * 6
      for filter in 0..<linear.convolution.filters {
        for index in 0..<linear.inputCount {
          moved.parameters[start + filter * linear.inputCount + index] += Float(
            2 * linear.weightScales[filter])
        }
      }
    }
    var expected = pass.plain
    moved.backward(
      pass.output, memories: pass.pass.memories, mode: .training(seed: 0, step: 0),
      into: &expected)
    let largest = expected.map(abs).max() ?? 0
    for (value, wanted) in zip(pass.corrected, expected) {
      #expect(abs(value - wanted) < 1e-4 * largest)
    }
    #expect(zip(pass.plain, expected).contains { abs($0 - $1) > 1e-2 * largest })
  }

  @Test("gradients by weights are those of the naive sums over operands as read")
  func perceptron() throws {
    let multiplier = try Self.multiplier(.signMagnitude, Self.truncated)
    let pass = try Self.pass(SampleNetworks.perceptron, multiplier, threads: 2)
    let (inference, trace) = (pass.pass.inference, pass.pass.trace)
    let slopes = ProductSlopes(of: multiplier, window: 4)
    let linear = inference.linears[2]
    let (k, n) = (linear.inputCount, linear.outputCount)
    let scale = Float(inference.network.slots[2].quantization.scale)
    let start = pass.plain.count - n - k * n
    for filter in 0..<n {
      for input in 0..<k {
        var expected: Float = 0
        for image in 0..<6 {
          let word = Int(trace.inputs[2][image * k + input])
          let weight = Int(inference.weights[2][input * n + filter])
          let slope =
            slopes.weight[word << 8 | weight]
            + Float(OperandEncoding.signMagnitude.integer(UInt8(word), bits: 8))
          expected += scale * pass.output.values[image * n + filter] * slope
        }
        let place = start + filter * k + input
        #expect(abs(pass.corrected[place] - expected) < 1e-4 * max(1, abs(expected)))
      }
    }
    #expect(pass.corrected != pass.plain)
  }

  @Test("a multiplier's mean error is taken out of each layer's sums")
  func biasCorrection() throws {
    let multiplier = try Self.multiplier(.offset, Self.truncated)
    for topology in SampleNetworks.all {
      let (network, inputs) = SampleNetworks.random(topology, count: 24, seed: 23)
      let integers = try SampleNetworks.quantized(network, inputs, QuantizationSpec())
      let words = integers.words(of: inputs.values)
      #expect(
        integers.correctingBias(for: .exact(.offset), inputs: words, count: 24) == integers)
      let corrected = integers.correctingBias(for: multiplier, inputs: words, count: 24)
      let trace = IntegerInference(corrected, multiplier: multiplier).trace(words, count: 24)
      let exact = IntegerInference(integers, multiplier: .exact(.offset))
      for (layer, linear) in integers.linears.enumerated() {
        let changes = zip(corrected.linears[layer].bias, linear.bias).map { $0 - $1 }
        #expect(corrected.linears[layer].constants == zip(linear.constants, changes).map(+))
        // The same words through both multipliers.
        let approximate = IntegerInference(corrected, multiplier: multiplier)
        for product in approximate.products(of: trace, layer: layer, images: 24) {
          for filter in 0..<product.n {
            var excess = 0
            for row in 0..<product.m {
              for step in 0..<product.k {
                let (a, w) = (
                  product.activations[row * product.k + step],
                  product.weights[step * product.n + filter]
                )
                excess += Int(multiplier.product(a, w)) - Int(exact.multiplier.product(a, w))
              }
            }
            let mean = (Double(excess) / Double(product.m)).rounded()
            #expect(Int(changes[product.group * product.n + filter]) == -Int(mean))
          }
        }
      }
    }
  }
}
