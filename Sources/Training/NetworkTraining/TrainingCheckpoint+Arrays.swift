import Files
import ModelFiles
import Networks

extension TrainingCheckpoint {
  /// Everything of a state, as arrays.
  static func arrays(
    of state: NetworkTrainingState
  ) -> [(name: String, array: SafetensorsArray)] {
    func vector(_ name: String, _ values: [Float]) -> (String, SafetensorsArray) {
      (name, SafetensorsArray(shape: [values.count], .float32(values)))
    }
    var arrays = [
      vector("parameters", state.network.parameters),
      vector("statistics", state.network.statistics),
      vector("optimizer.first_moment", state.optimizer.firstMoment),
      vector("optimizer.second_moment", state.optimizer.secondMoment),
    ]
    if let average = state.average { arrays.append(vector("average", average)) }
    func count(_ name: String, _ value: Int) {
      arrays.append((name, SafetensorsArray(shape: [], .int64([Int64(value)]))))
    }
    count("epoch", state.epoch)
    count("optimizer.steps", state.optimizer.steps)
    if let best = state.best {
      count("best.epoch", best.epoch)
      arrays.append(vector("best.parameters", best.parameters))
      arrays.append(vector("best.statistics", best.statistics))
    }
    let history = state.history
    arrays.append(
      (
        "history.learning_rate",
        SafetensorsArray(shape: [history.count], .float64(history.map(\.learningRate)))
      ))
    arrays += scores("training", history.map(\.training)) + scores("test", history.map(\.test))
    let validation = history.compactMap(\.validation)
    // All epochs have a validation part, or none has.
    if !validation.isEmpty { arrays += scores("validation", validation) }
    return arrays
  }

  private static func scores(
    _ part: String, _ scores: [EpochRecord.Score]
  ) -> [(name: String, array: SafetensorsArray)] {
    [
      (
        "history.\(part)_loss",
        SafetensorsArray(shape: [scores.count], .float64(scores.map(\.loss)))
      ),
      (
        "history.\(part)_correct",
        SafetensorsArray(shape: [scores.count], .int64(scores.map { Int64($0.correct) }))
      ),
    ]
  }

  /// A state from its arrays, whose lengths are those of the trainer.
  func state(of file: CheckpointReader, trainer: NetworkTrainer) throws -> NetworkTrainingState {
    let topology = trainer.topology
    let parameters = topology.parameters.reduce(0) { $0 + $1.count }
    let statistics = topology.statistics.reduce(0) { $0 + $1.count }
    let settings = trainer.settings
    let epoch = try file.count("epoch", in: 0...settings.epochs)
    let moments = OptimizerState.momentCounts(settings.optimizer, parameterCount: parameters)
    let hasValidation = !trainer.validationPositions.isEmpty && epoch > 0
    let best = try hasValidation ? file.count("best.epoch", in: 1...epoch) : nil
    return NetworkTrainingState(
      network: Network(
        topology: topology, parameters: try file.vector("parameters", count: parameters),
        statistics: try file.vector("statistics", count: statistics)),
      optimizer: OptimizerState(
        settings.optimizer, weightDecay: settings.weightDecay,
        firstMoment: try file.vector("optimizer.first_moment", count: moments.first),
        secondMoment: try file.vector("optimizer.second_moment", count: moments.second),
        steps: try file.count(
          "optimizer.steps", in: trainer.steps(ofEpochs: epoch)...trainer.steps(ofEpochs: epoch))),
      average: try settings.averageDecay.map { _ in
        try file.vector("average", count: parameters)
      },
      history: try history(of: file, epochs: epoch, trainer: trainer, hasValidation: hasValidation),
      best: try best.map {
        NetworkTrainingState.Best(
          epoch: $0, parameters: try file.vector("best.parameters", count: parameters),
          statistics: try file.vector("best.statistics", count: statistics))
      })
  }

  private func history(
    of file: CheckpointReader, epochs: Int, trainer: NetworkTrainer, hasValidation: Bool
  ) throws -> [EpochRecord] {
    func scores(_ part: String, of counts: [Int]) throws -> [EpochRecord.Score] {
      let losses = try file.reals("history.\(part)_loss", count: epochs)
      let correct = try file.counts("history.\(part)_correct", atMost: counts)
      return counts.indices.map {
        EpochRecord.Score(loss: losses[$0], correct: correct[$0], count: counts[$0])
      }
    }
    func scores(_ part: String, of count: Int) throws -> [EpochRecord.Score] {
      try scores(part, of: [Int](repeating: count, count: epochs))
    }
    let rates = try file.reals("history.learning_rate", count: epochs)
    let training = try scores("training", of: (0..<epochs).map(trainer.examples))
    let test = try scores("test", of: trainer.test.data.count)
    let validation =
      try hasValidation ? scores("validation", of: trainer.validationPositions.count) : nil
    return (0..<epochs).map { index in
      EpochRecord(
        epoch: index + 1, learningRate: rates[index],
        actStrength: trainer.scheduledStrength(epoch: index), training: training[index],
        validation: validation?[index], test: test[index])
    }
  }
}
