import ErrorTables
import Randomness
import TestSupport
import Testing

@testable import TableArithmetic

@Suite struct MultiplicationTests {
  static let accumulators = [
    AccumulatorSpec(width: 32, overflow: .wrap), AccumulatorSpec(width: 24, overflow: .saturate),
    AccumulatorSpec(width: 19, overflow: .wrap), AccumulatorSpec(width: 17, overflow: .saturate),
    AccumulatorSpec(width: 8, overflow: .wrap), AccumulatorSpec(width: 8, overflow: .saturate),
  ]

  @Test(
    "the product equals the naive triple loop, with and without errors", arguments: accumulators)
  func equalsNaive(accumulator: AccumulatorSpec) {
    for shape in 0..<24 {
      var random = RandomStream(seed: 11, purpose: .test, index: UInt64(shape))
      let table = shape.isMultiple(of: 3) ? exact : randomTable(&random)
      let (m, k, n) = (
        Int(random.next() % 40), 1 + Int(random.next() % 70), 1 + Int(random.next() % 12)
      )
      let operands = Operands(m: m, k: k, n: n, random: &random)
      let timing = ProductErrorDistribution(
        probability: [0, 0.003, 0.2, 1][shape % 4], masks: [1, 0x8000, 0xC001, 0x40],
        weights: [1, 2, 3, 4])
      let errors = RandomStream(seed: 5, purpose: .timingErrors, index: UInt64(shape))

      let kernel = TableMatrixMultiplication(table: table)
      let naive = NaiveTableProduct(
        table: table.products, accumulatorWidth: accumulator.width,
        saturates: accumulator.overflow == .saturate)

      let clean = kernel.multiply(
        activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
        accumulator: accumulator)
      #expect(
        clean
          == naive.multiply(
            activations: operands.activations, weights: operands.weights, m: m, k: k, n: n))

      var stream = errors
      let wrong = kernel.multiply(
        activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
        accumulator: accumulator, timing: timing, stream: &stream)
      let hits = self.hits(timing: timing, operations: m * k * n, stream: errors)
      #expect(
        wrong
          == naive.multiply(
            activations: operands.activations, weights: operands.weights, m: m, k: k, n: n,
            capture: { $1 ^ (hits[$0] ?? 0) }))
    }
  }

  @Test("a batch of more than one block of images equals the naive loop")
  func manyImages() {
    var random = RandomStream(seed: 12, purpose: .test)
    let m = TableMethod(kernel: .lookups, lanes: .vectors).lanesPerBlock + 3
    let operands = Operands(m: m, k: 9, n: 3, random: &random)
    let table = randomTable(&random)
    let naive = NaiveTableProduct(table: table.products, accumulatorWidth: 20, saturates: false)
    let product = TableMatrixMultiplication(table: table).multiply(
      activations: operands.activations, weights: operands.weights, m: m, k: 9, n: 3,
      accumulator: AccumulatorSpec(width: 20, overflow: .wrap))
    #expect(
      product
        == naive.multiply(
          activations: operands.activations, weights: operands.weights, m: m, k: 9, n: 3))
  }

  @Test("the integer kernel and the table kernel give the same exact products")
  func exactKernel() {
    #expect(TableMatrixMultiplication(table: exact).isExact)
    var products = exact.products
    products[255 << 8 | 254] ^= 1
    let almost = ProductTable(widthA: 8, widthB: 8, products: products)
    #expect(!TableMatrixMultiplication(table: almost).isExact)

    // All operand pairs but the one that differs: a row of activations for each weight.
    let activations = (0...255).map { UInt8($0) }
    let weights = (0...254).map { UInt8($0) }
    let accumulator = AccumulatorSpec(width: 32, overflow: .wrap)
    let results = [exact, almost].map {
      TableMatrixMultiplication(table: $0).multiply(
        activations: activations, weights: weights, m: 256, k: 1, n: 255,
        accumulator: accumulator)
    }
    #expect(results[0] == results[1])
  }

  @Test("the longest sum of the largest products saturates a 32-bit accumulator, without overflow")
  func longestSum() {
    let table = ProductTable(
      widthA: 8, widthB: 8, products: [UInt32](repeating: 0xFFFF, count: 65_536))
    let kernel = TableMatrixMultiplication(table: table)
    let ones = [UInt8](repeating: 1, count: 65_536)
    func sum(_ overflow: AccumulatorOverflow) -> [Int32] {
      kernel.multiply(
        activations: ones, weights: ones, m: 1, k: 65_536, n: 1,
        accumulator: AccumulatorSpec(width: 32, overflow: overflow))
    }
    #expect(sum(.saturate) == [Int32.max])
    // 65,536 · 65,535 − 2³² = −65,536.
    #expect(sum(.wrap) == [-65_536])
  }

  private var exact: ProductTable { .exact(widthA: 8, widthB: 8) }

  private func randomTable(_ random: inout RandomStream) -> ProductTable {
    ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in random.nextWord() & 0xFFFF })
  }

  private func hits(
    timing: ProductErrorDistribution, operations: Int, stream: RandomStream
  ) -> [Int: UInt32] {
    var stream = stream
    var injector = ErrorInjector(timing: timing, operations: operations)
    var hits: [Int: UInt32] = [:]
    while let hit = injector.next(from: &stream) { hits[hit.operation] = hit.mask }
    return hits
  }
}

/// Random operands of a product.
private struct Operands {
  let activations: [UInt8]
  let weights: [UInt8]

  init(m: Int, k: Int, n: Int, random: inout RandomStream) {
    activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
  }
}
