import Networks
import QuantizedNetworks

/// As `QuantizationAware`, with the smoothed difference gradient of the multiplier's own products in
/// the place of the exact product's: `ProductSlopes` names its source.
public struct DifferenceGradient: GradientMethod {
  public let passes = 1
  private let integers: IntegerPass
  private let slopes: ProductSlopes

  /// - Parameter window: of `ProductSlopes`, 0 to 127.
  public init(_ integers: IntegerPass, window: Int) {
    self.integers = integers
    slopes = ProductSlopes(of: integers.multiplier, window: window)
  }

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
      words: batch.words(for: quantized, work: work), batch: batch, slopes: slopes, work: work)
    gradient = result.gradient
    return (result.loss, result.correct)
  }
}
