import Networks
import QuantizedNetworks

/// As `QuantizationAware`, with the smoothed difference gradient of the multiplier's own products in
/// the place of the exact product's: `ProductSlopes` names its source.
public struct DifferenceGradient: IntegerMethod {
  public let passes = 1
  let integers: IntegerPass
  private let slopes: ProductSlopes

  /// - Parameter window: of `ProductSlopes`, 0 to 127.
  public init(_ integers: IntegerPass, window: Int) {
    self.integers = integers
    slopes = ProductSlopes(of: integers.multiplier, window: window)
  }

  public func gradient(
    of batch: TrainingBatch, in ranges: ActivationRanges, network: inout Network,
    into gradient: inout [Float], work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    clean(batch, ranges, network, slopes: slopes, into: &gradient, work: work)
  }
}
