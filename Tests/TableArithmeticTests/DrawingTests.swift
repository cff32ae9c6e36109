import ErrorTables
import Randomness
import Testing

@testable import TableArithmetic

@Suite struct DrawingTests {
  static let weightings: [[Double]] = [
    [1], [1, 1], [0, 1], [3, 1, 0, 4], [1e-12, 1], (1...200).map { Double($0) },
  ]

  @Test(
    "an alias table gives each outcome its share of all 64-bit words",
    arguments: weightings)
  func alias(weights: [Double]) {
    let outcomes = weights.indices.map { UInt32($0) * 7 + 1 }
    let table = AliasTable(outcomes: outcomes, weights: weights)
    let words = 200_000
    var counts: [UInt32: Int] = [:]
    for word in 0..<words {
      let bits = UInt64((Double(word) + 0.5) / Double(words) * 0x1p64)
      counts[table.outcome(bits), default: 0] += 1
    }
    let total = weights.reduce(0, +)
    for (outcome, weight) in zip(outcomes, weights) {
      // Evenly spaced words miss an outcome's share by at most one in each slot it stands in.
      let share = Double(counts[outcome] ?? 0) / Double(words)
      #expect(abs(share - weight / total) <= Double(weights.count + 1) / Double(words))
      if weight == 0 { #expect(counts[outcome] == nil) }
    }
  }

  @Test("many outcomes at once are those one by one", arguments: weightings)
  func choices(weights: [Double]) {
    let table = AliasTable(outcomes: weights.indices.map { UInt32($0) * 7 + 1 }, weights: weights)
    var random = RandomStream(seed: 2, purpose: .test)
    let words = [0, UInt64.max] + (0..<1000).map { _ in random.next() }
    var outcomes = [UInt32](repeating: 0, count: words.count)
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      words.withUnsafeBufferPointer { words in
        guard let outcomes = outcomes.baseAddress, let first = words.baseAddress else { return }
        table.choose(outcomes, for: first, count: words.count)
      }
    }
    #expect(outcomes == words.map(table.outcome))
  }

  @Test(
    "division by a reciprocal is division",
    arguments: [
      1, 2, 3, 7, 10, 2048, 65_537, 1 << 30, (1 << 30) - 1, (1 << 30) + 1, (1 << 31) - 1,
    ])
  func division(divisor: Int) {
    let divide = ReciprocalDivision(by: divisor)
    var random = RandomStream(seed: 1, purpose: .test)
    let edges = [0, 1, divisor - 1, divisor, divisor + 1, 2 * divisor - 1, (1 << 31) - 1]
    let values = edges + (0..<10_000).map { _ in Int(random.nextWord() >> 1) }
    for value in values where (0..<1 << 31).contains(value) {
      let (quotient, remainder) = divide(value)
      #expect(quotient == value / divisor && remainder == value % divisor)
    }
  }

  @Test("numbered blocks are the words of the stream with the same key")
  func blocks() {
    let blocks = RandomBlocks(seed: 0xABCD_EF01_2345, purpose: .test, lane: 9, index: 1 << 40 | 5)
    var stream = RandomStream(
      seed: 0xABCD_EF01_2345, purpose: .test, lane: 9, index: 1 << 40 | 5)
    for number: UInt32 in 0..<50 {
      #expect(blocks.block(number) == (stream.next(), stream.next()))
    }
  }
}
