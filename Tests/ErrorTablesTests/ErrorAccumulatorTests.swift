import ErrorTables
import LaneKernels
import Randomness
import TestSupport
import Testing

/// Widths, sign and convention of a comparison.
struct AccumulatorCase: CustomTestStringConvertible, Sendable {
  let inner: Int
  let outer: Int
  let product: Int
  let signs: OperandSigns
  let convention: RelativeErrorConvention

  var testDescription: String {
    "\(inner)x\(outer)->\(product) \(signs.description) \(convention.rawValue)"
  }

  static let all: [AccumulatorCase] = [
    (8, 8, 16), (4, 9, 13), (2, 3, 5), (1, 12, 13), (3, 8, 11), (12, 2, 14), (11, 5, 32), (8, 6, 9),
  ].flatMap { (widths: (Int, Int, Int)) -> [AccumulatorCase] in
    let mixed = [OperandSigns(a: true, b: false), OperandSigns(a: false, b: true)]
    return ([.unsigned, .signed] + mixed).flatMap { (signs: OperandSigns) -> [AccumulatorCase] in
      RelativeErrorConvention.allCases.map {
        AccumulatorCase(
          inner: widths.0, outer: widths.1, product: widths.2, signs: signs, convention: $0)
      }
    }
  }

  /// Products that are exact, wrong in the low bits, or anything.
  func products() -> [UInt32] {
    var stream = RandomStream(seed: 7, purpose: .test, index: UInt64(64 * inner + product))
    let mask: UInt32 = product == 32 ? ~0 : 1 << UInt32(product) - 1
    return (0..<1 << (inner + outer)).map { (index: Int) -> UInt32 in
      let word = UInt32(truncatingIfNeeded: stream.next())
      let (a, b) = (index & (1 << inner - 1), index >> inner)
      let signedA = signs.a && a >> (inner - 1) == 1 ? a - 1 << inner : a
      let signedB = signs.b && b >> (outer - 1) == 1 ? b - 1 << outer : b
      let exact = UInt32(truncatingIfNeeded: signedA * signedB)
      switch word % 3 {
      case 0: return exact & mask
      case 1: return (exact ^ (word >> 8 & 7)) & mask
      default: return (word >> 2) & mask
      }
    }
  }

  func sums(_ products: [UInt32], kernels: LaneKernels) -> ErrorSums {
    var accumulator = ErrorAccumulator(
      innerWidth: inner, outerWidth: outer, productWidth: product, signs: signs,
      convention: convention, kernels: kernels)
    products.withUnsafeBufferPointer { products in
      for first in stride(from: 0, to: products.count, by: 2048) {
        let end = min(first + 2048, products.count)
        accumulator.add(UnsafeBufferPointer(rebasing: products[first..<end]), first: first)
      }
    }
    return accumulator.sums
  }
}

@Suite("Sums of errors")
struct ErrorAccumulatorTests {
  @Test("the fast sums equal the definitions, pair by pair", arguments: AccumulatorCase.all)
  func naive(test: AccumulatorCase) {
    let products = test.products()
    let naive = NaiveErrorMetrics(
      widthA: test.inner, widthB: test.outer, productWidth: test.product,
      signs: (test.signs.a, test.signs.b), atLeastOne: test.convention == .atLeastOne
    ) { a, b in UInt64(products[b << test.inner | a]) }
    let sums = test.sums(products, kernels: .portable)
    #expect(sums.pairCount == UInt64(products.count))
    #expect(sums.errorCount == UInt64(naive.errorCount))
    #expect(sums.absoluteErrors == naive.absolute)
    #expect(sums.errors == naive.signed)
    #expect(sums.squaredErrors == naive.squared)
    #expect(sums.worstError == naive.worst)
    #expect(sums.relativeCount == UInt64(naive.relativeCount))
    #expect(abs(sums.relativeErrors - naive.relativeSum) <= 1e-12 * naive.relativeSum)
    #expect(sums.worstRelativeError == naive.worstRelative)
  }

  @Test("all instruction sets give the same bits", arguments: AccumulatorCase.all)
  func instructionSets(test: AccumulatorCase) {
    let products = test.products()
    let portable = test.sums(products, kernels: .portable)
    for kernels in LaneKernels.available {
      #expect(test.sums(products, kernels: kernels) == portable, "\(kernels)")
    }
  }

  @Test("Σe² of all pairs of 16 by 16 bits with the largest error is exact")
  func largestSquares() {
    // Product 0 for the largest operands: e = −(2^16 − 1)².
    var accumulator = ErrorAccumulator(
      innerWidth: 16, outerWidth: 16, productWidth: 32, signs: .unsigned,
      convention: .nonzeroExact)
    let zeros = [UInt32](repeating: 0, count: 2048)
    zeros.withUnsafeBufferPointer { accumulator.add($0, first: 1 << 32 - 2048) }
    var expected: UInt128 = 0
    for a in (1 << 16 - 2048)..<(1 << 16) {
      let product = UInt128(a) * 65535
      expected += product * product
    }
    #expect(accumulator.sums.squaredErrors == expected)
    #expect(accumulator.sums.worstError == 65535 * 65535)
    #expect(accumulator.sums.worstRelativeError == 1)
  }
}
