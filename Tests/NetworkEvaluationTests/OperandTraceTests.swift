import Accelerators
import Datasets
import NetworkEvaluation
import Networks
import Quantities
import QuantizedNetworks
import TableArithmetic
import Testing

@Suite("The operands that characterization sees")
struct OperandTraceTests {
  private static func spec(_ dataflow: Dataflow) -> AcceleratorSpec {
    AcceleratorSpec(
      name: "test", rows: 5, columns: 4, dataflow: dataflow,
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap), bankVectors: 3,
      weightBufferWords: 4096, activationBufferWords: 4096, guardBand: 1,
      nominalSupply: Voltage(1))
  }

  /// A perceptron, and 20 images as its words.
  private static func network() throws -> (IntegerNetwork, words: [UInt8]) {
    let data = try Dataset.digits().selecting(Array(0..<20))
    let float = Network(topology: .perceptron([64, 6, 10]), seed: 3)
    let network = try IntegerNetwork(
      quantizing: float, spec: QuantizationSpec(),
      calibration: Calibration(of: float, on: data, examples: 20, rule: .maximum))
    return (network, network.words(of: data))
  }

  private struct Transition: Hashable { let words: [UInt128] }

  /// An element's registers.
  private struct Element {
    var (activation, weight, sum, product) = (UInt128(0), UInt128(0), UInt128(0), UInt128(0))

    /// Takes new operands and the sum that they are added to.
    mutating func take(_ activation: UInt128, _ weight: UInt128, to sum: UInt128) -> Transition {
      let before = [self.activation | self.weight << 8, self.sum | product << 24]
      (self.activation, self.weight) = (activation, weight)
      (self.sum, product) = (sum, activation * weight)
      return Transition(words: [
        before[0], activation | weight << 8, before[1], sum | product << 24,
      ])
    }
  }

  @Test(
    "weights that stream and operands that both change follow the folds of the array, in its order",
    arguments: [Dataflow.inputStationary, .outputStationary])
  func otherDataflows(dataflow: Dataflow) throws {
    let (network, words) = try Self.network()
    let inference = IntegerInference(network, multiplier: .exact(.offset))
    let trace = OperandTrace(
      of: [inference], inputs: words, images: 20, on: Self.spec(dataflow), count: 2000, seed: 1)
    let multiplier = trace.multiplier { UInt64($0) | UInt64($1) << 8 }
    let adder = trace.adder(AccumulatorSpec(width: 24, overflow: .wrap))
    let run = inference.trace(words, count: 20)
    // Every transition of every element, fold by fold: 5 rows, 4 columns, a bank of 3 vectors.
    var possible: Set<Transition> = []
    var firsts: Set<Transition> = []
    for (index, layer) in network.linears.enumerated() {
      let (depth, outputs) = (layer.inputCount, layer.outputCount)
      func activation(_ m: Int, _ k: Int) -> UInt128 { UInt128(run.inputs[index][m * depth + k]) }
      func weight(_ k: Int, _ n: Int) -> UInt128 { UInt128(layer.weights[k * outputs + n]) }
      func sum(_ m: Int, _ n: Int, upTo k: Int) -> UInt128 {
        (0..<k).reduce(0) { $0 + activation(m, $1) * weight($1, n) }
      }
      var elements = [Element](repeating: Element(), count: 20)
      switch dataflow {
      case .weightStationary: Issue.record("has a test of its own")
      case .inputStationary:
        for tile in stride(from: 0, to: outputs, by: 3) {
          for column in stride(from: 0, to: 20, by: 4) {
            for row in stride(from: 0, to: depth, by: 5) {
              for (r, c) in (0..<20).map({ ($0 / 4, $0 % 4) }) where row + r < depth {
                let (k, m) = (row + r, column + c)
                // Taken over before the stream.
                elements[r * 4 + c].activation = activation(m, k)
                for n in tile..<min(outputs, tile + 3) {
                  let seen = elements[r * 4 + c].take(
                    activation(m, k), weight(k, n), to: sum(m, n, upTo: k))
                  possible.insert(seen)
                  if n == tile { firsts.insert(seen) }
                }
              }
            }
          }
        }
      case .outputStationary:
        for row in stride(from: 0, to: 20, by: 5) {
          for column in stride(from: 0, to: outputs, by: 4) {
            for (r, c) in (0..<20).map({ ($0 / 4, $0 % 4) }) where column + c < outputs {
              // The sum has drained.
              elements[r * 4 + c].sum = 0
              for k in 0..<depth {
                let (m, n) = (row + r, column + c)
                let seen = elements[r * 4 + c].take(
                  activation(m, k), weight(k, n), to: sum(m, n, upTo: k))
                possible.insert(seen)
                if k == 0 { firsts.insert(seen) }
              }
            }
          }
        }
      }
    }
    var ofFirsts = 0
    for index in 0..<2000 {
      let seen = Transition(words: [
        multiplier.previous[index], multiplier.current[index],
        adder.previous[index], adder.current[index],
      ])
      #expect(possible.contains(seen), "transition \(index)")
      if firsts.contains(seen) { ofFirsts += 1 }
    }
    // A third of the vectors of 6 and 10 outputs begin a tile, and one of 64 and of 6 steps a fold.
    #expect(ofFirsts > (dataflow == .inputStationary ? 600 : 30))
  }

  @Test("come from the network: stationary weights, consecutive vectors, the sums above")
  func operands() throws {
    let (network, words) = try Self.network()
    let inference = IntegerInference(network, multiplier: .exact(.offset))
    let trace = OperandTrace(
      of: [inference], inputs: words, images: 20, on: Self.spec(.weightStationary),
      count: 500, seed: 1)
    let multiplier = trace.multiplier { UInt64($0) | UInt64($1) << 8 }
    let adder = trace.adder(AccumulatorSpec(width: 24, overflow: .wrap))
    let run = inference.trace(words, count: 20)
    // Every transition that an element can see, by schoolbook loops.
    var possible: Set<Transition> = []
    for (index, layer) in network.linears.enumerated() {
      for n in 0..<layer.outputCount {
        var sums = [UInt128](repeating: 0, count: 20)
        for k in 0..<layer.inputCount {
          let weight = UInt128(layer.weights[k * layer.outputCount + n])
          let activations = (0..<20).map { UInt128(run.inputs[index][$0 * layer.inputCount + k]) }
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
    let adder = OperandTrace(
      of: [inference], inputs: words, images: 20, on: Self.spec(.weightStationary), count: 500,
      seed: 1
    ).adder(AccumulatorSpec(width: width, overflow: overflow))
    let run = inference.trace(words, count: 20)
    let (least, most, mask) = (-(1 << (width - 1)), 1 << (width - 1) - 1, 1 << width - 1)
    var possible: Set<UInt128> = []
    var ends: Set<Int> = []
    for (index, layer) in network.linears.enumerated() {
      for n in 0..<layer.outputCount {
        var sums = [Int](repeating: 0, count: 20)
        for k in 0..<layer.inputCount {
          let weight = value(layer.weights[k * layer.outputCount + n])
          for m in 0..<20 {
            let product = value(run.inputs[index][m * layer.inputCount + k]) * weight
            possible.insert(UInt128(sums[m] & mask | (product & mask) << width))
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
