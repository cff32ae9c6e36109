/// What a training cost and how it went.
public struct TrainingRecord: Hashable, Sendable {
  /// The mean loss of each epoch, over all its passes.
  public internal(set) var epochLosses: [Double] = []
  /// Steps of the optimizer.
  public internal(set) var steps = 0
  /// Examples run forward and backward: the cost by which methods are compared.
  public internal(set) var examplePasses = 0
}
