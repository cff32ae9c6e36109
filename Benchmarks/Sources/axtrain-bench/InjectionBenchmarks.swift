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
    let differences = DifferenceErrors(
      probability: 1e-3, differences: (0..<200).map { 16 << ($0 % 12) + $0 },
      counts: (0..<200).map { 1 + $0 % 7 }, outputBits: 16)
    let models: [(String, ProductErrorModel)] = [
      ("masks", .masks(MaskErrors(distribution))), ("bits", .bits(bits)),
      ("differences", .differences(differences)), ("mask run", .maskRun(distribution)),
    ]
    let layers = [
      ("LeNet-5 conv2 1600x150x16", (1600, 150, 16)),
      ("LeNet-5 fc1 64x400x120", (64, 400, 120)),
      ("digits hidden 450x64x32", (450, 64, 32)), ("digits output 450x32x10", (450, 32, 10)),
    ]
    let matrices = layers.flatMap { layer, shape in
      models.flatMap { model, errors in
        rows("\(model), \(layer)", matrix: shape, errors)
      }
    }
    return matrices
      + models.prefix(3).flatMap { model, errors in
        rows("\(model), LeNet-5 conv2 as a convolution", convolutionOf: 16, errors)
      }
  }

  private static func rows(
    _ name: String, matrix: (m: Int, k: Int, n: Int), _ errors: ProductErrorModel
  ) -> [Benchmark] {
    let (m, k, n) = matrix
    let arithmetic = TableMatrixMultiplication(table: table)
    let (activations, weights) = (words(m * k), words(k * n))
    return rows(
      name, errors, products: m * k * n,
      clean: {
        _ = arithmetic.multiply(
          activations: activations, weights: weights, m: m, k: k, n: n, accumulator: accumulator)
      },
      injected: {
        _ = arithmetic.multiply(
          activations: activations, weights: weights, m: m, k: k, n: n,
          accumulator: accumulator, errors: errors, key: key)
      })
  }

  private static func rows(
    _ name: String, convolutionOf images: Int, _ errors: ProductErrorModel
  ) -> [Benchmark] {
    let shape = ConvolutionShape(
      channels: 6, input: .init(rows: 14, columns: 14), filters: 16,
      kernel: .init(rows: 5, columns: 5))
    let arithmetic = TableMatrixMultiplication(table: table)
    let (activations, weights) = (words(images * shape.inputCount), words(shape.weightCount))
    return rows(
      name, errors, products: images * shape.outputCount * shape.patchCount,
      clean: {
        _ = arithmetic.convolve(
          activations: activations, weights: weights, images: images, shape: shape, padding: 0,
          accumulator: accumulator)
      },
      injected: {
        _ = arithmetic.convolve(
          activations: activations, weights: weights, images: images, shape: shape, padding: 0,
          accumulator: accumulator, errors: errors, key: key)
      })
  }

  private static let accumulator = AccumulatorSpec(width: 24, overflow: .wrap)
  private static let key = ProductErrorKey(seed: 1, purpose: .test, index: 1, layer: 0)
  private static let table = {
    var stream = RandomStream(seed: 1, purpose: .test)
    return ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in stream.nextWord() & 0xFFFF })
  }()

  private static func words(_ count: Int) -> [UInt8] {
    var stream = RandomStream(seed: 1, purpose: .test, index: UInt64(count))
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
  }

  private static func rows(
    _ name: String, _ errors: ProductErrorModel, products: Int, clean: () -> Void,
    injected: () -> Void
  ) -> [Benchmark] {
    var (cleanTime, injectedTime) = (Double.infinity, Double.infinity)
    for _ in 0..<40 {
      cleanTime = min(cleanTime, fastest(of: 1, clean))
      injectedTime = min(injectedTime, fastest(of: 1, injected))
    }
    // The target was set for a clean product of 3.6 GMAC/s; the time of one error depends on no
    // kernel.
    return [
      Benchmark(
        name: "errors at 1e-3, \(name)", value: 100 * (injectedTime / cleanTime - 1),
        unit: "% more", target: errors.isKeyed ? "<= 10" : ""),
      Benchmark(
        name: "one error, \(name)",
        value: (injectedTime - cleanTime) / (1e-3 * Double(products)) * 1e9, unit: "ns"),
    ]
  }
}

extension ProductErrorModel {
  fileprivate var isKeyed: Bool {
    if case .maskRun = self { false } else { true }
  }
}
