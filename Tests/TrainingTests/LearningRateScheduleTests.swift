import Datasets
import Foundation
import Networks
import Testing
import Training

@Suite("Learning-rate schedules") struct LearningRateScheduleTests {
  private func rates(_ schedule: LearningRateSchedule) -> [Double] {
    (0..<12).map { schedule.rate(start: 0.5, step: $0, stepsPerEpoch: 3, steps: 12) }
  }

  @Test("each rate is that of the definition")
  func definitions() {
    #expect(rates(.constant) == [Double](repeating: 0.5, count: 12))
    let halved = [Double](repeating: 0.5, count: 6) + [Double](repeating: 0.25, count: 6)
    #expect(rates(.step(factor: 0.5, everyEpochs: 2)) == halved)
    for (step, rate) in rates(.linear).enumerated() {
      let expected = 0.5 * Double(12 - step) / 12
      #expect(abs(rate - expected) < 1e-15)
    }
    let cosine = rates(.cosine(floor: 0.1))
    #expect(cosine[0] == 0.5)
    // Half way stands the mean of both ends.
    #expect(abs(cosine[6] - 0.3) < 1e-15)
    for (step, rate) in cosine.enumerated() {
      let expected = 0.1 + 0.2 * (1 + cos(Double.pi * Double(step) / 12))
      #expect(abs(rate - expected) < 1e-15)
    }
  }

  @Test("a schedule is read back from its text")
  func text() {
    for schedule: LearningRateSchedule in [
      .constant, .linear, .cosine(floor: 1e-5), .cosine(floor: 0),
      .step(factor: 0.1, everyEpochs: 30),
    ] {
      #expect(LearningRateSchedule(parsing: schedule.text) == schedule)
    }
    #expect(LearningRateSchedule(parsing: "cosine") == .cosine(floor: 0))
    for wrong in [
      "", "cosin", "cosine:", "cosine:-1", "cosine:nan", "cosine:inf", "step", "step:0.1",
      "step:0:3", "step:2:3", "step:0.5:0", "step:0.5:1.5", "step:0.5:3:1", "constant:1", ":",
    ] {
      #expect(LearningRateSchedule(parsing: wrong) == nil, "\(wrong)")
    }
  }

  @Test("the last epochs begin the schedule anew at their own rate, and are fewer than all")
  func ending() throws {
    let data = try Dataset.digits().selecting(Array(0..<96))
    var settings = NetworkTrainingSettings(
      epochs: 5, batchSize: 32, learningRate: 0.01, schedule: .linear,
      ending: NetworkTrainingSettings.Ending(epochs: 2, learningRate: 0.004))
    func state() throws -> NetworkTrainingState {
      let trainer = try NetworkTrainer(
        topology: .perceptron([64, 8, 10]), settings: settings, seed: 1, data: (data, data),
        file: "digits")
      var state = trainer.start()
      while !trainer.isFinished(state) { state = try trainer.epoch(after: state) }
      return state
    }
    let rates = try state().history.map(\.learningRate)
    let expected = [0.01, 0.01 * 2 / 3, 0.01 / 3, 0.004, 0.002]
    #expect(zip(rates, expected).allSatisfy { abs($0 - $1) < 1e-15 })
    // With the rate and the schedule of the rest they change nothing.
    settings.schedule = .constant
    settings.ending?.learningRate = 0.01
    let same = try state().network
    settings.ending = nil
    #expect(try state().network == same)
    for (epochs, rate) in [(0, 0.1), (5, 0.1), (6, 0.1), (2, 0), (2, -1), (2, .nan)] {
      settings.ending = NetworkTrainingSettings.Ending(epochs: epochs, learningRate: rate)
      #expect(settings.problem != nil, "\(epochs) \(rate)")
    }
    settings.epochs = 1
    settings.ending = NetworkTrainingSettings.Ending(epochs: 1, learningRate: 0.1)
    #expect(settings.problem != nil)
  }
}
