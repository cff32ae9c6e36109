import ErrorTables

/// What a perturbed pass of training feels of the hardware at one operating point.
public struct TrainingPoint: Sendable {
  /// Of memory bits, and of products that are drawn.
  public let errors: HardwareErrors
  /// What captures the products; nil: their errors are drawn from those of `errors`.
  public let chips: (any CapturingChips)?

  public init(errors: HardwareErrors, chips: (any CapturingChips)? = nil) {
    self.errors = errors
    self.chips = chips
  }
}
