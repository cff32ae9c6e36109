import Accelerators
import Characterization
import Datasets
import ErrorTables
import QuantizedNetworks
import Randomness
import TableArithmetic

/// The operand transitions that processing elements of an array see while networks run: the stimulus
/// that multipliers and adders are characterized on.
///
/// An element holds weight w(k, n) while vectors stream by, so its multiplier goes from
/// (a(m−1, k), w) to (a(m, k), w), and its adder from the partial sum and product of vector m − 1 to
/// those of m. Layers are drawn by their number of multiplications; k, n and m uniformly.
public struct OperandTrace: Sendable {
  public let multiplier: Stimulus
  public let adder: Stimulus

  /// Samples transitions from several networks in turn, with exact products.
  ///
  /// - Parameters:
  ///   - inputs: M×K activations of the first layer, M at least 2.
  ///   - accumulator: of at most 32 bits; its width is that of both adder ports.
  public init(
    networks: [QuantizedNetwork], inputs: [UInt8], vectors: Int, accumulator: AccumulatorSpec,
    count: Int, seed: UInt64
  ) {
    precondition(!networks.isEmpty && vectors >= 2 && count > 0)
    let exact = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: .exact(widthA: 8, widthB: 8)),
      accumulator: accumulator)
    let passes = networks.map { $0.passes(inputs: inputs, count: vectors, on: exact) }
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    var words = (before: [UInt64](), after: [UInt64]())
    var sums = (before: [UInt64](), after: [UInt64]())
    for sample in 0..<count {
      let index = sample % networks.count
      let layers = networks[index].layers
      let total = layers.reduce(0) { $0 + $1.weights.count }
      var word = Int(stream.next() % UInt64(total))
      var layer = 0
      while word >= layers[layer].weights.count {
        word -= layers[layer].weights.count
        layer += 1
      }
      let place = Place(
        pass: passes[index][layer], k: word / layers[layer].outputCount,
        n: word % layers[layer].outputCount, inputCount: layers[layer].inputCount,
        outputCount: layers[layer].outputCount)
      let vector = 1 + Int(stream.next() % UInt64(vectors - 1))
      words.before.append(place.operands(vector - 1))
      words.after.append(place.operands(vector))
      sums.before.append(place.addends(vector - 1, accumulator))
      sums.after.append(place.addends(vector, accumulator))
    }
    multiplier = Stimulus(previous: words.before, current: words.after)
    adder = Stimulus(previous: sums.before, current: sums.after)
  }

  /// A processing element's place in a layer's matrix product.
  private struct Place {
    let pass: QuantizedNetwork.LayerPass
    let k: Int
    let n: Int
    let inputCount: Int
    let outputCount: Int

    func product(_ vector: Int, _ k: Int) -> UInt32 {
      UInt32(pass.inputs[vector * inputCount + k]) * UInt32(pass.weights[k * outputCount + n])
    }

    /// Activation in the low byte, weight in the high byte.
    func operands(_ vector: Int) -> UInt64 {
      UInt64(pass.inputs[vector * inputCount + k])
        | UInt64(pass.weights[k * outputCount + n]) << 8
    }

    /// The partial sum of the elements above in the low bits, the product above it.
    func addends(_ vector: Int, _ accumulator: AccumulatorSpec) -> UInt64 {
      let sum = (0..<k).reduce(Int32(0)) { accumulator.sum($0, product(vector, $1)) }
      let mask: UInt64 = (1 << UInt64(accumulator.width)) - 1
      return UInt64(UInt32(bitPattern: sum)) & mask
        | UInt64(product(vector, k)) << UInt64(accumulator.width)
    }
  }
}
