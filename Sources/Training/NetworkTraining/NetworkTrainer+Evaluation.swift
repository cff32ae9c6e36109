import Networks

extension NetworkTrainer {
  /// Examples of a batch of the evaluation: few, so that images of wide layers stay small.
  var evaluationBatch: Int { max(1, min(256, (1 << 26) / topology.featureTotal)) }

  /// The mean loss, without smoothing, and the right classes of some examples, in floating point as the
  /// method has it.
  func evaluate(
    _ network: Network, on source: BatchSource, positions: [Int]
  ) -> EpochRecord.Score {
    var (loss, correct) = (0.0, 0)
    let (network, evaluationBatch) = (method.inFloatingPoint(network), evaluationBatch)
    for begin in stride(from: 0, to: positions.count, by: evaluationBatch) {
      let batch = positions[begin..<min(begin + evaluationBatch, positions.count)]
      let result = ClassificationLoss(
        logits: network.logits(source.tensor(batch, epoch: 0, work: work), work: work),
        labels: source.labels(batch), scale: network.logitScale)
      loss += result.loss * Double(batch.count)
      correct += result.correct
    }
    return EpochRecord.Score(
      loss: loss / Double(positions.count), correct: correct, count: positions.count)
  }
}
