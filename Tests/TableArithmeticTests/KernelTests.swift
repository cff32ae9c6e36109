import ErrorTables
import Netlists
import Randomness
import TestSupport
import Testing

@testable import TableArithmetic

@Suite("Every kernel of every instruction set")
struct KernelTests {
  static let tables = [
    SampleTables.random, SampleTables.exact, SampleTables.almostExact, SampleTables.largest,
    SampleTables.generated(.drum(bits: 3)), SampleTables.generated(.roundingBased),
  ]

  @Test("equals the naive triple loop on random shapes", arguments: tables.indices)
  func equalsNaive(number: Int) {
    let table = Self.tables[number]
    let naive = NaiveTableProduct(table: table.products, accumulatorWidth: 32, saturates: false)
    let multiplications = SampleTables.multiplications(table)
    for shape in 0..<10 {
      var random = RandomStream(seed: 41, purpose: .test, index: UInt64(number << 8 | shape))
      let (m, k, n) = Self.shape(shape, &random)
      let activations = Self.bytes(m * k, &random)
      let weights = Self.bytes(k * n, &random)
      let expected = naive.multiply(activations: activations, weights: weights, m: m, k: k, n: n)
      for (name, arithmetic) in multiplications {
        let sums = arithmetic.productSums(
          activations: activations, weights: weights, m: m, k: k, n: n)
        #expect(
          sums.map { Int32(bitPattern: $0) } == expected, "\(name), table \(number), \(m)x\(k)x\(n)"
        )
      }
    }
  }

  /// The edges of blocks and chunks first, then any.
  private static func shape(_ number: Int, _ random: inout RandomStream) -> (Int, Int, Int) {
    switch number {
    case 0: (0, 7, 3)
    case 1: (1, 1, 1)
    case 2: (200, 1, 70)
    case 3: (65, 257, 33)
    case 4: (17, 600, 70)
    default:
      (Int(random.next() % 201), 1 + Int(random.next() % 600), 1 + Int(random.next() % 70))
    }
  }

  @Test("equals the naive triple loop on blocks beyond the first, along either operand")
  func manyBlocks() {
    var random = RandomStream(seed: 42, purpose: .test)
    for (m, k, n) in [(600, 19, 5), (3, 11, 700), (8200, 2, 2)] {
      for table in [SampleTables.random, SampleTables.exact] {
        let activations = Self.bytes(m * k, &random)
        let weights = Self.bytes(k * n, &random)
        let expected = NaiveTableProduct(
          table: table.products, accumulatorWidth: 32, saturates: false
        ).multiply(activations: activations, weights: weights, m: m, k: k, n: n)
        for (name, arithmetic) in SampleTables.multiplications(table) {
          let sums = arithmetic.productSums(
            activations: activations, weights: weights, m: m, k: k, n: n)
          #expect(sums.map { Int32(bitPattern: $0) } == expected, "\(name), \(m)x\(k)x\(n)")
        }
      }
    }
  }

  @Test("adds up 65,536 products exactly, the largest among them")
  func longestSums() {
    let (m, k, n) = (2, 65_536, 3)
    var random = RandomStream(seed: 43, purpose: .test)
    let activations = Self.bytes(m * k, &random)
    let weights = Self.bytes(k * n, &random)
    let largest = [UInt8](repeating: 255, count: k * n)
    for table in [SampleTables.random, SampleTables.exact] {
      let expected = NaiveTableProduct(
        table: table.products, accumulatorWidth: 32, saturates: false
      ).multiply(activations: activations, weights: weights, m: m, k: k, n: n)
      for (name, arithmetic) in SampleTables.multiplications(table) {
        let sums = arithmetic.productSums(
          activations: activations, weights: weights, m: m, k: k, n: n)
        #expect(sums.map { Int32(bitPattern: $0) } == expected, "\(name)")
      }
    }
    for (table, product) in [(SampleTables.largest, 65_535), (SampleTables.exact, 65_025)] {
      for (name, arithmetic) in SampleTables.multiplications(table) {
        let sums = arithmetic.productSums(
          activations: [UInt8](repeating: 255, count: m * k), weights: largest, m: m, k: k, n: n)
        #expect(sums == [UInt32](repeating: UInt32(65_536 * product), count: m * n), "\(name)")
      }
    }
  }

  @Test("wraps and saturates as the accumulator after each addition", arguments: [8, 17, 24, 32])
  func accumulatorLimits(width: Int) {
    var random = RandomStream(seed: 44, purpose: .test, index: UInt64(width))
    let (m, k, n) = (70, 300, 9)
    let activations = Self.bytes(m * k, &random)
    let weights = Self.bytes(k * n, &random)
    for table in [SampleTables.largest, SampleTables.exact] {
      for overflow in AccumulatorOverflow.allCases {
        let expected = NaiveTableProduct(
          table: table.products, accumulatorWidth: width, saturates: overflow == .saturate
        ).multiply(activations: activations, weights: weights, m: m, k: k, n: n)
        for (name, arithmetic) in SampleTables.multiplications(table) {
          let results = arithmetic.multiply(
            activations: activations, weights: weights, m: m, k: k, n: n,
            accumulator: AccumulatorSpec(width: width, overflow: overflow))
          #expect(results == expected, "\(name), \(width) bits, \(overflow)")
        }
      }
    }
  }

  @Test("reads every pair of operands of every generated multiplier", arguments: [false, true])
  func generatedTables(isSigned: Bool) throws {
    let families = try SampleTables.families(isSigned: isSigned)
    #expect(families.count >= (isSigned ? 9 : 60))
    let all = (0...255).map { UInt8($0) }
    for family in families {
      let table = SampleTables.generated(family, isSigned: isSigned)
      let expected = (0..<65_536).map { table.products[($0 & 255) << 8 | $0 >> 8] }
      for (name, arithmetic) in SampleTables.multiplications(table) {
        let sums = arithmetic.productSums(
          activations: all, weights: all, m: 256, k: 1, n: 256)
        #expect(sums == expected, "\(name), \(family), signed: \(isSigned)")
      }
    }
  }

  static func bytes(_ count: Int, _ random: inout RandomStream) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
  }
}
