import Networks
import QuantizedNetworks

/// Trains through the hardware's integers and product table, without errors: quantization-aware
/// training where the table is exact, else retraining for the multiplier. The gradient is
/// straight-through.
public struct QuantizationAware: GradientMethod {
  public let passes = 1
  private let integers: IntegerPass

  public init(_ integers: IntegerPass) { self.integers = integers }

  public func epoch(from network: Network, work: ChunkedWork) throws -> ActivationRanges {
    try integers.ranges(of: network, work: work)
  }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let quantized = integers.quantized(network, ranges)
    let result = integers.run(
      network, quantized, on: InferenceHardware(accumulator: integers.accumulator),
      words: batch.words(for: quantized, work: work), batch: batch, work: work)
    gradient = result.gradient
    return (result.loss, result.correct)
  }
}
