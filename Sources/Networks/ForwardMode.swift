/// What a forward pass is for.
public enum ForwardMode: Hashable, Sendable {
  /// Running statistics are used, nothing is dropped, and nothing is kept for a backward pass.
  case inference
  /// Statistics of the batch are used and added to the running ones; dropout draws what it drops in
  /// this step from (`seed`, `.dropout`, step).
  case training(seed: UInt64, step: Int)

  /// Whether a backward pass may follow.
  public var isTraining: Bool {
    switch self {
    case .inference: false
    case .training: true
    }
  }
}
