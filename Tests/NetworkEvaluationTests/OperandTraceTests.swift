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
    let float = DenseNetwork(sizes: [64, 6, 10], seed: 3)
    let calibration = FloatMatrix(activations: data.activations, columns: 64)
    let network = QuantizedNetwork(
      quantizing: float, hiddenRanges: float.hiddenRanges(for: calibration))
    let accumulator = AccumulatorSpec(width: 24, overflow: .wrap)
    let trace = OperandTrace(
      networks: [network], inputs: data.activations, vectors: 20, accumulator: accumulator,
      count: 500, seed: 1)
    let exact = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: .exact(widthA: 8, widthB: 8)),
      accumulator: accumulator)
    let passes = network.passes(inputs: data.activations, count: 20, on: exact)
    // Every transition that an element can see, by schoolbook loops.
    struct Transition: Hashable { let words: [UInt64] }
    var possible: Set<Transition> = []
    for (layer, pass) in zip(network.layers, passes) {
      for n in 0..<layer.outputCount {
        var sums = [UInt64](repeating: 0, count: 20)
        for k in 0..<layer.inputCount {
          let weight = UInt64(pass.weights[k * layer.outputCount + n])
          let activations = (0..<20).map { UInt64(pass.inputs[$0 * layer.inputCount + k]) }
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
        trace.multiplier.previous[index], trace.multiplier.current[index],
        trace.adder.previous[index], trace.adder.current[index],
      ])
      #expect(possible.contains(seen), "transition \(index)")
    }
  }
}
