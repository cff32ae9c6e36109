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
    stage: NetworkTrainer.Stage = .training, data: (training: Dataset, test: Dataset)? = nil
  ) throws -> NetworkTrainer {
    try NetworkTrainer(
      topology: topology,
      settings: NetworkTrainingSettings(
        epochs: epochs, batchSize: 16, learningRate: rate, ending: ending), seed: 1,
      data: data ?? NetworkTrainerTests.data(200), file: "digits", stage: stage)
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
    func isClear(_ guess: Guess, _ loss: Double, _ correct: Int, _ count: Int) -> Bool {
      guess.isClearlyBeaten(by: EpochRecord.Score(loss: loss, correct: correct, count: count))
    }
    #expect(isClear(guess, 1.03, 0, 100) && !isClear(guess, 1.04, 50, 100))
    // Wilson's lower end is above one half from 60 of 100 on, and above 3/4 from 84 on.
    #expect(!guess.isBeaten(correct: 59, of: 100) && guess.isBeaten(correct: 60, of: 100))
    #expect(!isClear(guess, 9, 83, 100) && isClear(guess, 9, 84, 100))
    // Of ten classes, twice as often right: above 20 %.
    let ten = Guess(labels: Array(0..<10))
    #expect(!isClear(ten, 9, 210, 1000) && isClear(ten, 9, 230, 1000))
    // All is of one class.
    let one = Guess(labels: [7, 7])
    #expect(one.share == 1 && one.loss == 0)
    #expect(isClear(one, 0.1, 2, 2) && !isClear(one, 9, 0, 2))
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
    let dead = Self.dead(good)
    #expect(
      try #require(Self.failure(trainer, dead)).contains("most examples have the same logits"))
  }

  /// No hidden unit is above 0, whatever the image: better than random weights, but dead.
  private static func dead(_ network: Network) -> Network {
    var dead = network
    for unit in 0..<16 { dead.parameters[64 * 16 + unit] = -1e6 }
    for index in (64 * 16 + 16)..<dead.parameters.count { dead.parameters[index] = 0 }
    return dead
  }

  /// Names class 6 where one pixel is nearly black, else class 3, both much too surely.
  ///
  /// - Parameter others: what each pixel counts in the logit of class 3.
  private static func almostDead(others: Float = 0) -> Network {
    var network = Network(topology: topology, seed: 1)
    for index in network.parameters.indices { network.parameters[index] = 0 }
    network.parameters[42] = 1
    for pixel in 0..<64 { network.parameters[64 + pixel] = others * Float(pixel + 1) }
    let (biases, outputs) = (64 * 16, 64 * 16 + 16)
    network.parameters[biases] = -0.9
    network.parameters[outputs + 6 * 16] = 10_000
    network.parameters[outputs + 3 * 16 + 1] = 1
    network.parameters[outputs + 10 * 16 + 3] = 50
    return network
  }

  @Test("one of dead units fails though a few examples make it significantly better than guessing")
  func almostDead() throws {
    let data = try NetworkTrainerTests.data(1000)
    let (guess, trainer) = (Guess(labels: data.training.labels), try Self.trainer(data: data))
    // 763 of 1,000 have the same logits, and 103 of these are right.
    #expect(
      guess.isBeaten(correct: 188, of: 1000) && !guess.isClearlyBeaten(correct: 188, of: 1000))
    let message = try #require(Self.failure(trainer, Self.almostDead()))
    #expect(
      message.contains(
        "18.8 % of its examples are right, always naming the most frequent class 10.4 %, and most "
          + "examples have the same logits"), "\(message)")
    // With logits of its own for each example it passes, whatever its loss.
    #expect(Self.failure(trainer, Self.almostDead(others: 1e-4)) == nil)
    // So does one whose answer for most is right for most of these: 133 of 164 are right, 104 are of
    // class 3.
    let labels = data.training.labels
    let mostlyThree = [(3, 104), (6, 40), (8, 20)].flatMap { label, count in
      labels.indices.filter { Int(labels[$0]) == label }.prefix(count)
    }
    let other = try Self.trainer(data: (data.training.selecting(mostlyThree), data.test))
    let share = Guess(labels: data.training.selecting(mostlyThree).labels)
    #expect(share.isBeaten(correct: 133, of: 164) && !share.isClearlyBeaten(correct: 133, of: 164))
    #expect(Self.failure(other, Self.almostDead()) == nil)
  }

  @Test(
    "a training is given up where it stays at the level of guessing, has not improved and is dead")
  func hope() throws {
    let trainer = try Self.trainer(epochs: 40)
    let good = try Self.trainer().train(from: trainer.start().network).network
    let dead = Self.dead(good)
    func isGivenUp(_ losses: [Double], correct: Int = 20, network: Network) -> String? {
      do {
        try trainer.checkHope(
          losses.map { EpochRecord.Score(loss: $0, correct: correct, count: 200) }, of: network)
        return nil
      } catch {
        return (error as? InputError)?.message ?? "\(error)"
      }
    }
    let losses = [900, 3.2, 3.1, 3.0, 3.1, 3.3]
    let message = try #require(isGivenUp(losses, network: dead))
    #expect(message.hasPrefix("training with seed 1 has failed: after epoch 6 of 40, "))
    #expect(message.contains("most examples have the same logits"))
    // Too few epochs, a loss that still falls, one that was below guessing, right classes, a network
    // that is alive.
    #expect(isGivenUp([3.2, 3.1, 3.1, 3.3], network: dead) == nil)
    #expect(isGivenUp(Array(losses.dropLast()), network: dead) == nil)
    #expect(isGivenUp([3.2, 3.1, 2.0, 3.1, 3.3], network: dead) == nil)
    #expect(isGivenUp(losses, correct: 120, network: dead) == nil)
    #expect(isGivenUp(losses, network: good) == nil)
  }

  @Test("a dead training ends early and keeps no checkpoint of its epochs")
  func dead() throws {
    let folder = try TemporaryFolder()
    let trainer = try Self.trainer(epochs: 40, rate: 10)
    let training = TrainingFolder(path: folder.file("a"), trainer: trainer, origin: [])
    var messages: Set<String> = []
    for _ in 0..<2 {
      var epochs: [Int] = []
      let error = #expect(throws: InputError.self) { try training.run { epochs.append($0.epoch) } }
      #expect(error?.status == .badData)
      let message = error?.message ?? ""
      #expect(message.hasPrefix("training with seed 1 has failed: after epoch "), "\(message)")
      #expect(
        message.hasSuffix("; no epoch was better than guessing, and no checkpoint of one is kept"))
      // From the beginning each time.
      #expect(epochs.first == 0 && epochs.count >= NetworkTrainer.hopelessEpochs)
      #expect(epochs.count < 40, "\(epochs.count) epochs")
      let checkpoint = TrainingCheckpoint(
        path: folder.file("a/checkpoint.safetensors"), settings: training.settings)
      #expect(try checkpoint.read(for: trainer) == trainer.start())
      messages.insert(message)
    }
    #expect(messages.count == 1)
    // Without a folder it ends as early.
    let error = #expect(throws: InputError.self) {
      try trainer.train(from: trainer.start().network)
    }
    #expect(messages.first?.hasPrefix(error?.message ?? "no error") == true)
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
