import Files
import Networks

extension NetworkTrainer {
  /// Epochs in a row at the level of guessing after which a training may be given up.
  static let hopelessEpochs = 5

  /// Refuses a trained network whose training has failed though all numbers are finite.
  ///
  /// Of the training part its loss in floating point is not below that of guessing (`Guess`), its right
  /// classes are not clearly more, neither in floating point nor as the method runs it, and it is dead
  /// or has learned nothing. Dead: more than half of the examples have the same logits; where right
  /// classes are significantly more than guessing has, if a little, only if these are wrong for most of
  /// those examples. It has learned nothing where right classes are not even significantly more and its
  /// loss is not below that of the network that training began with. The losses are those of the
  /// method's runs where that had random weights, whose running statistics are not those of batches,
  /// else those in floating point. A slow training from random weights is no failure.
  ///
  /// - Parameters:
  ///   - network: the result of a training.
  ///   - start: the network that was given to it; nil: none.
  /// - Throws: `InputError` 65.
  public func check(_ network: Network, from start: Network?) throws {
    guard let standing = standing(of: network) else { return }
    if isDead(network, standing) { throw failure(standing, "most examples have the same logits") }
    if standing.isAboveGuess { return }
    let begun = self.start(from: start).network
    let (first, last) =
      stage == .training
      ? (run(begun, by: method), standing.run)
      : (evaluate(begun, on: validation, positions: trainingPositions), standing.score)
    if let first, let last, last.loss < first.loss { return }
    throw failure(
      standing,
      "the loss is \(last.map { Self.text($0.loss) } ?? "not finite"), "
        + "\(first.map { Self.text($0.loss) } ?? "not finite") at the start")
  }

  /// Ends a training that nothing is to be expected of any more.
  ///
  /// In each of the last `hopelessEpochs` epochs the loss was not below that of guessing and right
  /// classes were not clearly more, over these the loss has not fallen, and the network that training
  /// would yield is dead as `check` has it: units that are 0 whatever the example have no gradient. A
  /// network that is alive may recover while the rate falls, and is judged at the end.
  ///
  /// - Parameters:
  ///   - scores: of each epoch so far, of the examples as they were trained on.
  ///   - network: what training would yield after these.
  /// - Throws: `InputError` 65.
  func checkHope(_ scores: [EpochRecord.Score], of network: Network) throws {
    let last = scores.suffix(Self.hopelessEpochs)
    guard last.count == Self.hopelessEpochs, let first = last.first, let latest = last.last,
      latest.loss >= first.loss, !last.contains(where: trainingGuess.isClearlyBeaten),
      let standing = standing(of: network), isDead(network, standing)
    else { return }
    throw failure(
      standing, "most examples have the same logits",
      when: "after epoch \(scores.count) of \(settings.epochs), ")
  }

  /// Whether the network of a state is better than guessing on the training part: its loss in floating
  /// point is lower, or its right classes are clearly more.
  ///
  /// Where the epoch's own numbers and those of the test part say so clearly, they are believed.
  func isBetterThanGuessing(_ state: NetworkTrainingState) -> Bool {
    if let record = state.history.last, trainingGuess.isClearlyBeaten(by: record.training),
      Guess(labels: test.data.labels).isClearlyBeaten(by: record.test)
    {
      return true
    }
    return standing(of: state.shown) == nil
  }

  /// Of the training part.
  private var trainingGuess: Guess { Guess(labels: training.labels(trainingPositions[...])) }

  /// How a network does that is not clearly better than guessing.
  private struct Standing {
    let guess: Guess
    /// In floating point.
    let score: EpochRecord.Score
    /// As the method runs it; nil where it cannot.
    let run: EpochRecord.Score?
    /// Whether right classes are significantly more, in floating point or as the method runs it.
    let isAboveGuess: Bool
  }

  /// nil of a network that is clearly better than guessing.
  private func standing(of network: Network) -> Standing? {
    let guess = trainingGuess
    let score = evaluate(network, on: validation, positions: trainingPositions)
    if guess.isClearlyBeaten(by: score) { return nil }
    let run = self.run(network, by: method)
    if let run, guess.isClearlyBeaten(correct: run.correct, of: run.count) { return nil }
    let isAboveGuess = [score, run].contains {
      $0.map { guess.isBeaten(correct: $0.correct, of: $0.count) } ?? false
    }
    return Standing(guess: guess, score: score, run: run, isAboveGuess: isAboveGuess)
  }

  private func isDead(_ network: Network, _ standing: Standing) -> Bool {
    let alike = mostAlike(network)
    return 2 * alike.count > standing.score.count
      && (!standing.isAboveGuess || 2 * alike.correct < alike.count)
  }

  private static func text(_ value: Double) -> String { CellValue.format(value, digits: 4) }

  private func failure(_ standing: Standing, _ what: String, when: String = "") -> InputError {
    InputError(
      .badData,
      "training with seed \(seed) has failed: \(when)"
        + "\(Self.text(standing.score.accuracyPercent)) % of its examples are right, always naming "
        + "the most frequent class \(Self.text(100 * standing.guess.share)) %, and \(what). Lower "
        + "the learning rate or clip the gradient")
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

  /// How many examples of the training part have the logits that most have, and how many of these are
  /// right.
  private func mostAlike(_ network: Network) -> (count: Int, correct: Int) {
    let network = method.inFloatingPoint(network)
    var groups: [ArraySlice<Float>: (count: Int, correct: Int)] = [:]
    for begin in stride(from: 0, to: trainingPositions.count, by: evaluationBatch) {
      let batch = trainingPositions[
        begin..<min(begin + evaluationBatch, trainingPositions.count)]
      let logits = network.logits(validation.tensor(batch, epoch: 0, work: work), work: work).values
      for (row, label) in validation.labels(batch).enumerated() {
        let row = logits[row * network.classCount..<(row + 1) * network.classCount]
        let named = row.indices.max { row[$0] < row[$1] }.map { $0 - row.startIndex }
        groups[row, default: (0, 0)].count += 1
        if named == Int(label) { groups[row, default: (0, 0)].correct += 1 }
      }
    }
    return groups.values.max { $0.count < $1.count } ?? (0, 0)
  }
}
