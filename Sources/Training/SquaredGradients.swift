import Datasets
import Networks

extension Network {
  /// The mean over batches of the squared gradient of a batch's mean loss, by every parameter: the map
  /// that act's penalty weighs noise by.
  ///
  /// In floating point; the first examples, in their order, in whole batches.
  ///
  /// - Parameters:
  ///   - examples: at least one batch of them is used.
  ///   - batchSize: positive.
  /// - Precondition: data of the network's shape that are not empty.
  public func squaredGradients(
    on data: Dataset, examples: Int, batchSize: Int, work: ChunkedWork = .serial
  ) -> [Double] {
    precondition(batchSize > 0 && data.count > 0, "batches of nothing")
    let source = BatchSource(data: data, shape: input)
    let size = min(batchSize, data.count)
    let batches = max(1, min(examples, data.count) / size)
    var sums = [Double](repeating: 0, count: parameters.count)
    var network = self
    var gradient = [Float](repeating: 0, count: parameters.count)
    for batch in 0..<batches {
      _ = Conventional().gradient(
        of: TrainingBatch(
          source: source, positions: Array(batch * size..<(batch + 1) * size)[...], epoch: 0,
          labelSmoothing: 0, seed: 0, step: batch), in: (), network: &network, into: &gradient,
        work: work)
      for index in sums.indices { sums[index] += Double(gradient[index]) * Double(gradient[index]) }
    }
    return sums.map { $0 / Double(batches) }
  }
}
