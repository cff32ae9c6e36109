import Datasets
import Files
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite("Trainings as long as a number of passes") struct TrainingPassesTests {
  private static func settings(_ passes: Int, perStep: Int, batch: Int = 32)
    -> NetworkTrainingSettings
  {
    var settings = NetworkTrainingSettings(epochs: 1, batchSize: batch, schedule: .linear)
    settings.take(passes: passes, perStep: perStep)
    return settings
  }

  @Test("passes that are whole epochs leave no part of one")
  func whole() {
    for (passes, perStep, epochs) in [(30, 1, 30), (30, 2, 15), (30, 3, 10), (30, 5, 6), (4, 4, 1)]
    {
      let settings = Self.settings(passes, perStep: perStep)
      #expect(settings.epochs == epochs && settings.lastEpochPart == nil)
      #expect(settings.passes(over: 200, perStep: perStep) == Double(passes))
      #expect(!settings.entries.contains { $0.key == "last_epoch_part" })
    }
  }

  @Test("every number of passes a step takes the passes that are asked for, to within a step")
  func equal() {
    for (passes, perStep) in [(2, 3), (2, 5), (4, 3), (4, 5), (10, 3), (20, 3), (10, 4), (2, 6)] {
      for (examples, batch) in [(1_347, 32), (200, 32), (60_000, 64), (10, 64), (7, 2), (1, 1)] {
        let settings = Self.settings(passes, perStep: perStep, batch: batch)
        #expect(settings.epochs == (passes + perStep - 1) / perStep)
        let difference =
          settings.passes(over: examples, perStep: perStep) - Double(passes)
        let step = Double(perStep * min(batch, examples)) / Double(examples)
        #expect(abs(difference) < step, "\(passes) by \(perStep) over \(examples): \(difference)")
      }
    }
    #expect(
      Self.settings(4, perStep: 3).entries.prefix(2).map { "\($0.key): \($0.value)" }
        == ["epochs: 2", "last_epoch_part: 1/3"])
  }

  @Test("the last epoch is the first batches of a whole one, and the rate falls to 0 at its end")
  func part() throws {
    let topology = NetworkTopology.perceptron([64, 6, 10])
    // 7 batches of 200 examples, and a third of that.
    let trainer = try NetworkTrainerTests.trainer(
      Self.settings(4, perStep: 3), topology: topology)
    let state = try NetworkTrainerTests.run(trainer)
    #expect(state.history.map(\.training.count) == [200, 64])
    #expect(state.optimizer.steps == 7 + 2)
    #expect(abs(state.history[1].learningRate - 1e-3 * (1 - 7.0 / 9)) < 1e-15)
    #expect(try trainer.train(from: trainer.start().network).network == state.network)
    // With a constant rate nothing but the end is another.
    var constant = Self.settings(4, perStep: 3)
    constant.schedule = .constant
    let short = try NetworkTrainerTests.trainer(constant, topology: topology)
    constant.lastEpochPart = nil
    let long = try NetworkTrainerTests.trainer(constant, topology: topology)
    let (first, other) = (
      try short.epoch(after: short.start()), try long.epoch(after: long.start())
    )
    #expect(first == other)
    #expect(try short.epoch(after: first) != long.epoch(after: other))
  }

  @Test("a checkpoint of a part of an epoch is read as it was written, and not gone on with")
  func checkpoint() throws {
    let folder = try TemporaryFolder()
    let trainer = try NetworkTrainerTests.trainer(
      Self.settings(4, perStep: 3), topology: .perceptron([64, 6, 10]))
    let state = try NetworkTrainerTests.run(trainer)
    let checkpoint = TrainingCheckpoint(
      path: folder.file("c"), settings: trainer.settings.entries)
    try checkpoint.write(state)
    #expect(try checkpoint.read(for: trainer) == state)
    let longer = try NetworkTrainerTests.trainer(
      Self.settings(6, perStep: 3), topology: trainer.topology)
    #expect(throws: InputError.self) {
      try TrainingCheckpoint(path: folder.file("c"), settings: longer.settings.entries)
        .read(for: longer)
    }
  }
}
