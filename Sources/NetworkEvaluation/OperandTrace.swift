import Accelerators
import Characterization
import QuantizedNetworks
import Randomness
import TableArithmetic

/// The operand transitions that processing elements see while networks run: the stimulus that
/// multipliers and adders are characterized on.
///
/// Layers are drawn by their number of multiplications; k, n and m uniformly. What stood at the
/// element before follows from the dataflow:
/// - weight stationary: a weight stays while rows of activations stream by, so the multiplier goes from
///   (a(m−1, k), w(k, n)) to (a(m, k), w(k, n)), and the adder from the partial sum and product of row
///   m − 1 to those of m; a row is the patch under an output position of an image. The first row of a
///   tile, which follows another fold, is left out;
/// - input stationary: an activation stays, the weight goes from w(k, n−1) to w(k, n); the first one of
///   a tile follows the last one of the fold before (`ElementOrder`);
/// - output stationary: both go from step k − 1 to k, the first step of a fold from the last one of the
///   fold before, and the sum begins at zero.
public struct OperandTrace: Sendable {
  typealias Words = (activation: UInt8, weight: UInt8)

  /// One network's run.
  private struct Run: Sendable {
    let inference: IntegerInference
    let trace: IntegerInference.Trace
    /// Of each layer with weights.
    let products: [Int]
    let total: Int
  }

  /// Two products that an element forms one after the other.
  private struct Sample: Sendable {
    let run: Int
    let layer: Int
    let group: Int
    let current: ElementOrder.Place
    /// Nil: the zeros that a layer begins with.
    let previous: ElementOrder.Place?
  }

  private let runs: [Run]
  private let samples: [Sample]
  private let dataflow: Dataflow

  /// Samples transitions from several networks in turn.
  ///
  /// - Parameters:
  ///   - inferences: without errors of products.
  ///   - inputs: `images` × features words, the same for all.
  ///   - spec: the array, whose dataflow and extents say what an element sees.
  ///   - only: the one layer with weights, from 0 on, that all are drawn from; nil: from all of them.
  /// - Precondition: every network has that layer.
  public init(
    of inferences: [IntegerInference], inputs: [UInt8], images: Int, on spec: AcceleratorSpec,
    count: Int, seed: UInt64, layer only: Int? = nil
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
    dataflow = spec.dataflow
    var stream = RandomStream(seed: seed, purpose: .stimulus)
    func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
    samples = (0..<count).map { [runs] sample in
      let run = sample % runs.count
      var layer = only ?? 0
      if only == nil {
        var place = below(runs[run].total)
        while place >= runs[run].products[layer] {
          place -= runs[run].products[layer]
          layer += 1
        }
      }
      let linear = runs[run].inference.network.linears[layer]
      let shape = MatrixShape(
        m: images * linear.output.positions, k: linear.inputCount, n: linear.outputCount)
      let (k, filter) = (below(shape.k), below(linear.convolution.filters))
      let (group, n) = filter.quotientAndRemainder(dividingBy: shape.n)
      func product(_ m: Int) -> ElementOrder.Place { ElementOrder.Place(m: m, k: k, n: n) }
      let (current, previous): (ElementOrder.Place, ElementOrder.Place?)
      switch spec.dataflow {
      case .weightStationary:
        // The same row where the layer has one.
        current = product(min(shape.m - 1, 1 + below(max(1, shape.m - 1))))
        previous = product(max(0, current.m - 1))
      case .inputStationary, .outputStationary:
        current = product(below(shape.m))
        previous = ElementOrder(spec: spec, shape: shape).before(current)
      }
      return Sample(run: run, layer: layer, group: group, current: current, previous: previous)
    }
  }

  /// The transitions of a multiplier's inputs.
  ///
  /// - Parameter word: what stands at them for two stored words.
  public func multiplier(_ word: (_ activation: UInt8, _ weight: UInt8) -> UInt64) -> Stimulus {
    let transitions = transitions
    return Stimulus(
      previous: transitions.map { UInt128(word($0.previous.activation, $0.previous.weight)) },
      current: transitions.map { UInt128(word($0.current.activation, $0.current.weight)) })
  }

  /// The stored words at a multiplier before and after the clock edge.
  var transitions: [(previous: Words, current: Words)] {
    samples.map { sample in
      func words(_ place: ElementOrder.Place) -> Words {
        operands(sample, place, from: place.k)[0]
      }
      let current = words(sample.current)
      let before: Words = sample.previous.map(words) ?? (0, 0)
      return switch dataflow {
      case .weightStationary: ((before.activation, current.weight), current)
      case .inputStationary: ((current.activation, before.weight), current)
      case .outputStationary: (before, current)
      }
    }
  }

  /// The transitions of an adder's inputs: the partial sum in the low bits (of the elements above, or
  /// the element's own where sums stay), the product above it.
  ///
  /// - Parameter accumulator: its width is that of both ports. Products with a sign are in two's
  ///   complement.
  public func adder(_ accumulator: AccumulatorSpec) -> Stimulus {
    func word(_ sample: Sample, _ place: ElementOrder.Place, from first: Int) -> UInt128 {
      let multiplier = runs[sample.run].inference.multiplier
      return accumulator.adderInputs(
        operands(sample, place, from: first).map { multiplier.product($0, $1) })
    }
    return Stimulus(
      previous: samples.map { sample in
        guard let previous = sample.previous else { return accumulator.adderInputs([0]) }
        // Sums that stay have left before another fold's first product.
        let hasDrained = dataflow == .outputStationary && sample.current.k == 0
        return word(sample, previous, from: hasDrained ? previous.k : 0)
      }, current: samples.map { word($0, $0.current, from: 0) })
  }

  /// The operands of an output from step `first` to the place's.
  private func operands(
    _ sample: Sample, _ place: ElementOrder.Place, from first: Int
  ) -> [Words] {
    let run = runs[sample.run]
    let outputs = run.inference.network.linears[sample.layer].outputCount
    return run.inference.operands(
      of: run.trace, layer: sample.layer, row: place.m, inputs: first..<place.k + 1,
      filter: sample.group * outputs + place.n)
  }
}
