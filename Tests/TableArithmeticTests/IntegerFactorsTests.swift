import ErrorTables
import Netlists
import Testing

@testable import TableArithmetic

@Suite("Tables that are a few products of factors")
struct IntegerFactorsTests {
  /// Multipliers that shorten each operand by itself are one product; rounding to powers of two adds
  /// one, a constant adds one, and every column that is left out at most one.
  static let shortened: [(MultiplierFamily, Int)] = [
    (.exact(.dadda), 1), (.drum(bits: 4), 1), (.leadingOneTruncated(bits: 3), 1),
    (.staticSegment(bits: 5), 1), (.enhancedStaticSegment(bits: 4), 1), (.lowBitsZero(bits: 2), 1),
    (.roundingBased, 2), (.truncated(columns: 2, isCompensated: false), 3),
    (.truncated(columns: 2, isCompensated: true), 4),
    (.truncated(columns: 3, isCompensated: false), 4),
  ]

  @Test("are recognized, and their factors give back all 65,536 products", arguments: shortened)
  func recognized(family: MultiplierFamily, most: Int) throws {
    let table = SampleTables.generated(family)
    let terms = try #require(IntegerFactors(products: words(table))?.terms, "\(family)")
    #expect(terms.count <= most)
    let sums = (0..<65_536).map { index in
      terms.reduce(0) { $0 + Int($1.activations[index & 255]) * Int($1.weights[index >> 8]) }
    }
    #expect(sums == table.products.map { Int($0) })
  }

  @Test("do not include one with a single wrong product, nor one without structure")
  func refused() {
    // Off by one, far from and near to the largest product.
    for pair in [0, 255, 201 << 8 | 200, 65_535] {
      var products = words(SampleTables.exact)
      products[pair] ^= 1
      // The exact table and a correction of one product: two terms, if any, and those are proven.
      if let factors = IntegerFactors(products: products) { #expect(factors.terms.count == 2) }
    }
    #expect(IntegerFactors(products: words(SampleTables.random)) == nil)
    #expect(IntegerFactors(products: words(SampleTables.generated(.mitchell))) == nil)
  }

  @Test("include the exact one, whose factors are the operands, and one of zeros")
  func simplest() throws {
    let exact = try #require(IntegerFactors(products: words(SampleTables.exact)))
    #expect(exact.terms.map(\.isActivation) == [true])
    #expect(exact.terms.map { $0.weights.map(Int.init) } == [Array(0...255)])
    let zeros = try #require(IntegerFactors(products: [UInt16](repeating: 0, count: 65_536)))
    #expect(zeros.terms.count == 1)
  }

  private func words(_ table: ProductTable) -> [UInt16] {
    table.products.map { UInt16(truncatingIfNeeded: $0) }
  }
}
