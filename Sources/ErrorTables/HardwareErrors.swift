/// Everything that a network feels of one operating point of one accelerator: what training draws
/// from
/// and what evaluation runs on. Made left of this target from gates and volts; it knows neither.
public struct HardwareErrors: Hashable, Sendable {
  /// The multiplier's settled products.
  public let products: ProductTable
  /// Timing errors on captured products.
  public let timing: ProductErrorModel
  /// The probability that a bit of the weight buffer is read wrong, in [0, 1].
  public let weightBitErrorRate: Double
  /// The probability that a bit of the activation buffer is read wrong, in [0, 1].
  public let activationBitErrorRate: Double

  public init(
    products: ProductTable, timing: ProductErrorModel = .none,
    weightBitErrorRate: Double = 0, activationBitErrorRate: Double = 0
  ) {
    precondition((0...1).contains(weightBitErrorRate))
    precondition((0...1).contains(activationBitErrorRate))
    self.products = products
    self.timing = timing
    self.weightBitErrorRate = weightBitErrorRate
    self.activationBitErrorRate = activationBitErrorRate
  }
}
