import ErrorTables
import Randomness
import TableArithmetic

/// What injected errors add to the time of a table product, clean and injected timed in turn.
enum InjectionBenchmarks {
  static func rows() -> [Benchmark] {
    let masks: [UInt32] = (0..<200).map { 0x0100 &+ $0 &* 0x9D }
    let distribution = ProductErrorDistribution(
      probability: 1e-3, masks: masks, weights: masks.map { Double(1 + $0 % 7) })
    // Bits 8 to 15 with sum 1e-3: nearly one wrong bit an error.
    let bits = BitErrors(
      probabilities: [Double](repeating: 0, count: 8) + [Double](repeating: 1.25e-4, count: 8))
    let classes = WeightClassErrors(
      distributions: [distribution, distribution],
      classOfWeight: (0..<256).map { $0 < 128 ? 0 : 1 })
    let models: [(String, ProductErrorModel)] = [
      ("masks", .masks(MaskErrors(distribution))), ("bits", .bits(bits)),
      ("masks by weight", .masksByWeight(classes)), ("mask run", .maskRun(distribution)),
    ]
    let layers = [
      ("LeNet-5 conv2 1600x150x16", (1600, 150, 16)),
      ("LeNet-5 fc1 64x400x120", (64, 400, 120)),
      ("digits hidden 450x64x32", (450, 64, 32)), ("digits output 450x32x10", (450, 32, 10)),
    ]
    return layers.flatMap { layer, shape in
      models.flatMap { model, errors in rows("\(model), \(layer)", shape, errors) }
    }
  }

  private static func rows(
    _ name: String, _ shape: (m: Int, k: Int, n: Int), _ errors: ProductErrorModel
  ) -> [Benchmark] {
    let (m, k, n) = shape
    var stream = RandomStream(seed: 1, purpose: .test)
    let table = ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in stream.nextWord() & 0xFFFF })
    let arithmetic = TableMatrixMultiplication(table: table)
    let activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    let weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    let accumulator = AccumulatorSpec(width: 24, overflow: .wrap)
    let key = ProductErrorKey(seed: 1, purpose: .test, index: 1, layer: 0)
    var (clean, injected) = (Double.infinity, Double.infinity)
    for _ in 0..<40 {
      clean = min(
        clean,
        fastest(of: 1) {
          _ = arithmetic.multiply(
            activations: activations, weights: weights, m: m, k: k, n: n,
            accumulator: accumulator)
        })
      injected = min(
        injected,
        fastest(of: 1) {
          _ = arithmetic.multiply(
            activations: activations, weights: weights, m: m, k: k, n: n,
            accumulator: accumulator, errors: errors, key: key)
        })
    }
    // The target was set for a clean product of 3.6 GMAC/s; the time of one error depends on no
    // kernel.
    return [
      Benchmark(
        name: "errors at 1e-3, \(name)", value: 100 * (injected / clean - 1), unit: "% more",
        target: errors.isKeyed ? "<= 10" : ""),
      Benchmark(
        name: "one error, \(name)", value: (injected - clean) / (1e-3 * Double(m * k * n)) * 1e9,
        unit: "ns"),
    ]
  }
}

extension ProductErrorModel {
  fileprivate var isKeyed: Bool {
    if case .maskRun = self { false } else { true }
  }
}
