import ErrorTables
import Randomness
import TestSupport
import Testing

@testable import TableArithmetic

@Suite("Wrong products, drawn many at a time")
struct ProductErrorDrawsTests {
  private static let key = ProductErrorKey(
    seed: 0x1234_5678_9ABC_DEF0, purpose: .test, index: 0xFFFF_FFFE, layer: 0xABCDEF)

  /// An error by all that its batch says of it.
  private struct Draw: Hashable {
    let operation: Int32
    let bits: UInt64
    let number: UInt32
  }

  @Test(
    "every instruction set draws the errors that the words of the streams define",
    arguments: [1, 0.999_999, 0.5, 0.06, 1e-2, 1e-3, 1e-4, 3e-5, 1e-7, 1e-18])
  func kernels(probability: Double) {
    for operations in Self.stretches(most: probability > 0.005 ? 200_000 : 2_000_000) {
      let expected = Self.naive(probability, operations)
      for kernels in TableKernels.available {
        #expect(Self.drawn(probability, operations, kernels) == expected, "\(kernels)")
      }
    }
  }

  @Test("sums with errors do not depend on the instruction set", arguments: 0..<6)
  func sums(shape: Int) {
    var random = RandomStream(seed: 31, purpose: .test, index: UInt64(shape))
    let (m, k, n) = (
      1 + Int(random.next() % 300), 1 + Int(random.next() % 200), 1 + Int(random.next() % 90)
    )
    let table = ProductTable(
      widthA: 8, widthB: 8, products: (0..<65_536).map { _ in random.nextWord() & 0xFFFF })
    let activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    let weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    for model in ProductErrorTests.models {
      let results = TableKernels.available.map { kernels in
        TableMatrixMultiplication(table: table, kernels: kernels).multiply(
          activations: activations, weights: weights, m: m, k: k, n: n,
          accumulator: AccumulatorSpec(width: 24, overflow: .wrap), errors: model,
          key: Self.key, firstImage: 7)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
  }

  /// Within one segment, over a few, from the middle of one to that of another, and far out.
  private static func stretches(most: Int) -> [Range<Int>] {
    [0..<1, 5..<16_384, 16_383..<16_385, 100..<16_384 * 3, 16_384 * 40..<16_384 * 41]
      + [0..<most, 12_345..<12_345 + most / 2, (1 << 46) - 70_000..<(1 << 46) - 1]
  }

  private static func drawn(
    _ probability: Double, _ operations: Range<Int>, _ kernels: TableKernels
  ) -> Set<Draw> {
    var draws: Set<Draw> = []
    var places = 0
    ProductErrorDraws(probability: probability, key: key, kernels: kernels)
      .forEachBatch(of: operations) { batch in
        for place in 0..<batch.count {
          places += 1
          draws.insert(
            Draw(
              operation: batch.operations[place], bits: batch.bits[place],
              number: batch.numbers[place]))
        }
      }
    #expect(places == draws.count, "an error came twice")
    return draws
  }

  /// Word by word from the stream of each segment.
  private static func naive(_ probability: Double, _ operations: Range<Int>) -> Set<Draw> {
    var draws: Set<Draw> = []
    let length = ProductErrorDraws.segmentLength
    for segment in operations.lowerBound / length...(operations.upperBound - 1) / length {
      var stream = RandomStream(
        seed: key.seed, purpose: key.purpose, lane: UInt32(key.layer),
        index: key.index << 32 | UInt64(segment))
      var (position, number) = (-1, UInt32(0))
      while true {
        let uniform = stream.nextUniform()
        let bits = stream.next()
        position += 1 + NaiveProductErrors.distance(uniform, probability: probability)
        guard position < length else { break }
        let operation = segment * length + position
        if operations.contains(operation) {
          draws.insert(
            Draw(
              operation: Int32(operation - operations.lowerBound), bits: bits, number: number))
        }
        number += 1
      }
    }
    return draws
  }
}
