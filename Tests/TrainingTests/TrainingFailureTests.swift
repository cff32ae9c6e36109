import Datasets
import Files
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite("Trainings that fail without a number that is not finite") struct TrainingFailureTests {
  private static let topology = NetworkTopology.perceptron([64, 16, 10])

  private static func trainer(
    epochs: Int = 2, rate: Double = 0.02, ending: NetworkTrainingSettings.Ending? = nil,
    stage: NetworkTrainer.Stage = .training
  ) throws -> NetworkTrainer {
    try NetworkTrainer(
      topology: topology,
      settings: NetworkTrainingSettings(
        epochs: epochs, batchSize: 16, learningRate: rate, ending: ending), seed: 1,
      data: NetworkTrainerTests.data(200), file: "digits", stage: stage)
  }

  private static func failure(
    _ trainer: NetworkTrainer, _ network: Network, from start: Network? = nil
  ) -> String? {
    do {
      try trainer.check(network, from: start)
      return nil
    } catch {
      return (error as? InputError)?.message ?? "\(error)"
    }
  }

  @Test("guessing has the share of the most frequent class, and the classes' entropy")
  func guess() {
    let guess = Guess(labels: [3, 3, 1, 0])
    #expect(guess.share == 0.5)
    #expect(abs(guess.loss - 1.5 * log(2)) < 1e-12)
    func isBeaten(_ guess: Guess, _ loss: Double, _ correct: Int, _ count: Int) -> Bool {
      guess.isBeaten(by: EpochRecord.Score(loss: loss, correct: correct, count: count))
    }
    #expect(isBeaten(guess, 1.03, 0, 100) && !isBeaten(guess, 1.04, 50, 100))
    // Wilson's lower end is above one half from 60 of 100 on.
    #expect(!isBeaten(guess, 9, 59, 100) && isBeaten(guess, 9, 60, 100))
    // All is of one class.
    let one = Guess(labels: [7, 7])
    #expect(one.share == 1 && one.loss == 0)
    #expect(isBeaten(one, 0.1, 2, 2) && !isBeaten(one, 9, 0, 2))
  }

  @Test("a network that has learned passes, and so does one on its way from random weights")
  func passing() throws {
    let trainer = try Self.trainer()
    let state = try NetworkTrainerTests.run(trainer)
    #expect(Self.failure(trainer, state.result) == nil)
    // From there on it may get worse, as under errors.
    #expect(
      Self.failure(
        trainer, try Self.trainer(epochs: 1).train(from: state.result).network,
        from: state.result) == nil)
    let slow = try Self.trainer(epochs: 1, rate: 1e-5)
    let short = try NetworkTrainerTests.run(slow)
    #expect(short.history[0].test.accuracyPercent < 20)
    #expect(Self.failure(slow, short.result) == nil)
  }

  @Test("one that is no better than guessing nor than its start fails, as does one of dead units")
  func failing() throws {
    let trainer = try Self.trainer()
    let start = trainer.start().network
    #expect(
      try #require(Self.failure(trainer, start)).hasPrefix(
        "training with seed 1 has failed: "))
    let good = try NetworkTrainerTests.run(trainer).result
    let tuning = try Self.trainer(stage: .fineTuning)
    let spoiled = try #require(Self.failure(tuning, start, from: good))
    #expect(spoiled.contains(" at the start. Lower the learning rate or clip the gradient"))
    // No hidden unit is above 0, whatever the image: better than random weights, but dead.
    var dead = good
    for unit in 0..<16 { dead.parameters[64 * 16 + unit] = -1e6 }
    for index in (64 * 16 + 16)..<dead.parameters.count { dead.parameters[index] = 0 }
    #expect(
      try #require(Self.failure(trainer, dead)).contains("most examples have the same logits"))
  }

  @Test("a training that gets worse than guessing keeps the checkpoint of its last good epoch")
  func lastGood() throws {
    let folder = try TemporaryFolder()
    let trainer = try Self.trainer(
      epochs: 4, ending: NetworkTrainingSettings.Ending(epochs: 2, learningRate: 1e3))
    let training = TrainingFolder(path: folder.file("a"), trainer: trainer, origin: [])
    var states: [NetworkTrainingState] = []
    // Again, it goes on from there and fails alike.
    for epochs in [[0, 1, 2, 3], [2, 3]] {
      states = []
      let error = #expect(throws: InputError.self) {
        try training.run { states.append($0) }
      }
      #expect(error?.status == .badData)
      #expect(error?.message.hasPrefix("training with seed 1 has failed: ") == true)
      #expect(error?.message.hasSuffix("; the checkpoint of epoch 2 is kept") == true)
      #expect(states.map(\.epoch) == epochs)
      let checkpoint = TrainingCheckpoint(
        path: folder.file("a/checkpoint.safetensors"), settings: training.settings)
      #expect(try checkpoint.read(for: trainer).epoch == 2)
      #expect(!FileManager.default.fileExists(atPath: folder.file("a/weights.safetensors")))
    }
    #expect(states[0].history[1].test.accuracyPercent > 50)
  }
}
