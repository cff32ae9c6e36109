import Datasets
import ErrorTables
import Files
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import Testing

@testable import Training

@Suite struct TrainerTests {
  static let accumulator = AccumulatorSpec(width: 24, overflow: .saturate)
  static let exact = ProductTable.exact(widthA: 8, widthB: 8)
  /// The errors that the resilience tests train for and run under.
  static let noisy = HardwareErrors(
    products: exact,
    timing: .maskRun(
      ProductErrorDistribution(probability: 0.001, masks: [0x800, 0x1000], weights: [1, 1])),
    weightBitErrorRate: 0.01, activationBitErrorRate: 0.01)

  @Test("the same seed gives the same bytes on any thread, another seed others")
  func deterministic() async throws {
    let data = try Dataset.digits().selecting(Array(0..<120))
    let spec = TrainingSpec(epochs: 2, batchSize: 32, learningRate: 0.003, weightClip: 0.3)
    @Sendable func run(_ seed: UInt64) throws -> [DenseNetwork] {
      let start = DenseNetwork(sizes: [64, 12, 10], seed: seed)
      let (trained, _) = try Trainer.train(network: start, data: data, spec: spec, seed: seed)
      let (tuned, _) = try Trainer.fineTunePAS(
        network: trained, data: data, spec: spec, hardware: Self.noisy,
        accumulator: Self.accumulator, seed: seed)
      return [trained, tuned]
    }
    let alone = try run(1)
    let together = try await withThrowingTaskGroup(of: [DenseNetwork].self) { group in
      for _ in 0..<4 { group.addTask { try run(1) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(together.allSatisfy { $0 == alone })
    #expect(try run(2)[1] != alone[1])
  }

  @Test("pas runs forward exactly as inference does, errors included")
  func forwardIsInference() throws {
    let data = try Dataset.digits().selecting(Array(0..<50))
    let network = DenseNetwork(sizes: [64, 12, 10], seed: 2)
    let spec = TrainingSpec(epochs: 1, batchSize: 50, learningRate: 0.001, logitScale: 2)
    let (_, record) = try Trainer.fineTunePAS(
      network: network, data: data, spec: spec, hardware: Self.noisy,
      accumulator: Self.accumulator, seed: 7)

    let order = RandomStream(seed: 7, purpose: .batchOrder, index: 1 << 32)
    var orderStream = order
    let batch = data.selecting(orderStream.permutation(of: 50))
    let ranges = network.hiddenRanges(
      for: FloatMatrix(activations: data.activations, columns: 64))
    let quantized = QuantizedNetwork(quantizing: network, hiddenRanges: ranges)
    let arithmetic = TableMatrixMultiplication(table: Self.exact)
    var stream = RandomStream(seed: 7, purpose: .trainingMemoryFaults, index: 0)
    let weightFaults = MemoryFaultMap.freshMasks(
      words: quantized.weightWords, probability: 0.01, stream: &stream)
    let chips = [
      InferenceHardware(arithmetic: arithmetic, accumulator: Self.accumulator),
      InferenceHardware(
        arithmetic: arithmetic, accumulator: Self.accumulator, timing: Self.noisy.timing,
        timingSeed: 7, timingIndex: 0, timingPurpose: .trainingTimingErrors,
        weightFaults: weightFaults,
        activationFaults: MemoryFaultMap.freshMasks(
          words: 50 * 64, probability: 0.01, stream: &stream)),
    ]
    let losses = chips.map { chip in
      let scale = Float(quantized.layers[1].sumScale)
      let logits = quantized.infer(inputs: batch.activations, count: 50, on: chip)
      return SoftmaxCrossEntropy.lossAndGradient(
        logits: FloatMatrix(rows: 50, columns: 10, values: logits.map { Float($0) * scale }),
        labels: batch.labels[...], scale: 2
      ).loss
    }
    #expect(losses[0] != losses[1])
    // An epoch's loss is weighted by the size of its batches.
    #expect(record.epochLosses == [(losses[0] + losses[1]) / 2 * 50 / 50])
  }

  @Test("no weight leaves its range, and training counts what it costs")
  func clipping() throws {
    let data = try Dataset.digits().selecting(Array(0..<100))
    let start = DenseNetwork(sizes: [64, 12, 10], seed: 3)
    let spec = TrainingSpec(epochs: 2, batchSize: 32, learningRate: 0.01, weightClip: 0.1)
    let (clipped, record) = try Trainer.train(network: start, data: data, spec: spec, seed: 3)
    #expect(clipped.layers.allSatisfy { $0.weightRange <= 0.1 })
    // Four batches of at most 32 cover 100 examples.
    #expect((record.steps, record.examplePasses) == (8, 200))
    let (tuned, tuning) = try Trainer.fineTunePAS(
      network: start, data: data, spec: spec, hardware: Self.noisy,
      accumulator: Self.accumulator, seed: 3)
    #expect(tuned.layers.allSatisfy { $0.weightRange <= 0.1 })
    #expect((tuning.steps, tuning.examplePasses) == (8, 400))
    #expect(record.epochLosses[1] < record.epochLosses[0])
  }

  @Test("a training that diverges is an error that says so")
  func divergence() throws {
    let data = try Dataset.digits().selecting(Array(0..<64))
    let start = DenseNetwork(sizes: [64, 12, 10], seed: 4)
    let spec = TrainingSpec(epochs: 3, batchSize: 16, learningRate: 3e38)
    let error = #expect(throws: InputError.self) {
      try Trainer.train(network: start, data: data, spec: spec, seed: 4)
    }
    #expect(error?.status == .badData)
    #expect(error?.message.hasPrefix("training diverges in epoch 1") == true)
    #expect(throws: InputError.self) {
      try Trainer.fineTunePAS(
        network: start, data: data, spec: spec, hardware: Self.noisy,
        accumulator: Self.accumulator, seed: 4)
    }
  }

  @Test("at 1 % bit errors clipping beats conventional training, and pas beats clipping")
  func resilience() throws {
    let (data, test) = try Dataset.digits().split(testFraction: 0.25, seed: 5)
    let start = DenseNetwork(sizes: [64, 32, 10], seed: 5)
    func train(_ method: TrainingMethod) throws -> DenseNetwork {
      try Trainer.train(
        network: start, data: data, spec: .standard(for: method), seed: 5
      ).0
    }
    let conventional = try train(.conventional)
    let clipped = try train(.weightClipping)
    let pas = try Trainer.fineTunePAS(
      network: clipped, data: data, spec: .standard(for: .pas), hardware: Self.noisy,
      accumulator: Self.accumulator, seed: 5
    ).0
    let accuracies = [conventional, clipped, pas].map { accuracy($0, train: data, test: test) }
    #expect(accuracies[0].clean > 0.95)
    #expect(accuracies[2].clean > 0.95)
    #expect(accuracies[1].faulty > accuracies[0].faulty + 0.03)
    #expect(accuracies[2].faulty > accuracies[1].faulty)
  }

  /// The accuracy without errors, and the mean over eight chips that training never saw.
  private func accuracy(
    _ network: DenseNetwork, train: Dataset, test: Dataset
  ) -> (clean: Double, faulty: Double) {
    let inputs = FloatMatrix(activations: train.activations, columns: 64)
    let quantized = QuantizedNetwork(
      quantizing: network, hiddenRanges: network.hiddenRanges(for: inputs))
    let arithmetic = TableMatrixMultiplication(table: Self.exact)
    let clean = quantized.accuracy(
      on: test, running: InferenceHardware(arithmetic: arithmetic, accumulator: Self.accumulator))
    let chips = (0..<8).map { chip in
      let maps = (0..<2).map { buffer in
        MemoryFaultMap(
          chipSeed: 100 + UInt64(chip), buffer: UInt64(buffer),
          words: buffer == 0 ? quantized.weightWords : 1024, upTo: 0.01
        ).masks(atProbability: 0.01)
      }
      return quantized.accuracy(
        on: test,
        running: InferenceHardware(
          arithmetic: arithmetic, accumulator: Self.accumulator, timing: Self.noisy.timing,
          timingSeed: 1, timingIndex: UInt64(chip), weightFaults: maps[0],
          activationFaults: maps[1]))
    }
    return (clean, chips.reduce(0, +) / 8)
  }
}
