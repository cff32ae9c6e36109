import ErrorTables
import Netlists
import Randomness
import TableArithmetic

/// Matrix products and convolutions through product tables, on one core: the best of many runs.
enum TableBenchmarks {
  static func rows() throws -> [Benchmark] {
    let tables = tables()
    var rows: [Benchmark] = []
    for kernels in TableKernels.available {
      for (name, table) in tables {
        let arithmetic = TableMatrixMultiplication(table: table, kernels: kernels)
        for shape in shapes where name == "random" || shape.m > 16 {
          rows.append(product(arithmetic, shape, "\(kernels.rawValue) \(name)"))
        }
      }
      if let table = tables.first?.table {
        let arithmetic = TableMatrixMultiplication(table: table, kernels: kernels)
        rows += convolutions.map { convolution(arithmetic, $0, kernels.rawValue) }
      }
    }
    return rows
  }

  private static let shapes = [
    (m: 1024, k: 576, n: 64), (m: 256, k: 256, n: 256), (m: 16, k: 576, n: 64),
    (m: 1, k: 576, n: 64),
  ]

  /// The two convolutions of LeNet-5, a 3 × 3 convolution of ResNet-8, and a depthwise one.
  private static let convolutions: [(name: String, images: Int, shape: ConvolutionShape)] = [
    (
      "1x28x28 6 of 5x5", 64,
      ConvolutionShape(
        channels: 1, input: .init(square: 28), filters: 6, kernel: .init(square: 5),
        padding: .init(all: 2))
    ),
    (
      "6x14x14 16 of 5x5", 64,
      ConvolutionShape(
        channels: 6, input: .init(square: 14), filters: 16, kernel: .init(square: 5))
    ),
    (
      "64x8x8 64 of 3x3", 16,
      ConvolutionShape(
        channels: 64, input: .init(square: 8), filters: 64, kernel: .init(square: 3),
        padding: .init(all: 1))
    ),
    (
      "32x16x16 depthwise 3x3", 16,
      ConvolutionShape(
        channels: 32, input: .init(square: 16), filters: 32, kernel: .init(square: 3),
        padding: .init(all: 1), groups: 32)
    ),
  ]

  /// A table without any structure, the exact one, and ones that are a few products of factors.
  private static func tables() -> [(name: String, table: ProductTable)] {
    var stream = RandomStream(seed: 1, purpose: .test)
    let random = (0..<65_536).map { _ in stream.nextWord() & 0xFFFF }
    let shape = MultiplierShape(width: 8)
    func generated(_ family: MultiplierFamily) -> ProductTable {
      let model = family.model(shape)
      return ProductTable(
        widthA: 8, widthB: 8,
        products: (0..<65_536).map { UInt32(truncatingIfNeeded: model($0 & 255, $0 >> 8)) })
    }
    return [
      ("random", ProductTable(widthA: 8, widthB: 8, products: random)),
      ("exact", .exact(widthA: 8, widthB: 8)),
      ("drum k=4", generated(.drum(bits: 4))),
      ("roba", generated(.roundingBased)),
      ("truncated columns=2", generated(.truncated(columns: 2, isCompensated: false))),
      ("truncated columns=3", generated(.truncated(columns: 3, isCompensated: false))),
    ]
  }

  private static func product(
    _ arithmetic: TableMatrixMultiplication, _ shape: (m: Int, k: Int, n: Int), _ name: String
  ) -> Benchmark {
    let (m, k, n) = shape
    let activations = bytes(m * k, seed: 2)
    let weights = bytes(k * n, seed: 3)
    let seconds = fastest(of: 30) {
      _ = arithmetic.productSums(activations: activations, weights: weights, m: m, k: k, n: n)
    }
    return Benchmark(
      name: "table product, \(name), \(m)x\(k)x\(n)", value: Double(m * k * n) / seconds / 1e9,
      unit: "GMAC/s", target: m > 16 ? targets[name] ?? "" : "")
  }

  private static let targets = [
    "portable random": ">= 2.5", "avx2 random": ">= 6", "avx512 random": ">= 16",
  ]

  private static func convolution(
    _ arithmetic: TableMatrixMultiplication,
    _ layer: (name: String, images: Int, shape: ConvolutionShape), _ name: String
  ) -> Benchmark {
    let shape = layer.shape
    let activations = bytes(layer.images * shape.inputCount, seed: 4)
    let weights = bytes(shape.weightCount, seed: 5)
    let seconds = fastest(of: 20) {
      _ = arithmetic.convolutionSums(
        activations: activations, weights: weights, images: layer.images, shape: shape, padding: 0)
    }
    let products = layer.images * shape.outputCount * shape.patchCount
    return Benchmark(
      name: "table convolution, \(name), \(layer.images) x \(layer.name)",
      value: Double(products) / seconds / 1e9, unit: "GMAC/s")
  }

  private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var stream = RandomStream(seed: seed, purpose: .test)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
  }
}
