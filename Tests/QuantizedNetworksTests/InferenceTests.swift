import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("The integer perceptron of the sweeps") struct InferenceTests {
  static let exact = ProductTable.exact(widthA: 8, widthB: 8)

  @Test("with the exact table the network is plain signed integer arithmetic")
  func exactTable() throws {
    let (network, inputs, count) = try digitsNetwork()
    let trace = IntegerInference(network, multiplier: .exact(.offset)).trace(inputs, count: count)
    for (index, layer) in network.linears.enumerated() {
      for vector in 0..<count {
        for output in 0..<layer.outputCount {
          let sum = (0..<layer.inputCount).reduce(Int(layer.bias[output])) { sum, input in
            let weight = Int(layer.weights[input * layer.outputCount + output]) - 128
            return sum + Int(trace.inputs[index][vector * layer.inputCount + input]) * weight
          }
          #expect(Int(trace.sums[index][vector * layer.outputCount + output]) == sum)
        }
      }
    }
    #expect(trace.logits == reference(network).logits(inputs, count: count))
  }

  @Test(
    "faults, timing errors, tables and accumulators act word by word and product by product",
    arguments: 0..<4)
  func everything(trial: Int) throws {
    let (network, inputs, count) = try digitsNetwork()
    var random = RandomStream(seed: 3, purpose: .test, index: UInt64(trial))
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: Self.exact.products.map { $0 & ~(random.nextWord() & 0x3F) })
    let accumulator = AccumulatorSpec(
      width: [32, 20, 19, 24][trial], overflow: trial.isMultiple(of: 2) ? .wrap : .saturate)
    // A buffer of three vectors and a bit of the first layer, six of the second.
    let weightFaults = MemoryFaultMap.freshMasks(
      words: network.weightWords(), probability: 0.02, stream: &random)
    let activationFaults = MemoryFaultMap.freshMasks(
      words: 3 * 64 + 5, probability: 0.02, stream: &random)
    let timing = ProductErrorDistribution(
      probability: 0.01, masks: [0x4000, 0x18], weights: [1, 2])
    let hardware = InferenceHardware(
      accumulator: accumulator, timing: .maskRun(timing), timingSeed: 8,
      timingIndex: UInt64(trial), weightFaults: weightFaults, activationFaults: activationFaults)

    var naive = reference(network)
    naive.table = table.products
    naive.accumulatorWidth = accumulator.width
    naive.saturates = accumulator.overflow == .saturate
    naive.weightFaults = weightFaults
    naive.activationFaults = activationFaults
    let hits = network.linears.enumerated().map { index, layer in
      self.hits(
        timing, operations: count * layer.weights.count,
        stream: RandomStream(
          seed: 8, purpose: .timingErrors, index: UInt64(trial) << 8 | UInt64(index)))
    }
    let inference = IntegerInference(
      network,
      multiplier: try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset),
      hardware: hardware)
    #expect(
      inference.logits(inputs, count: count)
        == naive.logits(inputs, count: count) { $2 ^ (hits[$0][$1] ?? 0) })
    let wrong = weightFaults.prefix(network.weightWords()).reduce(0) {
      $0 + $1.nonzeroBitCount
    }
    #expect(inference.wrongWeightBits == wrong)
  }

  @Test("a layer's inputs are the activations that the array reads, faults included")
  func layerInputs() throws {
    let (network, inputs, count) = try digitsNetwork()
    let clean = IntegerInference(network, multiplier: .exact(.offset)).trace(inputs, count: count)
    #expect(clean.inputs[0] == inputs)
    #expect(clean.inputs[1].count == count * 32)
    var faults = [UInt8](repeating: 0, count: 64)
    faults[5] = 0x80
    let faulty = IntegerInference(
      network, multiplier: .exact(.offset), hardware: InferenceHardware(activationFaults: faults)
    ).trace(inputs, count: count)
    #expect(
      (0..<count).allSatisfy { faulty.inputs[0][$0 * 64 + 5] == inputs[$0 * 64 + 5] ^ 0x80 })
    #expect(zip(faulty.inputs[0], inputs).count { $0 != $1 } == count)
  }

  @Test("an image's logits do not depend on the images that share its batch")
  func tiles() throws {
    let (network, _, _) = try digitsNetwork()
    let count = 30
    let inputs = network.words(of: try Dataset.digits().selecting(Array(0..<count)))
    let distribution = ProductErrorDistribution(
      probability: 0.003, masks: [0x4000, 0x18], weights: [1, 2])
    // Seven vectors and a part of one; behind a code a vector of 64 is eight codewords.
    for protection in [
      BufferFaultModel.Protection.none, .code(.secded72of64, onDetectedError: .keep),
    ] {
      let faults = BufferFaultMap(
        chipSeed: 3, buffer: 1, words: 7 * 64 + 20, encoding: .unsigned,
        model: BufferFaultModel(kind: .stuckAt(probabilityOfOne: 0.5), protection: protection),
        upTo: 0.02
      ).faults(atBitErrorRate: 0.02)
      let inference = IntegerInference(
        network, multiplier: .exact(.offset),
        hardware: InferenceHardware(
          accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
          timing: .masks(MaskErrors(distribution)), timingSeed: 5, timingIndex: 2,
          weightBuffer: nil, activationBuffer: faults))
      let whole = inference.logits(inputs, count: count)
      for cuts in [[0, 1, 8, 9, 30], [0, 13, 30]] {
        let parts = zip(cuts, cuts.dropFirst()).flatMap { first, end in
          inference.logits(
            Array(inputs[first * 64..<end * 64]), count: end - first, firstImage: first)
        }
        #expect(parts == whole)
      }
    }
  }

  @Test("vectors and layers begin at codewords, and single failing cells change nothing")
  func codewords() throws {
    // 5 inputs take 8 words of the buffer behind a code of 8 words.
    let cells = CodedFaults.Codeword(
      index: 1, cells: 1 << 17, ones: 0, checkCells: 0, checkOnes: 0)
    let double = CodedFaults.Codeword(
      index: 2, cells: 0b11, ones: 0, checkCells: 0, checkOnes: 0)
    func faults(_ policy: BufferFaultModel.DetectedErrorPolicy) -> BufferFaults {
      .coded(
        CodedFaults(
          code: .secded72of64, words: 24, isStuck: false, onDetectedError: policy,
          encoding: .unsigned, codewords: [cells, double]))
    }
    let vectors = (1...20).map { UInt8($0) }
    for (policy, third) in [
      (BufferFaultModel.DetectedErrorPolicy.keep, [11 ^ 3, 12, 13, 14, 15] as [UInt8]),
      (.zero, [0, 0, 0, 0, 0]),
    ] {
      let hardware = InferenceHardware(
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap), weightBuffer: faults(policy),
        activationBuffer: faults(policy))
      let expected = Array(vectors[0..<10]) + third + Array(vectors[15..<20])
      #expect(hardware.reading(activations: vectors, inputCount: 5) == expected)
      #expect(hardware.firstWord(atOrAfter: 0) == 0 && hardware.firstWord(atOrAfter: 9) == 16)
      #expect(hardware.reading(weights: [11, 12, 13, 14, 15], from: 16) == third)
    }
  }

  @Test("on any array a network is the same, whatever its layers", arguments: SampleNetworks.all)
  func anyArray(topology: NetworkTopology) throws {
    let (network, inputs) = SampleNetworks.random(topology, count: 6, seed: 5)
    let integers = try SampleNetworks.quantized(network, inputs, QuantizationSpec())
    var random = RandomStream(seed: 6, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: Self.exact.products.map { $0 & ~(random.nextWord() & 0x3F) })
    let inference = IntegerInference(
      integers,
      multiplier: try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset),
      hardware: InferenceHardware(
        accumulator: AccumulatorSpec(width: 18, overflow: .wrap),
        weightFaults: MemoryFaultMap.freshMasks(
          words: integers.weightWords(), probability: 0.01, stream: &random),
        activationFaults: MemoryFaultMap.freshMasks(
          words: integers.widestInput() + 3, probability: 0.01, stream: &random)))
    let words = integers.words(of: inputs.values)
    let naive = NaiveTableProduct(table: table.products, accumulatorWidth: 18, saturates: false)
    let onArray = inference.trace(words, count: 6) { product in
      #expect(product.weights.count == product.k * product.n)
      return naive.multiply(
        activations: product.activations, weights: product.weights, m: product.m, k: product.k,
        n: product.n
      ) { $1 }
    }
    #expect(onArray == inference.trace(words, count: 6))
    for layer in integers.linears.indices {
      for product in inference.products(of: onArray, layer: layer, images: 6) {
        for (row, input, filter) in [(0, 0, 0), (product.m - 1, product.k - 1, product.n - 1)] {
          let operands = inference.operands(
            of: onArray, layer: layer, row: row, inputs: input..<input + 1,
            filter: product.group * product.n + filter)[0]
          #expect(operands.activation == product.activations[row * product.k + input])
          #expect(operands.weight == product.weights[input * product.n + filter])
        }
      }
    }
  }

  /// A random network of the size that the sweep uses, and a few images.
  private func digitsNetwork() throws -> (IntegerNetwork, [UInt8], Int) {
    let images = try Dataset.digits().selecting(Array(0..<7))
    let network = Network(topology: .perceptron([64, 32, 10]), seed: 6)
    let integers = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: images, examples: 7, rule: .maximum))
    return (integers, integers.words(of: images), images.count)
  }

  private func reference(_ network: IntegerNetwork) -> NaiveIntegerNetwork {
    NaiveIntegerNetwork(
      layers: network.linears.map {
        NaiveIntegerNetwork.Layer(
          inputCount: $0.inputCount, outputCount: $0.outputCount, weights: $0.weights,
          bias: $0.bias, multiplier: $0.requantizations?[0].multiplier ?? 1,
          shift: $0.requantizations?[0].shift ?? 0)
      },
      table: Self.exact.products, accumulatorWidth: 32, saturates: false,
      weightFaults: [UInt8](repeating: 0, count: network.weightWords()),
      activationFaults: [UInt8](repeating: 0, count: 64))
  }

  private func hits(
    _ timing: ProductErrorDistribution, operations: Int, stream: RandomStream
  ) -> [Int: UInt32] {
    var stream = stream
    var injector = ErrorInjector(timing: timing, operations: operations)
    var hits: [Int: UInt32] = [:]
    while let hit = injector.next(from: &stream) { hits[hit.operation] = hit.mask }
    return hits
  }
}
