import Datasets
import Files
import QuantizedNetworks
import Randomness

/// Trains networks. Each method stands in an extension of its own; here is the descent that they
/// share. The same arguments give the same bytes, whatever else runs.
public enum Trainer {
  /// A part of the training data, in the order in which an epoch takes them.
  struct Batch {
    /// M × K, row-major.
    let activations: [UInt8]
    let labels: ArraySlice<UInt8>
    /// Counts from 0 over the whole training.
    let step: Int
    var count: Int { labels.count }
  }

  /// Which training a random stream belongs to, so that one after the other differ.
  enum Stage: UInt64 {
    case training = 0
    case fineTuning = 1
  }

  /// Runs through shuffled batches and moves the network against their gradients.
  ///
  /// Epoch e takes the examples in an order from the stream (seed, `.batchOrder`, stage·2³² + e).
  ///
  /// - Parameters:
  ///   - passes: how often `gradient` runs each example forward and backward.
  ///   - beginEpoch: called with the network before each epoch.
  /// - Throws: `InputError` 65 if the weights or the loss stop being finite; what `beginEpoch`
  ///   throws.
  static func descend(
    from start: DenseNetwork, data: Dataset, spec: TrainingSpec, seed: UInt64, stage: Stage,
    passes: Int, beginEpoch: (DenseNetwork) throws -> Void = { _ in },
    gradient: (DenseNetwork, Batch) -> (loss: Double, gradient: [LayerGradient])
  ) throws -> (DenseNetwork, TrainingRecord) {
    precondition(data.featureCount == start.inputCount, "the data do not fit the network")
    precondition(data.classCount <= start.outputCount && data.count > 0)
    var network = start
    if let limit = spec.weightClip { network.clipWeights(to: limit) }
    var optimizer = Adam(for: network)
    var record = TrainingRecord()
    let batchSize = min(spec.batchSize, data.count)
    let stepsPerEpoch = (data.count + batchSize - 1) / batchSize
    let steps = Float(stepsPerEpoch) * Float(spec.epochs)
    let activations = data.activations
    for epoch in 0..<spec.epochs {
      try beginEpoch(network)
      var stream = RandomStream(
        seed: seed, purpose: .batchOrder, index: stage.rawValue << 32 | UInt64(epoch))
      let order = stream.permutation(of: data.count)
      let shuffled = rows(order, of: activations, width: data.featureCount)
      let labels = order.map { data.labels[$0] }
      var lossSum = 0.0
      for begin in stride(from: 0, to: data.count, by: batchSize) {
        let end = min(begin + batchSize, data.count)
        let batch = Batch(
          activations: Array(shuffled[begin * data.featureCount..<end * data.featureCount]),
          labels: labels[begin..<end], step: record.steps)
        let (loss, gradients) = gradient(network, batch)
        let rate = spec.learningRate * (1 - Float(record.steps) / steps)
        optimizer.step(&network, gradient: gradients, learningRate: rate)
        if let limit = spec.weightClip { network.clipWeights(to: limit) }
        guard loss.isFinite && network.isFinite else { throw divergence(epoch: epoch) }
        lossSum += loss * Double(batch.count)
        record.steps += 1
        record.examplePasses += passes * batch.count
      }
      record.epochLosses.append(lossSum / Double(data.count))
    }
    return (network, record)
  }

  /// The error of a training whose numbers have left the finite ones.
  static func divergence(epoch: Int) -> InputError {
    InputError(
      .badData,
      "training diverges in epoch \(epoch + 1): lower the learning rate or clip the weights")
  }

  private static func rows(_ order: [Int], of values: [UInt8], width: Int) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(values.count)
    for row in order { rows.append(contentsOf: values[row * width..<(row + 1) * width]) }
    return rows
  }
}
