import Datasets
import Files
import Networks
import Randomness

/// Trains a network by a method: softmax cross-entropy over shuffled batches.
///
/// Epoch e takes the examples in an order from the stream (seed, `.batchOrder`, stage·2³² + e); a
/// validation part is split off by the seed. The same arguments give the same bytes for any number of
/// threads.
public struct NetworkTrainer: Sendable {
  public let topology: NetworkTopology
  public let settings: NetworkTrainingSettings
  public let seed: UInt64
  public let work: ChunkedWork
  public let method: any GradientMethod
  public let stage: Stage
  /// Of the training part of the dataset.
  let trainingPositions: [Int]
  let validationPositions: [Int]
  let training: BatchSource
  /// The training part without shifts.
  let validation: BatchSource
  let test: BatchSource
  private let weightClip: WeightClip?
  private let standardization: StandardizedInput?

  /// Which training the order of batches belongs to, so that one after the other differ.
  public enum Stage: UInt64, Sendable {
    case training = 0
    /// Of a network that was trained before.
    case fineTuning = 1
  }

  /// The most numbers that a batch may have in all layers together: 2 GiB.
  static let maximumBatchNumbers = 1 << 29

  /// - Parameters:
  ///   - data: both parts fit the topology by `NetworkTopology.check(_:file:)`.
  ///   - file: of the dataset, for messages.
  /// - Precondition: the settings have no `problem`.
  /// - Throws: `InputError` 65 if a part has no example, a shift has no image, a batch is too large for
  ///   the topology, or standardization cannot be folded into it.
  public init(
    topology: NetworkTopology, settings: NetworkTrainingSettings, seed: UInt64,
    data: (training: Dataset, test: Dataset), file: String,
    method: any GradientMethod = Conventional(), stage: Stage = .training,
    work: ChunkedWork = .serial
  ) throws {
    precondition(settings.problem == nil, "settings outside their ranges")
    func fail(_ what: String) -> InputError {
      InputError(.badData, at: SourceLocation(file: file), what)
    }
    let split = data.training.splitPositions(
      testFraction: settings.validationFraction, seed: seed)
    (trainingPositions, validationPositions) = (split.training, split.test)
    guard !trainingPositions.isEmpty else {
      throw fail("leaves no example to train on: lower the test or validation fraction")
    }
    guard data.test.count > 0 else {
      throw fail("leaves no example to test on: raise the test fraction")
    }
    guard settings.validationFraction == 0 || !validationPositions.isEmpty else {
      throw fail("is too small for its validation fraction, which keeps no example: raise it")
    }
    guard settings.shift == 0 || data.training.featureShape.count == 2 else {
      throw fail("has no images of rows × columns, which a shift moves: leave --shift out")
    }
    let batch = min(settings.batchSize, trainingPositions.count)
    let numbers = batch.multipliedReportingOverflow(by: topology.featureTotal)
    guard !numbers.overflow, numbers.partialValue <= Self.maximumBatchNumbers else {
      throw InputError(
        .badData,
        "a batch of \(batch) examples has \(topology.featureTotal) numbers each in the layers of "
          + "\(topology.name): at most \(Self.maximumBatchNumbers) in all are computed; lower "
          + "--batch-size")
    }
    self.topology = topology
    self.settings = settings
    self.seed = seed
    self.work = work
    self.method = method
    self.stage = stage
    let shift = settings.shift == 0 ? nil : ImageShift(limit: settings.shift, seed: seed)
    var input: StandardizedInput?
    if settings.standardizes {
      guard StandardizedInput.suits(topology) else {
        throw InputError(
          .badData,
          "\(topology.name) does not begin with a dense layer with bias, into which --standardize "
            + "could be folded: leave it out")
      }
      input = StandardizedInput(
        Standardization(
          fittedOn: validationPositions.isEmpty
            ? data.training : data.training.selecting(trainingPositions)), topology: topology)
    }
    standardization = input
    let source = { [input] (data: Dataset, shift: ImageShift?) in
      BatchSource(
        data: data, shape: topology.input, shift: shift, standardization: input?.standardization)
    }
    training = source(data.training, shift)
    validation = source(data.training, nil)
    test = source(data.test, nil)
    weightClip = settings.weightClip.map { WeightClip(limit: $0, topology: topology) }
  }

  /// Of a whole epoch.
  var stepsPerEpoch: Int { steps(of: trainingPositions.count) }

  /// Steps of the first so many epochs.
  func steps(ofEpochs epochs: Int) -> Int {
    epochs == 0
      ? 0 : (epochs - 1) * stepsPerEpoch + steps(of: examples(ofEpoch: epochs - 1))
  }

  private func steps(of examples: Int) -> Int {
    (examples + settings.batchSize - 1) / settings.batchSize
  }

  /// Examples that an epoch, from 0, trains on.
  public func examples(ofEpoch epoch: Int) -> Int {
    settings.examples(ofEpoch: epoch, of: trainingPositions.count)
  }

  /// The network that reads features v as v/maximum, for one in training, which reads them as they are
  /// trained on.
  public func deployed(_ network: Network) -> Network {
    standardization?.folded(into: network) ?? network
  }

  /// The state before the first step.
  ///
  /// - Parameter network: of this topology; with weights from the seed unless given.
  public func start(from network: Network? = nil) -> NetworkTrainingState {
    var network = network ?? Network(topology: topology, seed: seed)
    precondition(network.topology == topology, "a network of another topology")
    weightClip?.apply(to: &network.parameters)
    return NetworkTrainingState(
      network: network,
      optimizer: OptimizerState(
        settings.optimizer, weightDecay: settings.weightDecay,
        parameterCount: network.parameters.count),
      average: settings.averageDecay == nil ? nil : network.parameters, history: [], best: nil)
  }

  /// Whether all epochs were run, or patience ended.
  public func isFinished(_ state: NetworkTrainingState) -> Bool {
    if state.epoch >= settings.epochs { return true }
    guard let patience = settings.patience, let best = state.best else { return false }
    return state.epoch - best.epoch >= patience
  }

  /// The state after one more epoch.
  ///
  /// - Parameter stopRequested: asked before each step.
  /// - Throws: `InputError` 65 at the first loss, parameter or statistic that is not finite, 75 if
  ///   stopped; the state that was given still holds.
  public func epoch(
    after start: NetworkTrainingState, stopRequested: () -> Bool = { false }
  ) throws -> NetworkTrainingState {
    var state = start
    let score = try descend(&state, epoch: state.epoch, stopRequested: stopRequested)
    try finish(&state, training: score)
    return state
  }

  /// The network after all epochs, without evaluations between them.
  ///
  /// - Parameter start: of this topology.
  /// - Throws: as `epoch(after:stopRequested:)`; `InputError` 65 too if nothing is to be expected of the
  ///   rest (`checkHope`).
  public func train(
    from start: Network, stopRequested: () -> Bool = { false }
  ) throws -> (network: Network, losses: [Double]) {
    var state = self.start(from: start)
    var scores: [EpochRecord.Score] = []
    for epoch in 0..<settings.epochs {
      scores.append(try descend(&state, epoch: epoch, stopRequested: stopRequested))
      if scores.count < settings.epochs { try checkHope(scores, of: state.shown) }
    }
    return (state.shown, scores.map(\.loss))
  }

  private func descend(
    _ state: inout NetworkTrainingState, epoch: Int, stopRequested: () -> Bool
  ) throws -> EpochRecord.Score {
    try descend(by: method, &state, epoch: epoch, stopRequested: stopRequested)
  }

  /// The steps of an epoch.
  private func descend(
    by method: some GradientMethod, _ state: inout NetworkTrainingState, epoch: Int,
    stopRequested: () -> Bool
  ) throws -> EpochRecord.Score {
    let shared = try method.epoch(from: state.network, work: work)
    var stream = RandomStream(
      seed: seed, purpose: .batchOrder, index: stage.rawValue << 32 | UInt64(epoch))
    let order = stream.permutation(of: trainingPositions.count).prefix(examples(ofEpoch: epoch))
      .map { trainingPositions[$0] }
    let firstStep = epoch * stepsPerEpoch
    var gradient = [Float](repeating: 0, count: state.network.parameters.count)
    var (loss, correct) = (0.0, 0)
    for index in 0..<steps(of: order.count) {
      guard !stopRequested() else {
        throw InputError(
          .stopped, "stopped on request in epoch \(epoch + 1) of \(settings.epochs)")
      }
      let begin = index * settings.batchSize
      let positions = order[begin..<min(begin + settings.batchSize, order.count)]
      let batch = TrainingBatch(
        source: training, positions: positions, epoch: epoch,
        labelSmoothing: settings.labelSmoothing, seed: seed, step: firstStep + index,
        progress: progress(step: firstStep + index))
      let result = method.gradient(
        of: batch, in: shared, network: &state.network, into: &gradient, work: work)
      move(&state, against: &gradient, step: firstStep + index)
      guard result.loss.isFinite, Finiteness.holds(for: state.network.parameters) else {
        throw divergence(state, epoch: epoch, step: index, loss: result.loss)
      }
      loss += result.loss * Double(positions.count)
      correct += result.correct
    }
    return EpochRecord.Score(
      loss: loss / Double(order.count), correct: correct, count: order.count)
  }

  /// One step of the optimizer.
  private func move(
    _ state: inout NetworkTrainingState, against gradient: inout [Float], step: Int
  ) {
    if let limit = settings.gradientClip { GradientClip.apply(limit, to: &gradient) }
    state.optimizer.step(
      &state.network.parameters, gradient: gradient, learningRate: rate(step: step), work: work)
    weightClip?.apply(to: &state.network.parameters)
    guard let decay = settings.averageDecay, var average = state.average else { return }
    // Not shared while it changes.
    state.average = nil
    let count = Float(state.optimizer.steps)
    let share = 1 - min(decay, (1 + count) / (10 + count))
    state.network.parameters.withUnsafeBufferPointer { parameters in
      average.withUnsafeMutableBufferPointer { average in
        for index in average.indices {
          average[index] += share * (parameters[index] - average[index])
        }
      }
    }
    state.average = average
  }

  /// The share of the training's steps that come before a step, 0 … 1.
  private func progress(step: Int) -> Double {
    Double(step) / Double(steps(ofEpochs: settings.epochs))
  }

  /// λ of act's penalty at the first step of an epoch, from 0; nil where none is scheduled.
  func scheduledStrength(epoch: Int) -> Double? {
    method.scheduledStrength(at: progress(step: epoch * stepsPerEpoch)).map(Double.init)
  }

  /// Whether what the first epochs do depends on how many follow.
  var dependsOnEpochs: Bool {
    settings.schedule.dependsOnEpochs || settings.ending != nil || settings.lastEpochPart != nil
      || method.scheduledStrength(at: 0) != nil || method.dependsOnProgress
  }

  private func rate(step: Int) -> Double {
    func rate(_ start: Double, _ step: Int, of steps: Int) -> Double {
      settings.schedule.rate(start: start, step: step, stepsPerEpoch: stepsPerEpoch, steps: steps)
    }
    let all = steps(ofEpochs: settings.epochs)
    guard let ending = settings.ending else { return rate(settings.learningRate, step, of: all) }
    let first = steps(ofEpochs: settings.epochs - ending.epochs)
    return step < first
      ? rate(settings.learningRate, step, of: first)
      : rate(ending.learningRate, step - first, of: all - first)
  }

  /// Evaluates an epoch's network and writes down how the epoch went.
  private func finish(
    _ state: inout NetworkTrainingState, training score: EpochRecord.Score
  ) throws {
    let epoch = state.epoch
    let validationScore =
      validationPositions.isEmpty
      ? nil : evaluate(state.shown, on: validation, positions: validationPositions)
    let testScore = evaluate(
      state.shown, on: test, positions: Array(0..<test.data.count))
    guard Finiteness.holds(for: state.network.statistics), testScore.loss.isFinite,
      validationScore?.loss.isFinite ?? true
    else {
      throw divergence(state, epoch: epoch, step: steps(of: score.count) - 1, loss: testScore.loss)
    }
    state.history.append(
      EpochRecord(
        epoch: epoch + 1, learningRate: rate(step: epoch * stepsPerEpoch),
        actStrength: scheduledStrength(epoch: epoch), training: score,
        validation: validationScore, test: testScore))
    guard let loss = validationScore?.loss else { return }
    if let best = state.best, let least = state.history[best.epoch - 1].validation?.loss,
      !(loss < least)
    {
      return
    }
    state.best = NetworkTrainingState.Best(
      epoch: epoch + 1, parameters: state.average ?? state.network.parameters,
      statistics: state.network.statistics)
  }

  private func divergence(
    _ state: NetworkTrainingState, epoch: Int, step: Int, loss: Double
  ) -> InputError {
    let what =
      loss.isFinite
      ? "a weight or statistic is not finite"
      : loss.isNaN ? "the loss is not a number" : "the loss is infinite"
    return InputError(
      .badData,
      "training with seed \(seed) diverges in epoch \(epoch + 1), step \(step + 1): \(what). Lower "
        + "the learning rate or clip the gradient")
  }
}
