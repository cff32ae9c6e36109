import Randomness
import Testing

@testable import Accelerators

@Suite("Changes of sums by wrong products")
struct SumDifferencesTests {
  @Test(
    "sums change as if each change were added at once, few sums or many, a block's changes more than wait for it",
    arguments: [
      (outputs: 3, vectors: 7, changes: 500), (outputs: 1, vectors: 1 << 17, changes: 4_000),
      (outputs: 1, vectors: 1 << 17 + 1, changes: 400_000),
      (outputs: 37, vectors: 5_003, changes: 1_000_000),
      (outputs: 5, vectors: 0, changes: 0),
    ])
  func collected(outputs: Int, vectors: Int, changes: Int) {
    var stream = RandomStream(seed: UInt64(outputs), purpose: .test)
    var expected = (0..<outputs * vectors).map { _ in
      UInt32(truncatingIfNeeded: stream.nextWord())
    }
    var sums = expected
    var differences = SumDifferences(outputs: outputs, vectors: vectors)
    // Two calls: what the first leaves must not be lost or counted twice.
    for part in 0..<2 {
      differences.collect { change in
        for index in 0..<changes / 2 {
          let difference: Int32 =
            switch index {
            case 0: 65_535
            case 1: -65_535
            default: Int32.random(in: -65_535...65_535, using: &stream)
            }
          let output = Int.random(in: 0..<outputs, using: &stream)
          // Most of the first part fall into a few sums.
          let vector = Int.random(
            in: 0..<(part == 0 ? min(vectors, 64) : vectors), using: &stream)
          change(output, vector, UInt32(bitPattern: difference))
          expected[vector * outputs + output] &+= UInt32(bitPattern: difference)
        }
      }
    }
    differences.add(to: &sums)
    #expect(sums == expected)
  }
}
