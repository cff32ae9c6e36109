import ErrorTables
import Randomness
import Testing

@Suite struct MemoryFaultMapTests {
  static let map = MemoryFaultMap(chipSeed: 42, buffer: 1, words: 4000, upTo: 0.1)

  @Test("what fails at a low bit error rate fails at every higher one")
  func nested() {
    let rates = [0, 0.0005, 0.001, 0.01, 0.02, 0.1]
    for (low, high) in zip(rates, rates.dropFirst()) {
      let pairs = zip(Self.map.masks(atProbability: low), Self.map.masks(atProbability: high))
      #expect(pairs.allSatisfy { $0 & ~$1 == 0 })
    }
    #expect(Self.map.masks(atProbability: 0).allSatisfy { $0 == 0 })
  }

  @Test("the share of failing bits is the bit error rate", arguments: [0.001, 0.01, 0.1])
  func rate(probability: Double) {
    let cells = 4000.0 * 8
    let deviation = (cells * probability * (1 - probability)).squareRoot()
    let persistent = bits(Self.map.masks(atProbability: probability))
    #expect(abs(Double(persistent) - cells * probability) < 4 * deviation)
    var stream = RandomStream(seed: 1, purpose: .trainingMemoryFaults)
    let fresh = bits(
      MemoryFaultMap.freshMasks(words: 4000, probability: probability, stream: &stream))
    #expect(abs(Double(fresh) - cells * probability) < 4 * deviation)
  }

  @Test("every bit of a word fails as often")
  func everyBit() {
    for bit in 0..<8 {
      let count = Self.map.cells.count { $0.mask == 1 << UInt8(bit) }
      // 4,000 cells at 10 %: standard deviation 19.
      #expect(abs(Double(count) - 400) < 4 * 19)
    }
  }

  @Test("a cell's threshold does not depend on the map's size or maximum")
  func persistent() {
    let smaller = MemoryFaultMap(chipSeed: 42, buffer: 1, words: 1000, upTo: 0.02)
    #expect(
      smaller.masks(atProbability: 0.02)
        == Array(Self.map.masks(atProbability: 0.02).prefix(1000)))
    #expect(MemoryFaultMap(chipSeed: 43, buffer: 1, words: 4000, upTo: 0.1) != Self.map)
    #expect(MemoryFaultMap(chipSeed: 42, buffer: 2, words: 4000, upTo: 0.1) != Self.map)
  }

  @Test("a rate of one inverts each bit of the width, and no other")
  func certain() {
    let map = MemoryFaultMap(chipSeed: 1, buffer: 0, words: 10, width: 5, upTo: 1)
    #expect(map.masks(atProbability: 1) == [UInt8](repeating: 0b11111, count: 10))
    var stream = RandomStream(seed: 1, purpose: .trainingMemoryFaults)
    let fresh = MemoryFaultMap.freshMasks(words: 10, width: 5, probability: 1, stream: &stream)
    #expect(fresh == [UInt8](repeating: 0b11111, count: 10))
  }

  private func bits(_ masks: [UInt8]) -> Int { masks.reduce(0) { $0 + $1.nonzeroBitCount } }
}
