/// With which biases a method begins that fine-tunes through the multiplier's products.
public enum StartBiases: String, CaseIterable, Hashable, Sendable {
  /// Those of the network that was trained before.
  case trained
  /// Moved by what the multiplier adds to the sums of that network on training examples, as
  /// bias_correction moves them (`IntegerPass.correctingBiases`).
  case corrected
}

extension TrainingMethod {
  /// Whether its fine-tuning can begin with corrected biases: its steps run through the multiplier's
  /// products, and through these alone. Act's penalty looks at the network in floating point, and a
  /// command of the user's corrects what it wants itself.
  public var canCorrectStart: Bool {
    isFineTuning && usesProducts && !usesPenalty && self != .external
  }
}
