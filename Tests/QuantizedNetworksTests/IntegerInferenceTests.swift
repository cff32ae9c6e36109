import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@Suite("Integer inference") struct IntegerInferenceTests {
  @Test(
    "with exact products every bit of every layer is Σ(a − z_a)(w − z_w) + b",
    arguments: SampleNetworks.all, SampleNetworks.specs)
  func exact(topology: NetworkTopology, spec: QuantizationSpec) throws {
    let (network, inputs) = SampleNetworks.random(topology, seed: 2)
    let integers = try SampleNetworks.quantized(network, inputs, spec)
    let multiplier = EncodedMultiplier.exact(
      spec.encoding, activationBits: spec.activationBits, weightBits: spec.weightBits)
    let words = integers.words(of: inputs.values)
    let naive = NaiveIntegerSteps(network: integers) { activation, weight in
      Int(spec.encoding.integer(activation, bits: spec.activationBits))
        * Int(spec.encoding.integer(weight, bits: spec.weightBits))
    }.run(words, count: inputs.count)
    expectEqual(
      IntegerInference(integers, multiplier: multiplier).trace(words, count: inputs.count), naive,
      spec)
  }

  @Test(
    "with any product table only the products change",
    arguments: SampleNetworks.all, SampleNetworks.specs)
  func approximate(topology: NetworkTopology, spec: QuantizationSpec) throws {
    let (network, inputs) = SampleNetworks.random(topology, seed: 3)
    let integers = try SampleNetworks.quantized(network, inputs, spec)
    var random = RandomStream(seed: 4, purpose: .test)
    let isSigned = spec.encoding == .twosComplement
    let exact: ProductTable = isSigned ? .exactSigned(width: 8) : .exact(widthA: 8, widthB: 8)
    // Sign-magnitude adds a sign to products of at most 7 × 7 bits.
    let noise: UInt32 = 0x0FFF
    let table = ProductTable(
      widthA: 8, widthB: 8, products: exact.products.map { $0 ^ (random.nextWord() & noise) })
    let capped =
      spec.encoding == .signMagnitude
      ? ProductTable(widthA: 8, widthB: 8, products: table.products.map { $0 & 0x7FFF }) : table
    let multiplier = try EncodedMultiplier(
      table: capped, signs: isSigned ? .signed : .unsigned, encoding: spec.encoding,
      activationBits: spec.activationBits, weightBits: spec.weightBits)
    let words = integers.words(of: inputs.values)
    let naive = NaiveIntegerSteps(network: integers) { activation, weight in
      let a = Int(spec.encoding.integer(activation, bits: spec.activationBits))
      let w = Int(spec.encoding.integer(weight, bits: spec.weightBits))
      switch spec.encoding {
      case .offset: return Int(capped[a, w])
      case .twosComplement: return Int(Int16(truncatingIfNeeded: capped[a & 255, w & 255]))
      case .signMagnitude:
        return (a < 0) != (w < 0) ? -Int(capped[abs(a), abs(w)]) : Int(capped[abs(a), abs(w)])
      }
    }.run(words, count: inputs.count)
    expectEqual(
      IntegerInference(integers, multiplier: multiplier).trace(words, count: inputs.count), naive,
      spec)
  }

  private func expectEqual(
    _ trace: IntegerInference.Trace, _ naive: (slots: [[Int]], logits: [Int]),
    _ spec: QuantizationSpec
  ) {
    for (words, integers) in zip(trace.slots, naive.slots) where !words.isEmpty {
      #expect(
        words.map { Int(spec.encoding.integer($0, bits: spec.activationBits)) } == integers)
    }
    #expect(trace.logits.map { Int($0) } == naive.logits)
  }

  @Test("logits stand for those of the float network", arguments: SampleNetworks.all)
  func nearFloat(topology: NetworkTopology) throws {
    let (network, inputs) = SampleNetworks.random(topology, count: 20, seed: 5)
    let float = network.logits(inputs).values
    let range = float.reduce(0) { max($0, abs($1)) }
    for encoding in OperandEncoding.allCases {
      let spec = QuantizationSpec(encoding: encoding, weightGranularity: .channel)
      let integers = try SampleNetworks.quantized(network, inputs, spec)
      let logits = IntegerInference(integers, multiplier: .exact(encoding)).logits(
        integers.words(of: inputs.values), count: 20)
      for (integer, real) in zip(logits, float) {
        // Steps of 1/127 of a weight or an activation, over up to six layers.
        #expect(abs(Float(Double(integer) * integers.logitScale) - real) < 0.06 * range)
      }
    }
  }

  @Test("any number of threads gives the same logits, in blocks or at once")
  func threads() throws {
    let (network, inputs) = SampleNetworks.random(SampleNetworks.convolutions, count: 150, seed: 6)
    let integers = try SampleNetworks.quantized(network, inputs, QuantizationSpec())
    let inference = IntegerInference(integers, multiplier: .exact(.offset))
    let words = integers.words(of: inputs.values)
    let logits = inference.logits(words, count: 150)
    #expect(inference.logits(words, count: 150, work: ChunkedWork(threads: 2)) == logits)
    #expect(inference.trace(words, count: 150).logits == logits)
  }

  @Test("8-bit offset perceptrons are those of the sweeps, faults and errors included")
  func perceptron() throws {
    let (network, inputs) = SampleNetworks.random(SampleNetworks.perceptron, count: 30, seed: 7)
    let dense = DenseNetwork(network)
    let bytes = inputs.values.map { UInt8((255 * $0).rounded()) }
    let real = FloatMatrix(activations: bytes, columns: 12)
    let tensor = Tensor(count: 30, shape: network.input, values: real.values)
    let old = QuantizedNetwork(quantizing: dense, hiddenRanges: dense.hiddenRanges(for: real))
    let integers = try SampleNetworks.quantized(network, tensor, QuantizationSpec())
    #expect(integers.words(of: tensor.values) == bytes)
    #expect(integers.weightWords() == old.weightWords)
    var random = RandomStream(seed: 8, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: ProductTable.exact(widthA: 8, widthB: 8).products.map {
        $0 & ~(random.nextWord() & 0x3F)
      })
    for trial in 0..<4 {
      let hardware = InferenceHardware(
        arithmetic: TableMatrixMultiplication(table: table),
        accumulator: AccumulatorSpec(
          width: [32, 18, 19, 24][trial], overflow: trial.isMultiple(of: 2) ? .wrap : .saturate),
        timing: .masks(
          MaskErrors(
            ProductErrorDistribution(probability: 0.02, masks: [0x4000, 0x18], weights: [1, 2]))),
        timingSeed: 8, timingIndex: UInt64(trial),
        weightFaults: MemoryFaultMap.freshMasks(
          words: old.weightWords, probability: 0.02, stream: &random),
        activationFaults: MemoryFaultMap.freshMasks(
          words: 3 * 12 + 5, probability: 0.02, stream: &random))
      let passes = old.passes(inputs: bytes, count: 30, on: hardware)
      let trace = IntegerInference(
        integers,
        multiplier: try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset),
        hardware: hardware
      ).trace(bytes, count: 30)
      #expect(trace.inputs == passes.map(\.inputs))
      #expect(trace.sums == passes.map(\.sums))
    }
  }
}

extension DenseNetwork {
  /// The same perceptron, weights inputs × outputs.
  init(_ network: Network) {
    var parameters = network.parameters[...]
    var inputs = network.input.count
    var layers: [DenseLayer] = []
    for case .dense(let outputs, let hasBias) in network.topology.layers {
      let weights = Array(parameters.prefix(inputs * outputs))
      parameters = parameters.dropFirst(inputs * outputs)
      let bias = hasBias ? Array(parameters.prefix(outputs)) : [Float](repeating: 0, count: outputs)
      parameters = parameters.dropFirst(hasBias ? outputs : 0)
      layers.append(
        DenseLayer(
          inputCount: inputs, outputCount: outputs,
          weights: (0..<inputs * outputs).map { weights[$0 % outputs * inputs + $0 / outputs] },
          bias: bias))
      inputs = outputs
    }
    self.init(layers: layers)
  }
}
