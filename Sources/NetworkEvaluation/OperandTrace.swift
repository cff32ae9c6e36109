import Accelerators
import Characterization
import QuantizedNetworks
import Randomness
import TableArithmetic

/// The operand transitions that processing elements of a weight-stationary array see while networks
/// run: the stimulus that multipliers and adders are characterized on.
///
/// An element holds a weight while rows of activations stream by, so its multiplier goes from
/// (a(m−1, k), w(k, n)) to (a(m, k), w(k, n)), and its adder from the partial sum and product of row
/// m − 1 to those of m; a row is the patch under an output position of an image. Layers are drawn by
/// their number of multiplications; k, n and m uniformly.
public struct OperandTrace: Sendable {
  /// One network's run.
  private struct Run: Sendable {
    let inference: IntegerInference
    let trace: IntegerInference.Trace
    /// Of each layer with weights.
    let products: [Int]
    let total: Int
  }

  /// A processing element's place in a layer, and the later of two rows.
  private struct Sample: Sendable {
    let run: Int
    let layer: Int
    let input: Int
    let filter: Int
    let row: Int
    /// The row before; the same where the layer has one row.
    var previous: Int { max(0, row - 1) }
  }

  private let runs: [Run]
  private let samples: [Sample]

  /// Samples transitions from several networks in turn.
  ///
  /// - Parameters:
  ///   - inferences: without errors of products.
  ///   - inputs: `images` × features words, the same for all.
  public init(
    of inferences: [IntegerInference], inputs: [UInt8], images: Int, count: Int, seed: UInt64
  ) {
    precondition(!inferences.isEmpty && images >= 1 && count > 0, "nothing to draw from")
    runs = inferences.map { inference in
      let products = inference.network.linears.map {
        $0.output.positions * $0.inputCount * $0.convolution.filters
      }
      return Run(
        inference: inference, trace: inference.trace(inputs, count: images), products: products,
        total: products.reduce(0, +))
    }
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
    samples = (0..<count).map { [runs] sample in
      let run = sample % runs.count
      var place = below(runs[run].total)
      var layer = 0
      while place >= runs[run].products[layer] {
        place -= runs[run].products[layer]
        layer += 1
      }
      let linear = runs[run].inference.network.linears[layer]
      let (input, filter) = (below(linear.inputCount), below(linear.convolution.filters))
      let last = images * linear.output.positions - 1
      return Sample(
        run: run, layer: layer, input: input, filter: filter,
        row: min(last, 1 + below(max(1, last))))
    }
  }

  /// The transitions of a multiplier's inputs.
  ///
  /// - Parameter word: what stands at them for two stored words.
  public func multiplier(_ word: (_ activation: UInt8, _ weight: UInt8) -> UInt64) -> Stimulus {
    stimulus { sample, row in
      let operands = runs[sample.run].inference.operands(
        of: runs[sample.run].trace, layer: sample.layer, row: row,
        inputs: sample.input..<sample.input + 1, filter: sample.filter)[0]
      return word(operands.activation, operands.weight)
    }
  }

  /// The transitions of an adder's inputs: the partial sum of the elements above in the low bits, the
  /// product above it.
  ///
  /// - Parameter accumulator: of at most 32 bits; its width is that of both ports. Products with a sign
  ///   are in two's complement.
  public func adder(_ accumulator: AccumulatorSpec) -> Stimulus {
    stimulus { sample, row in
      let inference = runs[sample.run].inference
      let operands = inference.operands(
        of: runs[sample.run].trace, layer: sample.layer, row: row,
        inputs: 0..<sample.input + 1, filter: sample.filter)
      return accumulator.adderInputs(operands.map { inference.multiplier.product($0, $1) })
    }
  }

  private func stimulus(_ word: (Sample, _ row: Int) -> UInt64) -> Stimulus {
    Stimulus(
      previous: samples.map { word($0, $0.previous) }, current: samples.map { word($0, $0.row) })
  }
}
