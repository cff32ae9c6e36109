import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import Training

/// Epochs of the training methods beside a conventional one, on two threads: random images, which cost
/// as much as others.
enum TrainingBenchmarks {
  static func rows() throws -> [Benchmark] {
    try [(Preset.perceptron784x128x10, 60_000), (.leNet5, 12_800)].flatMap { preset, images in
      let data = dataset(images)
      let conventional = try seconds(preset, data, Conventional())
      let pas = PAS(
        IntegerPass(
          multiplier: try approximate(), spec: QuantizationSpec(),
          accumulator: AccumulatorSpec(width: 24, overflow: .wrap), calibration: data),
        errors: HardwareErrors(
          timing: .masks(
            MaskErrors(ProductErrorDistribution(probability: 1e-3, masks: [0x800], weights: [1]))),
          weightBitErrorRate: 0.01, activationBitErrorRate: 0.01))
      return [
        Benchmark(
          name: "epoch of \(images) images, pas through a table, \(preset.rawValue)",
          value: try seconds(preset, data, pas), unit: "s", target: "ratio <= 3",
          peer: "our conventional epoch", peerValue: conventional)
      ]
    }
  }

  private static func seconds(
    _ preset: Preset, _ data: Dataset, _ method: any GradientMethod
  ) throws -> Double {
    let start = Network(topology: try preset.topology(), seed: 1)
    let trainer = try NetworkTrainer(
      topology: start.topology, settings: NetworkTrainingSettings(epochs: 1, batchSize: 64),
      seed: 1, data: (data, data), file: "random", method: method, work: ChunkedWork(threads: 2))
    return try fastest(of: 3) { _ = try trainer.train(from: start) }
  }

  /// Low bits of products are random: no structure helps.
  private static func approximate() throws -> EncodedMultiplier {
    var random = RandomStream(seed: 1, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: ProductTable.exact(widthA: 8, widthB: 8).products.map {
        $0 ^ (random.nextWord() & 0x3F)
      })
    return try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset)
  }

  private static func dataset(_ count: Int) -> Dataset {
    var random = RandomStream(seed: 2, purpose: .test)
    return Dataset(
      name: "random",
      features: (0..<count * 784).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) },
      featureCount: 784, featureMaximum: 255,
      labels: (0..<count).map { _ in UInt8(random.next() % 10) }, classCount: 10,
      featureShape: [28, 28])
  }
}
