/// How long and how fast a network is trained.
public struct TrainingSpec: Hashable, Sendable {
  /// Runs through all examples, 1 or more.
  public let epochs: Int
  /// Examples a step, 1 or more; the last batch of an epoch may be smaller.
  public let batchSize: Int
  /// Adam's step size at the start, positive; it falls linearly to zero over all steps.
  public let learningRate: Float
  /// The largest |w| after each step, positive; nil: no clipping.
  public let weightClip: Float?
  /// What the logits are multiplied by in the loss, positive: with clipped weights they would stay
  /// too small to be sure of a class. It does not change the network.
  public let logitScale: Float

  /// - Precondition: the ranges above.
  public init(
    epochs: Int, batchSize: Int, learningRate: Float, weightClip: Float? = nil,
    logitScale: Float = 1
  ) {
    precondition(epochs >= 1 && batchSize >= 1, "epochs and batches hold at least one")
    precondition(learningRate > 0 && learningRate.isFinite, "a learning rate is positive")
    precondition(weightClip.map { $0 > 0 && $0.isFinite } ?? true, "a clip is positive")
    precondition(logitScale > 0 && logitScale.isFinite, "a scale is positive")
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.weightClip = weightClip
    self.logitScale = logitScale
  }
}
