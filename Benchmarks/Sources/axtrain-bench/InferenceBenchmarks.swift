import Accelerators
import ErrorTables
import Networks
import QuantizedNetworks
import Randomness

/// Whole networks in integers through an approximate multiplier, on two threads: random weights and
/// images, which cost as much as trained ones.
enum InferenceBenchmarks {
  static func rows() throws -> [Benchmark] {
    let work = ChunkedWork(threads: 2)
    let (leNet, leNetFloat) = try seconds(.leNet5, images: 10_000, work: work)
    let (resNet, resNetFloat) = try seconds(.resNet8, images: 1_000, work: work)
    return [
      Benchmark(
        name: "LeNet-5, 10,000 images, table product, 2 threads", value: leNet, unit: "s",
        target: "<= 0.6", peer: "our float network", peerValue: leNetFloat),
      Benchmark(
        name: "ResNet-8, 32x32x3, table product, 2 threads", value: 1_000 / resNet,
        unit: "images/s", target: ">= 500", peer: "our float network",
        peerValue: 1_000 / resNetFloat),
      try registers(work),
    ]
  }

  /// LeNet-5 on the 16×16 array, every register in every cycle.
  private static func registers(_ work: ChunkedWork) throws -> Benchmark {
    let images = 1_000
    let sample = try Sample(.leNet5, images: images)
    let spec = try AcceleratorSpec(contentsOf: "HardwareSpecs/Accelerators/ntc16x16.yaml")
    let seconds = try fastest(of: 3) {
      _ = try NetworkRun(
        of: sample.inference.network, words: sample.words, images: images, batch: 64,
        multiplier: sample.inference.multiplier, on: spec, level: .register, work: work)
    }
    return Benchmark(
      name: "LeNet-5, 1,000 images, registers of a 16x16 array, 2 threads", value: seconds,
      unit: "s", target: "<= 10")
  }

  private static func seconds(
    _ preset: Preset, images: Int, work: ChunkedWork
  ) throws -> (table: Double, float: Double) {
    let sample = try Sample(preset, images: images)
    let (network, shape) = (sample.network, sample.network.input)
    let batch = 256
    let batches = stride(from: 0, to: images, by: batch).map { begin in
      let range = begin..<min(begin + batch, images)
      return Tensor(
        count: range.count, shape: shape,
        values: Array(
          sample.values[range.lowerBound * shape.count..<range.upperBound * shape.count]))
    }
    return (
      fastest(of: 3) { _ = sample.inference.logits(sample.words, count: images, work: work) },
      fastest(of: 3) { for inputs in batches { _ = network.logits(inputs, work: work) } }
    )
  }
}

/// A network with random weights, in floats and in integers, and random images.
private struct Sample {
  let network: Network
  let values: [Float]
  let inference: IntegerInference
  let words: [UInt8]

  init(_ preset: Preset, images: Int) throws {
    var random = RandomStream(seed: 1, purpose: .test)
    network = try Network(topology: preset.topology(), seed: 1).foldingBatchNormalization()
    let shape = network.input
    values = (0..<images * shape.count).map { _ in Float(random.nextWord() >> 24) / 255 }
    let few = Tensor(count: 64, shape: shape, values: Array(values.prefix(64 * shape.count)))
    let integers = try IntegerNetwork(
      quantizing: network, spec: QuantizationSpec(),
      calibration: Calibration(of: network, rule: .maximum) { $0(few) })
    // Low bits of products are random: no structure helps.
    let table = ProductTable(
      widthA: 8, widthB: 8,
      products: ProductTable.exact(widthA: 8, widthB: 8).products.map {
        $0 ^ (random.nextWord() & 0x3F)
      })
    inference = IntegerInference(
      integers,
      multiplier: try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset))
    words = integers.words(of: values)
  }
}
