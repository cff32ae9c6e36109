import Datasets
import Networks
import Randomness
import Testing

@testable import Training

@Suite("The penalty on the sensitivity of outputs") struct OutputSensitivityTests {
  private static func signs(_ count: Int, examples: Int, bits: Int) -> [Float] {
    (0..<count).map { (bits >> $0 & 1 == 0 ? 1 : -1) / Float(examples).squareRoot() }
  }

  @Test(
    "penalty and gradient along a direction of the outputs are PyTorch's double backward to 1e-5",
    arguments: RecordedHessian.all)
  func doubleBackward(recorded: RecordedHessian.Case) throws {
    let batch = try recorded.batch()
    let topology = batch.network.topology
    let penalty = SensitivityPenalty(
      strength: recorded.strength, deviations: topology.flat(recorded.deviations))
    let (value, gradient) = batch.outputGradient(penalty, along: recorded.projection)
    #expect(abs(value - recorded.outputPenalty) <= 1e-5 * recorded.outputPenalty)
    #expect(
      RecordedHessian.distance(gradient, topology.flat(recorded.outputPenaltyGradients)) < 1e-5)
  }

  @Test(
    "the mean over all directions is the sum over all outputs, as PyTorch has it, to 1e-5",
    arguments: RecordedHessian.all.filter { $0.projection.count <= 10 })
  func unbiased(recorded: RecordedHessian.Case) throws {
    let batch = try recorded.batch()
    let count = batch.outputCount
    let penalty = SensitivityPenalty(
      strength: recorded.strength, deviations: batch.network.topology.flat(recorded.deviations))
    let values = (0..<1 << count).map { bits in
      batch.outputGradient(
        penalty, along: Self.signs(count, examples: recorded.examples, bits: bits)
      ).penalty
    }
    let mean = values.reduce(0, +) / Double(values.count)
    #expect(abs(mean - recorded.outputPenaltyMean) <= 1e-5 * recorded.outputPenaltyMean)
  }

  @Test("there are recorded networks of few outputs")
  func few() { #expect(RecordedHessian.all.count { $0.projection.count <= 10 } >= 4) }

  @Test("the gradient is the penalty's difference along random directions, without kinks")
  func differences() throws {
    let batch = try PenaltyBatch.named("smooth")
    let penalty = batch.penalty()
    let projection = Self.signs(batch.outputCount, examples: 5, bits: 0b0110_1001_1100_101)
    let ours = batch.outputGradient(penalty, along: projection).gradient
    let length = ours.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(length > 0)
    for seed in UInt64(10)..<18 {
      let direction = batch.normals(seed: seed)
      func value(_ along: Float) -> Double {
        var moved = batch
        for index in direction.indices {
          moved.network.parameters[index] += along * direction[index]
        }
        return moved.outputGradient(penalty, along: projection).penalty
      }
      let slope = zip(ours, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      // Central, of fourth order: gradients in single precision need a step that is not small.
      let step: Float = 0x1p-9
      let near = value(step) - value(-step)
      let far = value(2 * step) - value(-2 * step)
      let difference = (8 * near - far) / Double(12 * step)
      #expect(abs(slope - difference) < 1e-4 * length, "seed \(seed)")
    }
  }

  @Test("penalty and gradient are the same bytes for 1, 2 and 3 threads")
  func threads() throws {
    for name in PenaltyBatch.networks {
      let batch = try PenaltyBatch.named(name, count: 70)
      let shape = FeatureShape(channels: batch.network.topology.classCount)
      let projection = OutputProjection.draw(count: 70, shape: shape, seed: 1, step: 2).values
      let results = [1, 2, 3].map { threads in
        let (value, gradient) = batch.outputGradient(
          batch.penalty(), along: projection, work: ChunkedWork(threads: threads))
        return gradient.map(\.bitPattern) + [Float(value).bitPattern]
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test(
    "drawn directions are fair, independent signs of each step's own, over the root of the batch")
  func drawn() {
    let shape = FeatureShape(channels: 10)
    func draw(_ step: Int) -> [Float] {
      OutputProjection.draw(count: 64, shape: shape, seed: 3, step: step).values
    }
    let draws = (0..<100).map(draw)
    #expect(draws.allSatisfy { $0.count == 640 && $0.allSatisfy { abs($0) == 0.125 } })
    #expect(draw(0) == draws[0] && Set(draws).count == 100)
    // 64,000 signs, and as many products of neighbors: four standard errors of their sums.
    let sum = draws.joined().reduce(0) { $0 + $1 / 0.125 }
    let products = draws.reduce(0) { sum, draw in
      sum + zip(draw, draw.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 / (0.125 * 0.125) }
    }
    #expect(abs(sum) < 1012 && abs(products) < 1012)
  }

  @Test("a penalty of strength 0, or without noise, is 0 and has no gradient")
  func nothing() throws {
    let batch = try PenaltyBatch.named("digits")
    let projection = Self.signs(batch.outputCount, examples: 5, bits: 77)
    let count = batch.network.parameters.count
    for (strength, deviation) in [(Float(0), Float(1)), (1, 0)] {
      let penalty = SensitivityPenalty(
        strength: strength, deviations: [Float](repeating: deviation, count: count))
      let (value, gradient) = batch.outputGradient(penalty, along: projection)
      #expect(value == 0 && gradient == [Float](repeating: 0, count: count))
    }
  }

  @Test(
    "act on outputs adds the penalty of each step's direction to the loss, and pas's where asked")
  func act() throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    let network = Network(topology: .perceptron([64, 12, 10]), seed: 8)
    let integers = PASTests.integers(data)
    func gradient(_ method: some GradientMethod) throws -> (Double, [Float]) {
      var (network, gradient) = (network, [Float](repeating: 0, count: network.parameters.count))
      let batch = TrainingBatch(
        source: BatchSource(data: data, shape: network.input),
        positions: Array(0..<40)[...], epoch: 0, labelSmoothing: 0, seed: 1, step: 3)
      let loss = method.gradient(
        of: batch, in: try method.epoch(from: network, work: .serial), network: &network,
        into: &gradient, work: .serial
      ).loss
      return (loss, gradient)
    }
    let act = Act(integers, penalty: .outputs, strength: 2, bitErrorRate: 0.05)
    let noise = try act.epoch(from: network, work: .serial)
    let source = BatchSource(data: data, shape: network.input)
    var copy = network
    let mode = ForwardMode.training(seed: 1, step: 3)
    let (logits, memories) = copy.forward(
      source.tensor(Array(0..<40)[...], epoch: 0, work: .serial), mode: mode, work: .serial)
    let added = noise.outputGradient(
      network: network,
      pass: SensitivityPenalty.OutputPass(
        projection: OutputProjection.draw(count: 40, shape: logits.shape, seed: 1, step: 3),
        logits: logits, memories: memories, mode: mode))
    let plain = try gradient(Conventional())
    let active = try gradient(act)
    #expect(active.0 == plain.0 + added.penalty && added.penalty > 0)
    #expect(active.1 == zip(plain.1, added.gradient).map { $0 + $1 })
    let pas = PAS(integers, errors: PASTests.noisy)
    let (passive, both) = (try gradient(pas), try gradient(ActPAS(act, pas)))
    #expect(both.0 == passive.0 + added.penalty)
    #expect(both.1 == zip(passive.1, added.gradient).map { $0 + $1 })
    #expect(act.passes == 4 && ActPAS(act, pas).passes == 6)
  }

  @Test("act on outputs lowers their sensitivity against as many epochs without it")
  func sensitivity() throws {
    let (data, test) = try Dataset.digits().split(testFraction: 0.25, seed: 3)
    let topology = NetworkTopology.perceptron([64, 24, 10])
    let settings = NetworkTrainingSettings(
      epochs: 12, batchSize: 32, learningRate: 0.003, schedule: .linear)
    let act = Act(
      PASTests.integers(data), penalty: .outputs, strength: 0.5, bitErrorRate: 0.02)
    func train(_ method: any GradientMethod) throws -> (penalty: Double, accuracy: Double) {
      let trainer = try NetworkTrainer(
        topology: topology, settings: settings, seed: 4, data: (data, test), file: "digits",
        method: method)
      var network = try trainer.train(from: Network(topology: topology, seed: 4)).network
      let score = trainer.evaluate(network, on: trainer.test, positions: Array(0..<test.count))
      let noise = try act.epoch(from: network, work: .serial)
      let mode = ForwardMode.training(seed: 1, step: 0)
      let (logits, memories) = network.forward(
        trainer.test.tensor(Array(0..<test.count)[...], epoch: 0, work: .serial), mode: mode,
        work: .serial)
      // Sixty-four directions of all test examples: each is a mean over many already.
      let values = (0..<64).map { step in
        noise.outputGradient(
          network: network,
          pass: SensitivityPenalty.OutputPass(
            projection: OutputProjection.draw(
              count: logits.count, shape: logits.shape, seed: 9, step: step), logits: logits,
            memories: memories, mode: mode)
        ).penalty
      }
      return (values.reduce(0, +) / 64, score.accuracyPercent)
    }
    let (plain, active) = (try train(Conventional()), try train(act))
    #expect(active.penalty < 0.8 * plain.penalty, "\(active) \(plain)")
    #expect(active.accuracy > plain.accuracy - 2, "\(active) \(plain)")
  }
}
