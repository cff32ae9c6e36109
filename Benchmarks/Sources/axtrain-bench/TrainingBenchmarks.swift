import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import Training

/// Epochs of the training methods beside a conventional one, on two threads: random images, which cost
/// as much as others.
///
/// An epoch is a part of one of MNIST's 60,000 images, and measures the ranges of activations and counts
/// operands on the same part of the images that a whole one does.
enum TrainingBenchmarks {
  private static let (wholeEpoch, runs) = (60_000, 3)
  /// What issues allow, as a ratio to the conventional epoch; none of the recipe, which is pas with other
  /// rates and an average of the weights.
  private static let methods: [(method: TrainingMethod, name: String, target: String)] = [
    (.pas, "pas through a table", "<= 3"), (.act, "act", "<= 3"), (.actPAS, "act and pas", "<= 5"),
    (.axtrain, "axtrain", ""),
  ]

  static func rows() throws -> [Benchmark] {
    try [(Preset.perceptron784x128x10, 30_000), (.leNet5, 6_000)].flatMap(rows)
  }

  private static func rows(_ preset: Preset, images: Int) throws -> [Benchmark] {
    let data = dataset(images)
    let integers = IntegerPass(
      multiplier: try approximate(), spec: QuantizationSpec(),
      accumulator: AccumulatorSpec(width: 24, overflow: .wrap),
      calibration: data.selecting(
        Array(0..<IntegerPass.calibrationExamples * images / wholeEpoch)),
      operandExamples: IntegerPass.operandExamples * images / wholeEpoch)
    let epochs = try ([.conventional] + methods.map(\.method)).map {
      try epoch(preset, data, $0, integers)
    }
    // In turns, so that other work on the machine slows all.
    var seconds = [Double](repeating: .infinity, count: epochs.count)
    for _ in 0..<runs {
      for (index, epoch) in epochs.enumerated() {
        seconds[index] = min(seconds[index], try fastest(of: 1, epoch))
      }
    }
    let name = "epoch of \(images) images, \(preset.rawValue)"
    return [Benchmark(name: "\(name), conventional", value: seconds[0], unit: "s")]
      + zip(methods, seconds.dropFirst()).map { method, time in
        Benchmark(
          name: "\(name), \(method.name), over a conventional one", value: time / seconds[0],
          unit: "times", target: method.target)
      }
  }

  /// An epoch of a method as sweeps run it, at rates of some near-threshold supply.
  private static func epoch(
    _ preset: Preset, _ data: Dataset, _ method: TrainingMethod, _ integers: IntegerPass
  ) throws -> () throws -> Void {
    let errors = HardwareErrors(
      timing: .masks(
        MaskErrors(ProductErrorDistribution(probability: 1e-3, masks: [0x800], weights: [1]))),
      weightBitErrorRate: 0.01, activationBitErrorRate: 0.01)
    let settings = NetworkTrainingSettings(
      epochs: 1, batchSize: 64, averageDecay: method.averagesWeights ? 0.998 : nil)
    let start = Network(topology: try preset.topology(), seed: 1)
    let trainer = try NetworkTrainer(
      topology: start.topology, settings: settings, seed: 1, data: (data, data), file: "random",
      method: method.gradientMethod(
        .standard(batchSize: settings.batchSize), integers: integers, errors: errors),
      work: ChunkedWork(threads: 2))
    return { _ = try trainer.train(from: start) }
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
