import ErrorTables
import Networks
import Testing

@testable import QuantizedNetworks

@Suite("Errors of products as noise of weights") struct ProductNoiseTests {
  /// Cuts the six lowest bits, and adds 3 to odd products of small numbers.
  private static let rules: [@Sendable (Int, Int) -> Int] = [
    { ($0 * $1) & ~0x3F }, { $0 * $1 + ($0 < 100 && $0 * $1 % 2 == 1 ? 3 : 0) },
  ]

  private static func multiplier(_ rule: Int, _ encoding: OperandEncoding) throws
    -> EncodedMultiplier
  {
    try EncodedMultiplier(
      table: ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(rules[rule]($0 & 255, $0 >> 8)) }),
      signs: .unsigned, encoding: encoding)
  }

  private struct Sample {
    let network: Network
    let integers: IntegerNetwork
    let words: [UInt8]
    static let count = 5

    init(_ topology: NetworkTopology, _ encoding: OperandEncoding) throws {
      let (network, inputs) = SampleNetworks.random(topology, count: Self.count, seed: 31)
      self.network = network
      integers = try SampleNetworks.quantized(
        network, inputs, QuantizationSpec(encoding: encoding))
      words = integers.words(of: inputs.values)
    }

    func noise(
      _ multiplier: EncodedMultiplier, timing: Double = 0, threads: Int = 1
    ) -> [ProductNoise] {
      integers.productNoise(
        of: multiplier, timing: timing, inputs: words, count: Self.count,
        work: ChunkedWork(threads: threads))
    }

    /// The activations that meet the weights of a layer, operand after operand, as words.
    func operands(of layer: Int) -> [UInt8] {
      let inference = IntegerInference(integers, multiplier: .exact(integers.spec))
      let trace = inference.trace(words, count: Self.count)
      let linear = inference.linears[layer]
      return (0..<linear.convolution.groups).flatMap { group in
        (0..<Self.count * linear.output.positions).flatMap { row in
          inference.operands(
            of: trace, layer: layer, row: row, inputs: 0..<linear.inputCount,
            filter: group * linear.outputCount
          ).map(\.activation)
        }
      }
    }

    /// Zero points of the layers' activations.
    var zeros: [Int32] {
      integers.steps.compactMap { step in
        guard case .linear = step.operation else { return nil }
        return integers.slots[step.sources[0]].quantization.zeroPoint
      }
    }
  }

  @Test(
    "its mean square is that of the naive loops over operands",
    arguments: SampleNetworks.all, [OperandEncoding.offset, .signMagnitude])
  func naive(topology: NetworkTopology, encoding: OperandEncoding) throws {
    let sample = try Sample(topology, encoding)
    for rule in Self.rules.indices {
      let multiplier = try Self.multiplier(rule, encoding)
      let noise = sample.noise(multiplier, timing: 70)
      #expect(noise.count == sample.integers.linears.count)
      for (layer, linear) in sample.integers.linears.enumerated() {
        let operands = sample.operands(of: layer)
        for word in Set(linear.weights) {
          let weight = Int(encoding.integer(word, bits: 8))
          var (errors, reach) = (0.0, 0.0)
          for operand in operands {
            let activation = Int(encoding.integer(operand, bits: 8))
            let error = Int(multiplier.product(operand, word)) - activation * weight
            errors += Double(error * error) + 70
            let value = Double(activation - Int(sample.zeros[layer]))
            reach += value * value
          }
          let found = noise[layer].meanSquares[Int(word)]
          #expect(abs(found - errors / reach) <= 1e-12 * found, "\(layer) \(word)")
        }
      }
    }
  }

  @Test(
    "a weight's deviation is the root of both variances, by its own word and scale",
    arguments: [OperandEncoding.offset, .signMagnitude])
  func deviations(encoding: OperandEncoding) throws {
    let sample = try Sample(SampleNetworks.perceptron, encoding)
    let noise = sample.noise(try Self.multiplier(0, encoding))
    let bits = sample.integers.weightDeviations(bitErrorRate: 0.01, of: sample.network)
    let both = sample.integers.weightDeviations(
      bitErrorRate: 0.01, products: noise, of: sample.network)
    var start = 0
    for (layer, linear) in sample.integers.linears.enumerated() {
      let (k, n) = (linear.inputCount, linear.outputCount)
      for filter in 0..<n {
        for input in 0..<k {
          let index = start + filter * k + input
          let word = Int(linear.weights[input * n + filter])
          let scale = linear.weightScales[filter]
          let square =
            Double(bits[index]) * Double(bits[index])
            + scale * scale * noise[layer].meanSquares[word]
          #expect(abs(Double(both[index]) - square.squareRoot()) < 1e-6 * square.squareRoot())
        }
      }
      start += k * n
      let biases = linear.convolution.hasBias ? n : 0
      #expect(both[start..<start + biases].allSatisfy { $0 == 0 })
      start += biases
    }
    #expect(start == both.count && both != bits)
  }

  @Test("exact products give none, and leave deviations bit for bit")
  func exact() throws {
    for encoding in OperandEncoding.allCases {
      let sample = try Sample(SampleNetworks.convolutions, encoding)
      let multiplier = EncodedMultiplier.exact(encoding)
      #expect(multiplier.isExact)
      let noise = sample.noise(multiplier)
      #expect(noise.allSatisfy { $0.meanSquares.prefix(128).allSatisfy { $0 == 0 } })
      for rate in [0, 0.03] {
        #expect(
          sample.integers.weightDeviations(
            bitErrorRate: rate, products: noise, of: sample.network)
            == sample.integers.weightDeviations(bitErrorRate: rate, of: sample.network))
      }
      let timed = sample.noise(multiplier, timing: 9)
      #expect(timed.allSatisfy { $0.meanSquares[0] > 0 && $0.meanSquares[1] == $0.meanSquares[2] })
    }
    #expect(try Self.multiplier(0, .offset).isExact == false)
    #expect(try Self.multiplier(1, .signMagnitude).isExact == false)
  }

  @Test("it is the same for 1 and 3 threads")
  func threads() throws {
    let (network, inputs) = SampleNetworks.random(SampleNetworks.residuals, count: 40, seed: 32)
    let integers = try SampleNetworks.quantized(network, inputs, QuantizationSpec())
    let words = integers.words(of: inputs.values)
    let multiplier = try Self.multiplier(1, .offset)
    let noise = [1, 3].map {
      integers.productNoise(
        of: multiplier, timing: 0, inputs: words, count: 40, work: ChunkedWork(threads: $0))
    }
    #expect(noise[0] == noise[1])
  }
}
