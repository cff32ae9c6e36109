import Networks

/// The gradient in floating point, without regard to the hardware.
public struct Conventional: GradientMethod {
  public let passes = 1

  public init() {}

  public func epoch(from network: Network, work: ChunkedWork) {}

  public func gradient(
    of batch: TrainingBatch, in epoch: Void, network: inout Network, into gradient: inout [Float],
    work: ChunkedWork
  ) -> (loss: Double, correct: Int) {
    let mode = ForwardMode.training(seed: batch.seed, step: batch.step)
    let (logits, memories) = network.forward(
      batch.inputs(work: work), mode: mode, work: work)
    let loss = ClassificationLoss(
      logits: logits, labels: batch.labels, scale: network.logitScale,
      smoothing: batch.labelSmoothing)
    network.backward(loss.gradient, memories: memories, mode: mode, into: &gradient, work: work)
    if network.topology.learnsLogitScale { gradient[gradient.count - 1] = loss.scaleGradient }
    return (loss.loss, loss.correct)
  }
}
