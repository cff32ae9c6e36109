import Networks

/// A training after some whole epochs: all that it needs to go on as if it had never stopped.
public struct NetworkTrainingState: Hashable, Sendable {
  /// The weights of the epoch with the lowest validation loss.
  public struct Best: Hashable, Sendable {
    /// From 1.
    public let epoch: Int
    public let parameters: [Float]
    public let statistics: [Float]
  }

  public internal(set) var network: Network
  public internal(set) var optimizer: OptimizerState
  /// The moving average of the parameters; nil where none is kept.
  public internal(set) var average: [Float]?
  /// One record for each epoch that was run.
  public internal(set) var history: [EpochRecord]
  /// nil before the first epoch, and where nothing is kept for validation.
  public internal(set) var best: Best?

  /// Epochs that were run.
  public var epoch: Int { history.count }

  /// The network that training yields: of the epoch with the lowest validation loss, or the last
  /// where there is no validation part; averaged where an average is kept.
  public var result: Network {
    guard let best else { return shown }
    return Network(
      topology: network.topology, parameters: best.parameters, statistics: best.statistics)
  }

  /// The network of the averaged parameters, which is evaluated, where an average is kept.
  var shown: Network {
    guard let average else { return network }
    return Network(
      topology: network.topology, parameters: average, statistics: network.statistics)
  }

  /// The record of the epoch whose weights are the result; nil before the first epoch.
  public var resultRecord: EpochRecord? {
    best.map { history[$0.epoch - 1] } ?? history.last
  }
}
