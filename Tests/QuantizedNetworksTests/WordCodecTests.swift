import Randomness
import Testing

@testable import QuantizedNetworks

@Suite("Words and their integers, many at a time") struct WordCodecTests {
  @Test(
    "a sum of words is that of their integers, whatever their number and place",
    arguments: OperandEncoding.allCases)
  func sums(encoding: OperandEncoding) {
    let codec = WordCodec(encoding: encoding, bits: 8)
    var random = RandomStream(seed: 1, purpose: .test)
    // The largest words too: partial sums of 1,024 of them must not overflow.
    let words =
      [UInt8](repeating: 255, count: 2_100)
      + (0..<1_100).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for (start, count) in [(0, 0), (3, 1), (1, 7), (5, 8), (0, 1_024), (7, 2_057), (0, 3_200)] {
        let expected = (start..<start + count).reduce(Int32(0)) { $0 + codec.integer(words[$1]) }
        #expect(codec.sum(base + start, count: count) == expected)
      }
    }
  }
}
