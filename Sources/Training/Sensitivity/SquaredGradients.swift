import Datasets
import Networks

extension Network {
  /// The mean over batches, weighted by their examples, of the squared gradient of a batch's mean loss
  /// by every parameter: what act's penalty weighs noise by. It depends on the batch's size, as a mean
  /// gradient does.
  ///
  /// In floating point, without smoothing of labels.
  ///
  /// - Parameters:
  ///   - data: at least one example; the first `examples` are used, in their order.
  ///   - batchSize: examples of a batch, positive; the last may have fewer.
  public func squaredGradients(
    on data: Dataset, examples: Int, batchSize: Int, work: ChunkedWork = .serial
  ) -> [Double] {
    let count = min(examples, data.count)
    precondition(count > 0 && batchSize > 0, "no batch")
    var sums = [Double](repeating: 0, count: parameters.count)
    var gradient = [Float](repeating: 0, count: parameters.count)
    var network = self
    for begin in stride(from: 0, to: count, by: batchSize) {
      let range = begin..<min(begin + batchSize, count)
      let mode = ForwardMode.training(seed: 0, step: 0)
      let (logits, memories) = network.forward(
        data.tensor(range, shape: network.input), mode: mode, work: work)
      let loss = ClassificationLoss(
        logits: logits, labels: Array(data.labels[range]), scale: network.logitScale)
      network.backward(loss.gradient, memories: memories, mode: mode, into: &gradient, work: work)
      let share = Double(range.count) / Double(count)
      for index in sums.indices {
        sums[index] += share * Double(gradient[index]) * Double(gradient[index])
      }
    }
    return sums
  }
}
