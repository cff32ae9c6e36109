import Datasets
import NetworkEvaluation
import Networks
import QuantizedNetworks
import TableArithmetic
import Testing

@Suite("The operands that characterization sees")
struct OperandTraceTests {
  @Test("come from the network: stationary weights, consecutive vectors, the sums above")
  func operands() throws {
    let data = try Dataset.digits().selecting(Array(0..<20))
    let float = Network(topology: .perceptron([64, 6, 10]), seed: 3)
    let network = try IntegerNetwork(
      quantizing: float, spec: QuantizationSpec(),
      calibration: Calibration(of: float, on: data, examples: 20, rule: .maximum))
    let words = network.words(of: data)
    let inference = IntegerInference(network, multiplier: .exact(.offset))
    let trace = OperandTrace(of: [inference], inputs: words, images: 20, count: 500, seed: 1)
    let multiplier = trace.multiplier { UInt64($0) | UInt64($1) << 8 }
    let adder = trace.adder(AccumulatorSpec(width: 24, overflow: .wrap))
    let run = inference.trace(words, count: 20)
    // Every transition that an element can see, by schoolbook loops.
    struct Transition: Hashable { let words: [UInt64] }
    var possible: Set<Transition> = []
    for (index, layer) in network.linears.enumerated() {
      for n in 0..<layer.outputCount {
        var sums = [UInt64](repeating: 0, count: 20)
        for k in 0..<layer.inputCount {
          let weight = UInt64(layer.weights[k * layer.outputCount + n])
          let activations = (0..<20).map { UInt64(run.inputs[index][$0 * layer.inputCount + k]) }
          for m in 1..<20 {
            possible.insert(
              Transition(words: [
                activations[m - 1] | weight << 8, activations[m] | weight << 8,
                sums[m - 1] | (activations[m - 1] * weight) << 24,
                sums[m] | (activations[m] * weight) << 24,
              ]))
          }
          for m in 0..<20 { sums[m] += activations[m] * weight }
        }
      }
    }
    for index in 0..<500 {
      let seen = Transition(words: [
        multiplier.previous[index], multiplier.current[index],
        adder.previous[index], adder.current[index],
      ])
      #expect(possible.contains(seen), "transition \(index)")
    }
  }

  @Test(
    "sums of products with a sign are those of an adder that wraps or saturates at both ends",
    arguments: [AccumulatorOverflow.wrap, .saturate])
  func signedSums(overflow: AccumulatorOverflow) throws {
    let data = try Dataset.digits().selecting(Array(0..<20))
    let float = Network(topology: .perceptron([64, 6, 10]), seed: 3)
    let spec = QuantizationSpec(encoding: .signMagnitude)
    let network = try IntegerNetwork(
      quantizing: float, spec: spec,
      calibration: Calibration(of: float, on: data, examples: 20, rule: .maximum))
    let words = network.words(of: data)
    let inference = IntegerInference(network, multiplier: .exact(spec))
    // So narrow that sums reach both ends.
    let width = 14
    let adder = OperandTrace(of: [inference], inputs: words, images: 20, count: 500, seed: 1)
      .adder(AccumulatorSpec(width: width, overflow: overflow))
    let run = inference.trace(words, count: 20)
    let (least, most, mask) = (-(1 << (width - 1)), 1 << (width - 1) - 1, 1 << width - 1)
    var possible: Set<UInt64> = []
    var ends: Set<Int> = []
    for (index, layer) in network.linears.enumerated() {
      for n in 0..<layer.outputCount {
        var sums = [Int](repeating: 0, count: 20)
        for k in 0..<layer.inputCount {
          let weight = value(layer.weights[k * layer.outputCount + n])
          for m in 0..<20 {
            let product = value(run.inputs[index][m * layer.inputCount + k]) * weight
            possible.insert(UInt64(sums[m] & mask | (product & mask) << width))
            sums[m] += product
            if sums[m] < least || sums[m] > most { ends.insert(sums[m] < least ? least : most) }
            switch overflow {
            case .wrap: sums[m] = (sums[m] - least) & mask + least
            case .saturate: sums[m] = min(most, max(least, sums[m]))
            }
          }
        }
      }
    }
    #expect(ends == [least, most])
    for index in 0..<500 {
      #expect(possible.contains(adder.previous[index]), "transition \(index)")
      #expect(possible.contains(adder.current[index]), "transition \(index)")
    }
  }

  /// The number of an 8-bit sign-magnitude word.
  private func value(_ word: UInt8) -> Int { (word & 128 == 0 ? 1 : -1) * Int(word & 127) }
}
