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
    ]
  }

  private static func seconds(
    _ preset: Preset, images: Int, work: ChunkedWork
  ) throws -> (table: Double, float: Double) {
    var random = RandomStream(seed: 1, purpose: .test)
    let network = try Network(topology: preset.topology(), seed: 1).foldingBatchNormalization()
    let shape = network.input
    let values = (0..<images * shape.count).map { _ in Float(random.nextWord() >> 24) / 255 }
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
    let inference = IntegerInference(
      integers,
      multiplier: try EncodedMultiplier(table: table, signs: .unsigned, encoding: .offset))
    let words = integers.words(of: values)
    let batch = 256
    let batches = stride(from: 0, to: images, by: batch).map { begin in
      let range = begin..<min(begin + batch, images)
      return Tensor(
        count: range.count, shape: shape,
        values: Array(values[range.lowerBound * shape.count..<range.upperBound * shape.count]))
    }
    return (
      fastest(of: 3) { _ = inference.logits(words, count: images, work: work) },
      fastest(of: 3) { for inputs in batches { _ = network.logits(inputs, work: work) } }
    )
  }
}
