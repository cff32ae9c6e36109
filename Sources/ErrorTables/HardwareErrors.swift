/// Everything that a network feels of one operating point of one accelerator: what training draws
/// from
/// and what evaluation runs on. Made left of this target from gates and volts; it knows neither.
public struct HardwareErrors: Hashable, Sendable {
  /// The multiplier's settled products.
  public let products: ProductTable
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
    products: ProductTable, timing: ProductErrorModel = .none,
    weightBitErrorRate: Double = 0, activationBitErrorRate: Double = 0,
    weightFaults: BufferFaultModel = .flips, activationFaults: BufferFaultModel = .flips
  ) {
    precondition((0...1).contains(weightBitErrorRate))
    precondition((0...1).contains(activationBitErrorRate))
    self.products = products
    self.timing = timing
    self.weightBitErrorRate = weightBitErrorRate
    self.activationBitErrorRate = activationBitErrorRate
    self.weightFaults = weightFaults
    self.activationFaults = activationFaults
  }
}
