/// The errors that a network feels at one operating point of one accelerator, beside the settled
/// products of its multiplier: what training draws from and what evaluation runs on. Made left of this
/// target from gates and volts; it knows neither.
public struct HardwareErrors: Hashable, Sendable {
  /// Timing errors on captured products.
  public let timing: ProductErrorModel
  /// The probability that a bit of random data is read wrong from an unprotected cell of the weight
  /// buffer, in [0, 1].
  public let weightBitErrorRate: Double
  /// The same of the activation buffer.
  public let activationBitErrorRate: Double
  /// How the cells of each buffer fail, and how it is protected.
  public let weightFaults: BufferFaultModel
  public let activationFaults: BufferFaultModel

  public init(
    timing: ProductErrorModel = .none, weightBitErrorRate: Double = 0,
    activationBitErrorRate: Double = 0,
    weightFaults: BufferFaultModel = .flips, activationFaults: BufferFaultModel = .flips
  ) {
    precondition((0...1).contains(weightBitErrorRate))
    precondition((0...1).contains(activationBitErrorRate))
    self.timing = timing
    self.weightBitErrorRate = weightBitErrorRate
    self.activationBitErrorRate = activationBitErrorRate
    self.weightFaults = weightFaults
    self.activationFaults = activationFaults
  }

  /// The same errors with other ones of products.
  public func replacingTiming(_ timing: ProductErrorModel) -> HardwareErrors {
    HardwareErrors(
      timing: timing, weightBitErrorRate: weightBitErrorRate,
      activationBitErrorRate: activationBitErrorRate, weightFaults: weightFaults,
      activationFaults: activationFaults)
  }

  /// The same errors with other rates of wrong bits.
  public func replacingRates(weights: Double, activations: Double) -> HardwareErrors {
    HardwareErrors(
      timing: timing, weightBitErrorRate: weights, activationBitErrorRate: activations,
      weightFaults: weightFaults, activationFaults: activationFaults)
  }

  /// The same errors at `factor` times the rates of wrong bits, up to 0.5; a rate above that stays.
  ///
  /// - Precondition: `factor` is at least 1.
  public func scalingRates(by factor: Double) -> HardwareErrors {
    precondition(factor >= 1, "errors that become fewer")
    func scaled(_ rate: Double) -> Double { max(rate, min(0.5, factor * rate)) }
    return replacingRates(
      weights: scaled(weightBitErrorRate), activations: scaled(activationBitErrorRate))
  }
}
