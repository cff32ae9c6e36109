import Files
import Fitting
import Foundation
import Networks

extension NetworkTrainer {
  /// Refuses a trained network whose training has failed though all numbers are finite.
  ///
  /// Of the training part it is no better than guessing (`Guess`), neither in floating point nor, by its
  /// right classes, as the method runs it; and either more than half of the examples have the same
  /// logits, as where units are dead, or its loss is not below that of the network that training began
  /// with. The losses are those of the method's runs where that had random weights, whose running
  /// statistics are not those of batches, else those in floating point. A slow training from random
  /// weights is no failure.
  ///
  /// - Parameters:
  ///   - network: the result of a training.
  ///   - start: the network that was given to it; nil: none.
  /// - Throws: `InputError` 65.
  public func check(_ network: Network, from start: Network?) throws {
    let guess = Guess(labels: training.labels(trainingPositions[...]))
    let score = evaluate(network, on: validation, positions: trainingPositions)
    if guess.isBeaten(by: score) { return }
    let run = self.run(network, by: method)
    if let run, guess.isBeaten(correct: run.correct, of: run.count) { return }
    let begun = self.start(from: start).network
    let (first, last) =
      stage == .training
      ? (self.run(begun, by: method), run)
      : (evaluate(begun, on: validation, positions: trainingPositions), score)
    let isDead = 2 * mostAlike(network) > score.count
    if !isDead, let first, let last, last.loss < first.loss { return }
    func text(_ value: Double) -> String { CellValue.format(value, digits: 4) }
    let what =
      isDead
      ? "most examples have the same logits"
      : "the loss is \(last.map { text($0.loss) } ?? "not finite"), "
        + "\(first.map { text($0.loss) } ?? "not finite") at the start"
    throw InputError(
      .badData,
      "training with seed \(seed) has failed: \(text(score.accuracyPercent)) % of its examples are "
        + "right, always naming the most frequent class \(text(100 * guess.share)) %, and \(what). "
        + "Lower the learning rate or clip the gradient")
  }

  /// Whether a state takes the place of one before: by the test part its network is better than
  /// guessing, or none before was.
  func isWorthKeeping(_ state: NetworkTrainingState) -> Bool {
    let guess = Guess(labels: test.data.labels)
    let areBetter = state.history.map { guess.isBeaten(by: $0.test) }
    return areBetter.last ?? true || !areBetter.contains(true)
  }

  /// The training part as the method runs a network, with the draws of the steps behind the last; nil
  /// where it cannot.
  private func run(_ network: Network, by method: some GradientMethod) -> EpochRecord.Score? {
    guard let shared = try? method.epoch(from: network, work: work) else { return nil }
    var network = network
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    var (loss, correct) = (0.0, 0)
    let count = trainingPositions.count
    for (index, begin) in stride(from: 0, to: count, by: settings.batchSize).enumerated() {
      let positions = trainingPositions[begin..<min(begin + settings.batchSize, count)]
      let batch = TrainingBatch(
        source: validation, positions: positions, epoch: settings.epochs,
        labelSmoothing: settings.labelSmoothing, seed: seed,
        step: steps(ofEpochs: settings.epochs) + index, progress: 1)
      let result = method.gradient(
        of: batch, in: shared, network: &network, into: &gradient, work: work)
      loss += result.loss * Double(positions.count)
      correct += result.correct
    }
    return EpochRecord.Score(loss: loss / Double(count), correct: correct, count: count)
  }

  /// How many examples of the training part have the logits that most have.
  private func mostAlike(_ network: Network) -> Int {
    var counts: [ArraySlice<Float>: Int] = [:]
    for begin in stride(from: 0, to: trainingPositions.count, by: evaluationBatch) {
      let batch = trainingPositions[
        begin..<min(begin + evaluationBatch, trainingPositions.count)]
      let logits = network.logits(validation.tensor(batch, epoch: 0, work: work), work: work).values
      for row in 0..<batch.count {
        counts[logits[row * network.classCount..<(row + 1) * network.classCount], default: 0] += 1
      }
    }
    return counts.values.max() ?? 0
  }
}

/// What is known of examples without looking at them: how frequent each class is.
struct Guess: Sendable, Hashable {
  /// Of the most frequent class, in (0, 1]: the accuracy of always naming it.
  let share: Double
  /// The entropy of the classes, in nats: the loss of always giving their frequencies, which no other
  /// constant answer is below.
  let loss: Double

  /// - Precondition: at least one label.
  init(labels: [UInt8]) {
    precondition(!labels.isEmpty, "nothing to guess")
    let shares = Dictionary(grouping: labels) { $0 }.values.map {
      Double($0.count) / Double(labels.count)
    }.sorted()
    share = shares.last ?? 1
    loss = shares.reduce(0) { $0 - $1 * log($1) }
  }

  /// Whether a network's loss is lower, or it is right significantly more often.
  func isBeaten(by score: EpochRecord.Score) -> Bool {
    score.loss < loss || isBeaten(correct: score.correct, of: score.count)
  }

  /// Whether the 95 % interval of Wilson lies above the share of the most frequent class; of examples of
  /// one class, whether any is right.
  func isBeaten(correct: Int, of count: Int) -> Bool {
    share == 1
      ? correct > 0
      : Proportion(successes: correct, trials: count).wilson95.lowerBound > share
  }
}
