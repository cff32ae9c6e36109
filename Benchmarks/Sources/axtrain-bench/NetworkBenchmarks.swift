import Datasets
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import Training

/// Matrix products and training.
enum NetworkBenchmarks {
  static func rows() throws -> [Benchmark] {
    try [floatProduct(), tableProduct(), pas()]
  }

  /// Float products must be OpenBLAS's and not those of GSL's slow reference library.
  private static func floatProduct() -> Benchmark {
    let size = 512
    let matrix = (0..<size * size).map { Float($0 % 17) }
    var product = matrix
    let seconds = fastest(of: 10) {
      FloatProduct.multiply(matrix, matrix, into: &product, m: size, k: size, n: size)
    }
    return Benchmark(
      name: "float product 512x512x512", value: Double(size * size * size) / seconds / 1e9,
      unit: "GMAC/s", target: ">= 25")
  }

  private static func tableProduct() -> Benchmark {
    let (m, k, n) = (1024, 64, 32)
    var stream = RandomStream(seed: 1, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in stream.nextWord() & 0xFFFF })
    let arithmetic = TableMatrixMultiplication(table: table)
    let activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    let weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    let seconds = fastest(of: 20) {
      _ = arithmetic.multiply(
        activations: activations, weights: weights, m: m, k: k, n: n,
        accumulator: AccumulatorSpec(width: 24, overflow: .wrap))
    }
    return Benchmark(
      name: "table product 1024x64x32", value: Double(m * k * n) / seconds / 1e9,
      unit: "GMAC/s")
  }

  /// Thirty epochs of AxTrain-pas of the quickstart's network.
  private static func pas() throws -> Benchmark {
    let data = try Dataset.digits().split(testFraction: 0.25, seed: 1).training
    let start = Network(topology: .perceptron([64, 32, 10]), seed: 1)
    let trainer = try NetworkTrainer(
      topology: start.topology,
      settings: NetworkTrainingSettings(
        epochs: 30, batchSize: 32, learningRate: 0.01, schedule: .linear, weightClip: 0.4),
      seed: 1, data: (data, data), file: "digits",
      method: PAS(
        IntegerPass(
          multiplier: .exact(.offset), spec: QuantizationSpec(),
          accumulator: AccumulatorSpec(width: 24, overflow: .wrap), calibration: data),
        errors: HardwareErrors(weightBitErrorRate: 0.01, activationBitErrorRate: 0.01)))
    let seconds = try fastest(of: 3) { _ = try trainer.train(from: start) }
    return Benchmark(name: "30 epochs of AxTrain-pas, digits 64-32-10", value: seconds, unit: "s")
  }
}
