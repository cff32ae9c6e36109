import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import Testing

@testable import Training

@Suite("AxTrain-pas") struct PASTests {
  static let accumulator = AccumulatorSpec(width: 24, overflow: .saturate)
  /// The errors that the resilience tests train for and run under.
  static let noisy = HardwareErrors(
    timing: .masks(
      MaskErrors(
        ProductErrorDistribution(probability: 0.001, masks: [0x800, 0x1000], weights: [1, 1]))),
    weightBitErrorRate: 0.01, activationBitErrorRate: 0.01)

  static func pas(
    _ data: Dataset, errors: HardwareErrors = noisy, spec: QuantizationSpec = QuantizationSpec(),
    accumulator: AccumulatorSpec = accumulator
  ) -> PAS {
    PAS(integers(data, spec: spec, accumulator: accumulator), errors: errors)
  }

  static func integers(
    _ data: Dataset, spec: QuantizationSpec = QuantizationSpec(),
    multiplier: EncodedMultiplier? = nil, accumulator: AccumulatorSpec = accumulator
  ) -> IntegerPass {
    IntegerPass(
      multiplier: multiplier ?? .exact(spec), spec: spec, accumulator: accumulator,
      calibration: data)
  }

  static func trainer(
    _ topology: NetworkTopology, _ settings: NetworkTrainingSettings, _ data: Dataset,
    seed: UInt64, method: any GradientMethod = Conventional(), threads: Int = 1
  ) throws -> NetworkTrainer {
    try NetworkTrainer(
      topology: topology, settings: settings, seed: seed, data: (data, data), file: "digits",
      method: method, stage: method.passes == 1 ? .training : .fineTuning,
      work: ChunkedWork(threads: threads))
  }

  @Test("the same seed gives the same bytes on any number of threads, another seed others")
  func deterministic() throws {
    let data = try Dataset.digits().selecting(Array(0..<120))
    let settings = NetworkTrainingSettings(
      epochs: 2, batchSize: 32, learningRate: 0.003, schedule: .linear, weightClip: 0.3)
    func run(_ seed: UInt64, threads: Int) throws -> Network {
      let start = Network(topology: .perceptron([64, 12, 10]), seed: seed)
      let trained = try Self.trainer(
        start.topology, settings, data, seed: seed, threads: threads
      ).train(from: start).network
      return try Self.trainer(
        start.topology, settings, data, seed: seed, method: Self.pas(data), threads: threads
      ).train(from: trained).network
    }
    let alone = try run(1, threads: 1)
    #expect(try run(1, threads: 3) == alone)
    #expect(try run(2, threads: 1) != alone)
  }

  @Test("it runs forward exactly as inference does, errors included")
  func forwardIsInference() throws {
    let data = try Dataset.digits().selecting(Array(0..<50))
    let topology = NetworkTopology.perceptron([64, 12, 10]).scalingLogits(by: .fixed(2))
    let network = Network(topology: topology, seed: 2)
    let losses = try Self.trainer(
      topology, NetworkTrainingSettings(epochs: 1, batchSize: 50), data, seed: 7,
      method: Self.pas(data)
    ).train(from: network).losses

    let order = RandomStream(seed: 7, purpose: .batchOrder, index: 1 << 32)
    var orderStream = order
    let batch = data.selecting(orderStream.permutation(of: 50))
    let integers = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, on: data, examples: 50, rule: .maximum))
    var stream = RandomStream(seed: 7, purpose: .trainingMemoryFaults, index: 0)
    let weightFaults = MemoryFaultMap.freshMasks(
      words: integers.weightWords(), probability: 0.01, stream: &stream)
    let chips = [
      InferenceHardware(accumulator: Self.accumulator),
      InferenceHardware(
        accumulator: Self.accumulator, timing: Self.noisy.timing, timingSeed: 7, timingIndex: 0,
        timingPurpose: .trainingTimingErrors, weightFaults: weightFaults,
        activationFaults: MemoryFaultMap.freshMasks(
          words: 50 * 64, probability: 0.01, stream: &stream)),
    ]
    let expected = chips.map { chip in
      let logits = IntegerInference(integers, multiplier: .exact(.offset), hardware: chip).logits(
        integers.words(of: batch), count: 50)
      return ClassificationLoss(
        logits: Tensor(
          count: 50, shape: FeatureShape(channels: 10),
          values: logits.map { Float(Double($0) * integers.logitScale) }),
        labels: batch.labels, scale: 2
      ).loss
    }
    #expect(expected[0] != expected[1])
    #expect(losses == [(expected[0] + expected[1]) / 2])
  }

  @Test(
    "without errors, through the exact table, a step follows the gradient of fake quantization",
    arguments: OperandEncoding.allCases)
  func withoutErrors(encoding: OperandEncoding) throws {
    let data = try Dataset.digits().selecting(Array(0..<40))
    var network = Network(topology: .perceptron([64, 12, 10]), seed: 5)
    let spec = QuantizationSpec(encoding: encoding, weightBits: 5)
    let pas = Self.pas(data, errors: HardwareErrors(), spec: spec)
    let batch = TrainingBatch(
      source: BatchSource(data: data, shape: network.input), positions: Array(0..<40)[...],
      epoch: 0, labelSmoothing: 0.1, seed: 1, step: 3)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    let epoch = try pas.epoch(from: network, work: .serial)
    let result = pas.gradient(
      of: batch, in: epoch, network: &network, into: &gradient, work: .serial)
    let integers = try IntegerNetwork(quantizing: network, spec: spec, ranges: epoch.ranges)
    let pass = StraightThrough(
      network,
      inference: IntegerInference(
        integers, multiplier: .exact(encoding, weightBits: 5)), inputs: integers.words(of: data),
      count: 40)
    let loss = ClassificationLoss(
      logits: pass.logits, labels: data.labels, scale: 1, smoothing: 0.1)
    var expected = gradient
    pass.backward(loss.gradient, into: &expected)
    #expect(result.loss == loss.loss && result.correct == loss.correct)
    #expect(gradient == expected)
  }

  @Test("a network with convolutions, residuals and batch normalization is trained once folded")
  func convolutions() throws {
    let data = try Dataset.digits().selecting(Array(0..<160))
    let topology = try NetworkTopology(
      name: "small", input: FeatureShape(channels: 1, rows: 8, columns: 8),
      layers: [
        .convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1)),
        .batchNormalization(epsilon: 1e-5, momentum: 0.1), .relu,
        .residual(
          body: [.convolution(ConvolutionSpec(filters: 6, kernel: 3, padding: 1))], shortcut: []),
        .relu, .maxPooling(PoolingSpec(kernel: 2)), .flatten, .dense(outputs: 10, hasBias: true),
      ], logitScale: .learned(start: 1))
    let settings = NetworkTrainingSettings(
      epochs: 8, batchSize: 32, learningRate: 0.01, schedule: .linear)
    let start = Network(topology: topology, seed: 4)
    let trained = try Self.trainer(topology, settings, data, seed: 4).train(from: start).network
    // With normalization it is refused, and says where.
    let error = #expect(throws: InputError.self) {
      try Self.trainer(topology, settings, data, seed: 4, method: Self.pas(data)).train(
        from: trained)
    }
    #expect(error?.message.contains("batch normalization") == true)
    let folded = try trained.foldingBatchNormalization()
    let (tuned, losses) = try Self.trainer(
      folded.topology, settings, data, seed: 4, method: Self.pas(data)
    ).train(from: folded)
    #expect(losses[7] < losses[0])
    #expect(tuned.logitScale != folded.logitScale)
  }

  @Test("no weight leaves its range")
  func clipping() throws {
    let data = try Dataset.digits().selecting(Array(0..<100))
    let settings = NetworkTrainingSettings(
      epochs: 2, batchSize: 32, learningRate: 0.01, schedule: .linear, weightClip: 0.1)
    for method: any GradientMethod in [Conventional(), Self.pas(data)] {
      let start = Network(topology: .perceptron([64, 12, 10]), seed: 3)
      let (clipped, losses) = try Self.trainer(
        start.topology, settings, data, seed: 3, method: method
      ).train(from: start)
      #expect(clipped.parameters.prefix(64 * 12).allSatisfy { abs($0) <= 0.1 })
      #expect(losses[1] < losses[0])
    }
  }

  @Test("a training that diverges is an error that says so")
  func divergence() throws {
    let data = try Dataset.digits().selecting(Array(0..<64))
    let settings = NetworkTrainingSettings(epochs: 3, batchSize: 16, learningRate: 3e38)
    for method: any GradientMethod in [Conventional(), Self.pas(data)] {
      let start = Network(topology: .perceptron([64, 12, 10]), seed: 4)
      let error = #expect(throws: InputError.self) {
        try Self.trainer(start.topology, settings, data, seed: 4, method: method).train(
          from: start)
      }
      #expect(error?.status == .badData)
      #expect(error?.message.hasPrefix("training with seed 4 diverges in epoch 1") == true)
    }
  }

  @Test("at 1 % bit errors clipping beats conventional training, and pas beats clipping")
  func resilience() throws {
    let (data, test) = try Dataset.digits().split(testFraction: 0.25, seed: 5)
    let plain = NetworkTopology.perceptron([64, 32, 10])
    let scaled = plain.scalingLogits(by: .fixed(2))
    let conventional = try Self.trainer(
      plain,
      NetworkTrainingSettings(epochs: 60, batchSize: 32, learningRate: 0.003, schedule: .linear),
      data, seed: 5
    ).train(from: Network(topology: plain, seed: 5)).network
    var settings = NetworkTrainingSettings(
      epochs: 60, batchSize: 32, learningRate: 0.005, schedule: .linear, weightClip: 0.4)
    let clipped = try Self.trainer(scaled, settings, data, seed: 5).train(
      from: Network(topology: scaled, seed: 5)
    ).network
    (settings.epochs, settings.learningRate) = (30, 0.01)
    let pas = try Self.trainer(scaled, settings, data, seed: 5, method: Self.pas(data)).train(
      from: clipped
    ).network
    let accuracies = try [conventional, clipped, pas].map {
      try accuracy($0, training: data, test: test)
    }
    #expect(accuracies[0].clean > 0.95)
    #expect(accuracies[2].clean > 0.95)
    #expect(accuracies[1].faulty > accuracies[0].faulty + 0.03)
    #expect(accuracies[2].faulty > accuracies[1].faulty)
  }

  /// The accuracy without errors, and the mean over eight chips that training never saw.
  private func accuracy(
    _ network: Network, training: Dataset, test: Dataset
  ) throws -> (clean: Double, faulty: Double) {
    let integers = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(
        of: network, on: training, examples: training.count, rule: .maximum))
    let words = integers.words(of: test)
    func accuracy(_ hardware: InferenceHardware) -> Double {
      Classification.accuracy(
        logits: IntegerInference(integers, multiplier: .exact(.offset), hardware: hardware).logits(
          words, count: test.count), labels: test.labels, classCount: 10)
    }
    let chips = (0..<8).map { chip in
      let maps = (0..<2).map { buffer in
        MemoryFaultMap(
          chipSeed: 100 + UInt64(chip), buffer: UInt64(buffer),
          words: buffer == 0 ? integers.weightWords() : 1024, upTo: 0.01
        ).masks(atProbability: 0.01)
      }
      return accuracy(
        InferenceHardware(
          accumulator: Self.accumulator, timing: Self.noisy.timing, timingSeed: 1,
          timingIndex: UInt64(chip), weightFaults: maps[0], activationFaults: maps[1]))
    }
    return (
      accuracy(InferenceHardware(accumulator: Self.accumulator)), chips.reduce(0, +) / 8
    )
  }
}
