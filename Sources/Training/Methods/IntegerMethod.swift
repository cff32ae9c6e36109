import Networks
import QuantizedNetworks

/// A method whose steps run forward in the hardware's integers: activations have the ranges of the
/// network that begins the epoch.
protocol IntegerMethod: GradientMethod where Epoch == ActivationRanges {
  var integers: IntegerPass { get }
}

extension IntegerMethod {
  public func inFloatingPoint(_ network: Network) -> Network {
    integers.correction.removed(from: network)
  }

  public func epoch(from network: Network, work: ChunkedWork) throws -> ActivationRanges {
    try integers.ranges(of: network, work: work)
  }

  /// A step of one pass through the product table, without errors.
  func clean(
    _ batch: TrainingBatch, _ ranges: ActivationRanges, _ network: Network,
    slopes: ProductSlopes? = nil, teacher: Teacher? = nil, into gradient: inout [Float],
    work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let quantized = integers.quantized(network, ranges, work: work)
    let result = integers.run(
      network, quantized, on: InferenceHardware(accumulator: integers.accumulator),
      words: batch.words(for: quantized, work: work), batch: batch, slopes: slopes,
      teacher: teacher, work: work)
    gradient = result.gradient
    return (result.loss, result.correct)
  }
}
