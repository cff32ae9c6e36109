import Networks
import QuantizedNetworks

/// How a training step finds the gradient that it follows: each method is a file beside this one.
///
/// The trainer does everything else: batches, optimizer, clipping, checkpoints.
public protocol GradientMethod: Sendable {
  /// What the steps of an epoch share.
  associatedtype Epoch: Sendable

  /// How often a step runs an example forward and backward: the cost by which methods are compared.
  var passes: Int { get }

  /// λ of act's penalty at a share of the training's steps, 0 … 1; nil where there is none, or where it
  /// stays the same.
  func scheduledStrength(at progress: Double) -> Float?

  /// Whether what a step does depends on its place in the training otherwise than by that strength.
  var dependsOnProgress: Bool { get }

  /// The method with what it leaves open settled, before the first epoch of a training.
  ///
  /// - Parameters:
  ///   - start: that the training begins with.
  ///   - settings, seed: of the training.
  /// - Throws: `InputError` 65 if the network cannot be trained so.
  func prepared(
    for start: Network, settings: NetworkTrainingSettings, seed: UInt64, work: ChunkedWork
  ) throws -> Self

  /// The network whose outputs in floating point stand for those of one in training: without what its
  /// biases take back of the hardware's errors.
  func inFloatingPoint(_ network: Network) -> Network

  /// Begins an epoch.
  ///
  /// - Throws: `InputError` 65 if the network cannot be trained so.
  func epoch(from network: Network, work: ChunkedWork) throws -> Epoch

  /// The loss of a batch and its gradient.
  ///
  /// - Parameters:
  ///   - network: only its statistics may change.
  ///   - gradient: overwritten; as many numbers as the network has parameters.
  /// - Returns: the mean loss, and the examples whose largest logit is that of their label.
  func gradient(
    of batch: TrainingBatch, in epoch: Epoch, network: inout Network, into gradient: inout [Float],
    work: ChunkedWork
  ) -> (loss: Double, correct: Int)
}

extension GradientMethod {
  public func scheduledStrength(at progress: Double) -> Float? { nil }

  public var dependsOnProgress: Bool { false }

  public func inFloatingPoint(_ network: Network) -> Network { network }

  public func prepared(
    for start: Network, settings: NetworkTrainingSettings, seed: UInt64, work: ChunkedWork
  ) throws -> Self { self }
}

/// The examples of a step.
public struct TrainingBatch: Sendable {
  let source: BatchSource
  /// Of the examples in the source.
  let positions: ArraySlice<Int>
  /// Whose shifts images take.
  let epoch: Int
  public let labels: [UInt8]
  /// ε of `ClassificationLoss`.
  public let labelSmoothing: Float
  /// Of the training: what a step draws follows from it and from `step`.
  public let seed: UInt64
  /// Counted from 0 over the whole training.
  public let step: Int
  /// The share of the training's steps that come before, 0 … 1.
  public let progress: Double

  /// - Parameter positions: of the examples in the source.
  init(
    source: BatchSource, positions: ArraySlice<Int>, epoch: Int, labelSmoothing: Float,
    seed: UInt64, step: Int, progress: Double = 0
  ) {
    self.source = source
    self.positions = positions
    self.epoch = epoch
    labels = source.labels(positions)
    self.labelSmoothing = labelSmoothing
    self.seed = seed
    self.step = step
    self.progress = progress
  }

  /// The examples in real numbers, as the network reads them.
  public func inputs(work: ChunkedWork) -> Tensor {
    source.tensor(positions, epoch: epoch, work: work)
  }

  /// The examples as words of an integer network's input.
  ///
  /// - Precondition: features that are not standardized.
  public func words(for network: IntegerNetwork, work: ChunkedWork) -> [UInt8] {
    source.words(positions, epoch: epoch, for: network, work: work)
  }
}
