import ErrorTables
import QuantizedNetworks
import Randomness
import TableArithmetic
import Testing

@Suite("Encodings of operands") struct EncodingTests {
  @Test(
    "every integer has a word of its own that gives it back",
    arguments: OperandEncoding.allCases, Array(OperandEncoding.bits))
  func roundTrip(encoding: OperandEncoding, bits: Int) {
    let integers = encoding.integers(bits: bits)
    let words = integers.map { encoding.word($0, bits: bits) }
    #expect(Set(words).count == words.count)
    #expect(words.allSatisfy { Int($0) < 1 << bits })
    #expect(words.map { encoding.integer($0, bits: bits) } == Array(integers))
    // Bits above the word's are not part of it.
    #expect(
      words.allSatisfy {
        encoding.integer($0 | UInt8(truncatingIfNeeded: 0xFF << bits), bits: bits)
          == encoding.integer($0, bits: bits)
      })
  }

  @Test("exact multipliers multiply the integers of all words", arguments: OperandEncoding.allCases)
  func exactProducts(encoding: OperandEncoding) {
    for (activationBits, weightBits) in [(8, 8), (4, 8), (5, 3)] {
      let multiplier = EncodedMultiplier.exact(
        encoding, activationBits: activationBits, weightBits: weightBits)
      for activation in UInt8(0)...255 {
        for weight in UInt8(0)...255 {
          let exact =
            encoding.integer(activation, bits: activationBits)
            * encoding.integer(weight, bits: weightBits)
          if multiplier.product(activation, weight) != exact {
            Issue.record("\(encoding) \(activation) × \(weight)")
            return
          }
        }
      }
    }
  }

  @Test("narrow multipliers serve narrow words, and no wider ones")
  func narrow() throws {
    let narrow = ProductTable.exact(widthA: 4, widthB: 4)
    let four = try EncodedMultiplier(
      table: narrow, signs: .unsigned, encoding: .offset, activationBits: 4, weightBits: 4)
    #expect(four.product(15, 15) == 225)
    // One bit of a sign-magnitude word is its sign.
    let five = try EncodedMultiplier(
      table: narrow, signs: .unsigned, encoding: .signMagnitude, activationBits: 5, weightBits: 5)
    #expect(five.product(0b11111, 0b01111) == -225)
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .unsigned, encoding: .offset, activationBits: 5, weightBits: 4)
    }
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .signed, encoding: .offset, activationBits: 4,
        weightBits: 4)
    }
    #expect(throws: EncodedMultiplier.Mismatch.self) {
      try EncodedMultiplier(
        table: narrow, signs: .unsigned, encoding: .twosComplement, activationBits: 4,
        weightBits: 4)
    }
  }

  @Test(
    "accumulators wrap or saturate after each addition of a signed product",
    arguments: OperandEncoding.allCases, [8, 12, 20, 32])
  func accumulators(encoding: OperandEncoding, width: Int) {
    var random = RandomStream(seed: UInt64(width), purpose: .test)
    let multiplier = EncodedMultiplier.exact(encoding)
    let (m, k, n) = (7, 40, 5)
    let activations = (0..<m * k).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let weights = (0..<k * n).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for overflow in AccumulatorOverflow.allCases {
      let accumulator = AccumulatorSpec(width: width, overflow: overflow)
      let sums = multiplier.accumulators(
        activations: activations, weights: weights, m: m, k: k, n: n, accumulator: accumulator)
      let (low, high) = (-(1 << (width - 1)), 1 << (width - 1) - 1)
      for row in 0..<m {
        for column in 0..<n {
          var sum = 0
          for step in 0..<k {
            sum += Int(multiplier.product(activations[row * k + step], weights[step * n + column]))
            switch overflow {
            case .saturate: sum = min(high, max(low, sum))
            case .wrap:
              while sum > high || sum < low { sum += sum > high ? -(1 << width) : 1 << width }
            }
          }
          #expect(Int(sums[row * n + column]) == sum)
        }
      }
    }
  }
}
