import Foundation
import Testing
import Training

@Suite("Learning-rate schedules") struct LearningRateScheduleTests {
  private func rates(_ schedule: LearningRateSchedule) -> [Double] {
    (0..<12).map { schedule.rate(start: 0.5, step: $0, stepsPerEpoch: 3, epochs: 4) }
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
}
