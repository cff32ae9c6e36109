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
    // Low bits alone, so that products fit a register of both words' bits; sign-magnitude adds a sign.
    let productBits = UInt32(spec.activationBits + spec.weightBits)
    let noise: UInt32 = 1 << (productBits - 4) - 1
    let table = ProductTable(
      widthA: 8, widthB: 8, products: exact.products.map { $0 ^ (random.nextWord() & noise) })
    let most: UInt32 = 1 << (productBits - 1) - 1
    let capped =
      spec.encoding == .signMagnitude
      ? ProductTable(widthA: 8, widthB: 8, products: table.products.map { $0 & most }) : table
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
}
