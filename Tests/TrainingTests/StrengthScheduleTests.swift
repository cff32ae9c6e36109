import Datasets
import Files
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite("The schedule of act's strength") struct StrengthScheduleTests {
  @Test("strengths rise after the delay and stay, or fall to 0 at the end, by their formulas")
  func factors() throws {
    func factors(_ text: String) throws -> [Double] {
      let schedule = try #require(StrengthSchedule(parsing: text))
      return [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1].map(schedule.factor)
    }
    #expect(try factors("constant") == [1, 1, 1, 1, 1, 1, 1])
    #expect(try factors("linear:0.25:0.5") == [0, 0, 0, 0.25, 0.5, 1, 1])
    #expect(try factors("linear:0.25:0") == [0, 0, 1, 1, 1, 1, 1])
    #expect(try factors("linear_decay:0.5") == [1, 1, 1, 1, 1, 0.5, 0])
    let quarter = (1 - 0.5.squareRoot()) / 2
    for (text, expected) in [
      ("cosine:0.25:0.5", [0, 0, 0, quarter, 0.5, 1, 1]),
      ("cosine_decay:0.25", [1, 1, 1, (1 + cos(Double.pi / 6)) / 2, 0.75, 0.25, 0]),
    ] {
      #expect(zip(try factors(text), expected).allSatisfy { abs($0 - $1) < 1e-15 }, "\(text)")
    }
  }

  @Test("a schedule comes back from its text, and what is none is refused")
  func texts() throws {
    let texts = [
      "constant", "linear:0.0:1.0", "linear:0.25:0.5", "cosine:0.9:0.1", "linear_decay:0.0",
      "cosine_decay:1.0",
    ]
    for text in texts { #expect(StrengthSchedule(parsing: text)?.text == text, "\(text)") }
    for text in [
      "", ":", "constant:1", "linear", "linear:0.5", "linear:0.6:0.5", "linear:1:0", "linear:-0:-1",
      "linear:0.1:0.2:0.3", "linear:nan:0", "cosine:0:inf", "cosine:a:b", "step:0.1:0.1",
      "linear_decay", "linear_decay:2", "cosine_decay:", "Linear:0:1", "linear: 0:1",
    ] {
      #expect(StrengthSchedule(parsing: text) == nil, "\(text)")
    }
  }

  @Test("a step has the penalty of the strength that its share of the training has")
  func gradients() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let integers = PASTests.integers(data)
    func gradient(_ method: some GradientMethod, _ progress: Double) throws -> [Float] {
      var (network, gradient) = (network, [Float](repeating: 0, count: network.parameters.count))
      let batch = TrainingBatch(
        source: BatchSource(data: data, shape: network.input),
        positions: Array(0..<40)[...], epoch: 0, labelSmoothing: 0, seed: 1, step: 3,
        progress: progress)
      _ = method.gradient(
        of: batch, in: try method.epoch(from: network, work: .serial), network: &network,
        into: &gradient, work: .serial)
      return gradient
    }
    func act(_ strength: Float, _ schedule: StrengthSchedule = .constant) -> Act {
      Act(integers, strength: strength, schedule: schedule, bitErrorRate: 0.05)
    }
    let rising = act(40, .rising(.linear, delay: 0.25, ramp: 0.5))
    let pas = PAS(integers, errors: PASTests.noisy)
    for (progress, strength) in [(0, Float(0)), (0.125, 0), (0.5, 20), (0.75, 40)] {
      let expected = try gradient(act(strength), 0)
      #expect(try gradient(rising, progress) == expected, "\(progress)")
      #expect(
        try gradient(ActPAS(rising, pas), progress) == gradient(ActPAS(act(strength), pas), 0))
    }
    #expect(try gradient(rising, 0) == gradient(Conventional(), 0))
    #expect(try gradient(rising, 0.75) != gradient(Conventional(), 0))
  }

  @Test("the history has each epoch's strength, comes back with it, and goes on to no other length")
  func history() throws {
    let folder = try TemporaryFolder()
    let data = try Dataset.digits().selecting(Array(0..<96))
    let topology = NetworkTopology.perceptron([64, 8, 10])
    func training(_ epochs: Int, _ schedule: StrengthSchedule, _ name: String) throws
      -> TrainingFolder
    {
      let method = Act(
        PASTests.integers(data), strength: 40, schedule: schedule, bitErrorRate: 0.05)
      let trainer = try NetworkTrainer(
        topology: topology,
        settings: NetworkTrainingSettings(epochs: epochs, batchSize: 32, learningRate: 0.01),
        seed: 2, data: (data, data), file: "digits", method: method)
      return TrainingFolder(path: folder.file(name), trainer: trainer, origin: [])
    }
    let rising = StrengthSchedule.rising(.linear, delay: 0.25, ramp: 0.5)
    let state = try training(4, rising, "rising").run { _ in }
    let table = try CSVTable(contentsOf: folder.file("rising/history.csv"))
    #expect(table.header[1...2] == ["learning_rate", "act_strength"])
    #expect(try table.rows.map { try table.number($0, "act_strength") } == [0, 0, 20, 40])
    let again = try training(4, rising, "rising").run { _ in }
    #expect(again == state)
    #expect(throws: InputError.self) { try training(5, rising, "rising").run { _ in } }
    // Without a schedule neither column nor limit is there.
    _ = try training(2, .constant, "constant").run { _ in }
    let plain = try CSVTable(contentsOf: folder.file("constant/history.csv"))
    #expect(plain.header == EpochRecord.columns.map(\.name))
    #expect(try training(3, .constant, "constant").run { _ in }.epoch == 3)
  }
}
