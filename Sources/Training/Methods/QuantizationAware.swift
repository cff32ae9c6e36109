import Networks
import QuantizedNetworks

/// Trains through the hardware's integers and product table, without errors: quantization-aware
/// training where the table is exact, else retraining for the multiplier. The gradient is
/// straight-through.
public struct QuantizationAware: IntegerMethod {
  public let passes = 1
  let integers: IntegerPass

  public init(_ integers: IntegerPass) { self.integers = integers }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    clean(batch, ranges, network, into: &gradient, work: work)
  }
}
