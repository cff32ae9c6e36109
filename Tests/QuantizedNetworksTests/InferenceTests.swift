import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite struct InferenceTests {
  static let exact = ProductTable.exact(widthA: 8, widthB: 8)

  @Test("with the exact table the network is plain signed integer arithmetic")
  func exactTable() throws {
    let (network, inputs, count) = try digitsNetwork()
    let hardware = InferenceHardware(arithmetic: TableMatrixMultiplication(table: Self.exact))
    let passes = network.passes(inputs: inputs, count: count, on: hardware)
    for (layer, pass) in zip(network.layers, passes) {
      for vector in 0..<count {
        for output in 0..<layer.outputCount {
          let sum = (0..<layer.inputCount).reduce(Int(layer.bias[output])) { sum, input in
            let weight = Int(layer.weights[input * layer.outputCount + output]) - 128
            return sum + Int(pass.inputs[vector * layer.inputCount + input]) * weight
          }
          #expect(Int(pass.sums[vector * layer.outputCount + output]) == sum)
        }
      }
    }
    #expect(
      network.infer(inputs: inputs, count: count, on: hardware)
        == reference(network).logits(inputs, count: count))
  }

  @Test("integer logits stand for those of the float network")
  func nearFloat() throws {
    let (network, inputs, count) = try digitsNetwork()
    let hardware = InferenceHardware(arithmetic: TableMatrixMultiplication(table: Self.exact))
    let logits = network.infer(inputs: inputs, count: count, on: hardware)
    let float = DenseNetwork(sizes: [64, 32, 10], seed: 6)
      .forward(FloatMatrix(activations: inputs, columns: 64))[1].values
    let range = float.reduce(0) { max($0, abs($1)) }
    for (integer, real) in zip(logits, float) {
      // Steps of 1/127 of a weight and of 1/255 of an activation: about 1 % over a layer.
      #expect(abs(Float(integer) * Float(network.layers[1].sumScale) - real) < 0.03 * range)
    }
  }

  @Test("faults, timing errors, tables and accumulators act word by word and product by product")
  func everything() throws {
    let (network, inputs, count) = try digitsNetwork()
    for trial in 0..<4 {
      var random = RandomStream(seed: 3, purpose: .test, index: UInt64(trial))
      let table = ProductTable(
        widthA: 8, widthB: 8,
        products: Self.exact.products.map { $0 & ~(random.nextWord() & 0x3F) })
      let accumulator = AccumulatorSpec(
        width: [32, 20, 19, 24][trial], overflow: trial.isMultiple(of: 2) ? .wrap : .saturate)
      // A buffer of three vectors and a bit of the first layer, six of the second.
      let weightFaults = MemoryFaultMap.freshMasks(
        words: network.weightWords, probability: 0.02, stream: &random)
      let activationFaults = MemoryFaultMap.freshMasks(
        words: 3 * 64 + 5, probability: 0.02, stream: &random)
      let timing = ProductErrorDistribution(
        probability: 0.01, masks: [0x4000, 0x18], weights: [1, 2])
      let hardware = InferenceHardware(
        arithmetic: TableMatrixMultiplication(table: table), accumulator: accumulator,
        timing: .maskRun(timing), timingSeed: 8, timingIndex: UInt64(trial),
        weightFaults: weightFaults,
        activationFaults: activationFaults)

      var naive = reference(network)
      naive.table = table.products
      naive.accumulatorWidth = accumulator.width
      naive.saturates = accumulator.overflow == .saturate
      naive.weightFaults = weightFaults
      naive.activationFaults = activationFaults
      let hits = network.layers.enumerated().map { index, layer in
        self.hits(
          timing, operations: count * layer.weights.count,
          stream: RandomStream(
            seed: 8, purpose: .timingErrors, index: UInt64(trial) << 8 | UInt64(index)))
      }
      #expect(
        network.infer(inputs: inputs, count: count, on: hardware)
          == naive.logits(inputs, count: count) { $2 ^ (hits[$0][$1] ?? 0) })
    }
  }

  @Test("a layer's inputs are the activations that the array reads, faults included")
  func layerInputs() throws {
    let (network, inputs, count) = try digitsNetwork()
    let arithmetic = TableMatrixMultiplication(table: Self.exact)
    let clean = network.layerInputs(
      inputs: inputs, count: count, on: InferenceHardware(arithmetic: arithmetic))
    #expect(clean[0] == inputs)
    #expect(clean[1].count == count * 32)
    var faults = [UInt8](repeating: 0, count: 64)
    faults[5] = 0x80
    let faulty = network.layerInputs(
      inputs: inputs, count: count,
      on: InferenceHardware(arithmetic: arithmetic, activationFaults: faults))
    #expect((0..<count).allSatisfy { faulty[0][$0 * 64 + 5] == inputs[$0 * 64 + 5] ^ 0x80 })
    #expect(zip(faulty[0], inputs).count { $0 != $1 } == count)
  }

  @Test("an image's logits do not depend on the images that share its batch")
  func tiles() throws {
    let (network, _, _) = try digitsNetwork()
    let count = 30
    let inputs = try Dataset.digits().selecting(Array(0..<count)).activations
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
      let hardware = InferenceHardware(
        arithmetic: TableMatrixMultiplication(table: Self.exact),
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
        timing: .masks(MaskErrors(distribution)), timingSeed: 5, timingIndex: 2,
        weightBuffer: nil, activationBuffer: faults)
      let whole = network.infer(inputs: inputs, count: count, on: hardware)
      for cuts in [[0, 1, 8, 9, 30], [0, 13, 30]] {
        let parts = zip(cuts, cuts.dropFirst()).flatMap { first, end in
          network.infer(
            inputs: Array(inputs[first * 64..<end * 64]), count: end - first, firstVector: first,
            on: hardware)
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
        arithmetic: TableMatrixMultiplication(table: Self.exact),
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap), weightBuffer: faults(policy),
        activationBuffer: faults(policy))
      let expected = Array(vectors[0..<10]) + third + Array(vectors[15..<20])
      #expect(hardware.reading(activations: vectors, inputCount: 5) == expected)
      #expect(hardware.firstWord(atOrAfter: 0) == 0 && hardware.firstWord(atOrAfter: 9) == 16)
      #expect(hardware.reading(weights: [11, 12, 13, 14, 15], from: 16) == third)
    }
  }

  /// A random network of the size that the sweep uses, and a few images.
  private func digitsNetwork() throws -> (QuantizedNetwork, [UInt8], Int) {
    let images = try Dataset.digits().selecting(Array(0..<7))
    let network = DenseNetwork(sizes: [64, 32, 10], seed: 6)
    let inputs = FloatMatrix(activations: images.activations, columns: 64)
    return (
      QuantizedNetwork(quantizing: network, hiddenRanges: network.hiddenRanges(for: inputs)),
      images.activations, images.count
    )
  }

  private func reference(_ network: QuantizedNetwork) -> NaiveIntegerNetwork {
    NaiveIntegerNetwork(
      layers: network.layers.map {
        NaiveIntegerNetwork.Layer(
          inputCount: $0.inputCount, outputCount: $0.outputCount, weights: $0.weights,
          bias: $0.bias, multiplier: $0.requantization?.multiplier ?? 1,
          shift: $0.requantization?.shift ?? 0)
      },
      table: Self.exact.products, accumulatorWidth: 32, saturates: false,
      weightFaults: [UInt8](repeating: 0, count: network.weightWords),
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
