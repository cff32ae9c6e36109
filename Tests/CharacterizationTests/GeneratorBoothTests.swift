import Netlists
import Testing

@Suite("Approximate Booth encoders")
struct GeneratorBoothTests {
  /// The three bits b(2i+1), b(2i), b(2i−1) of each digit of a signed 8-bit operand.
  private func patterns(_ b: Int) -> [Int] { (0..<4).map { ((b << 1) >> (2 * $0)) & 7 } }

  @Test(
    "R4ABM1 in all columns multiplies by 0 for digits of ±2, and leaves the 1 of −2's complement")
  func first() {
    let shape = MultiplierShape(width: 8, isSigned: true)
    let model = MultiplierFamily.approximateBooth(.first, columns: 16).model(shape)
    for a in -128..<128 {
      for b in -128..<128 {
        let digits = [0, 1, 1, 0, 0, -1, -1, 0]
        let sum = patterns(b).enumerated().reduce(0) { sum, row in
          sum + (digits[row.element] * a + (row.element == 4 ? 1 : 0)) << (2 * row.offset)
        }
        #expect(model(a, b) == sum)
      }
    }
  }

  @Test("R4ABM2 in all columns multiplies by ±1 after the digit's top bit, −a − 1 for 111")
  func second() {
    let shape = MultiplierShape(width: 8, isSigned: true)
    let model = MultiplierFamily.approximateBooth(.second, columns: 16).model(shape)
    for a in -128..<128 {
      for b in -128..<128 {
        let sum = patterns(b).enumerated().reduce(0) { sum, row in
          let multiple = row.element < 4 ? a : row.element < 7 ? -a : -a - 1
          return sum + multiple << (2 * row.offset)
        }
        #expect(model(a, b) == sum)
      }
    }
  }

  @Test("without approximate columns both are exact; with more, R4ABM1 errs more")
  func columns() {
    let shape = MultiplierShape(width: 8, isSigned: true)
    for encoder in ApproximateBoothEncoder.allCases {
      var previous = 0
      for columns in [0, 4, 8, 12, 16] {
        let model = MultiplierFamily.approximateBooth(encoder, columns: columns).model(shape)
        var error = 0
        for a in -128..<128 {
          for b in -128..<128 { error += abs(model(a, b) - a * b) }
        }
        #expect(columns == 0 ? error == 0 : error > previous, "\(encoder) \(columns)")
        previous = error
      }
    }
  }

  /// One bit of a row: exact (Yeh and Jen, IEEE Transactions on Computers 49(7), 2000), or by an
  /// approximate encoder's equation.
  private func encoded(
    _ pattern: Int, _ bit: Int, _ below: Int, _ encoder: ApproximateBoothEncoder?
  ) -> Int {
    let (top, middle, low) = (pattern >> 2 & 1, pattern >> 1 & 1, pattern & 1)
    let isOne = (middle ^ low) & (top ^ bit)
    switch encoder {
    case nil: return isOne | (1 ^ middle ^ low) & (top ^ middle) & (top ^ below)
    case .first: return isOne
    case .second: return top ^ bit
    }
  }

  @Test("of the encoders' 32 outputs 4 and 8 are wrong, as published")
  func encoderErrors() {
    for (encoder, expected) in [(ApproximateBoothEncoder.first, 4), (.second, 8)] {
      let wrong = (0..<32).filter { inputs in
        let (pattern, bit, below) = (inputs >> 2, inputs >> 1 & 1, inputs & 1)
        return encoded(pattern, bit, below, encoder) != encoded(pattern, bit, below, nil)
      }
      #expect(wrong.count == expected)
    }
  }

  @Test(
    "products are those of the encoders' equations, bit by bit",
    arguments: ApproximateBoothEncoder.allCases, [0, 5, 8, 11, 16])
  func bitByBit(encoder: ApproximateBoothEncoder, columns: Int) {
    let shape = MultiplierShape(width: 8, isSigned: true)
    let model = MultiplierFamily.approximateBooth(encoder, columns: columns).model(shape)
    var differences = 0
    for a in -128..<128 {
      for b in -128..<128 {
        var sum = 0
        for (row, pattern) in patterns(b).enumerated() {
          for place in 0...8 {
            let below = place == 0 ? 0 : a >> (place - 1) & 1
            let bit = encoded(
              pattern, a >> place & 1, below, place + 2 * row < columns ? encoder : nil)
            sum += (place == 8 ? -bit : bit) << (place + 2 * row)
          }
          if pattern >= 4 && pattern < 7 { sum += 1 << (2 * row) }
        }
        if model(a, b) != Int(Int16(truncatingIfNeeded: sum)) { differences += 1 }
      }
    }
    #expect(differences == 0)
  }

  /// Encoder, columns, MED, WCE, bias, MSE by a program that goes bit by bit through the encoders'
  /// equations; no published row has these.
  static let independent: [(ApproximateBoothEncoder, Int, [Double])] = [
    (.first, 6, [21.5, 147, -21.5, 1152.75]), (.first, 8, [117.5, 741, -117.5, 29120.75]),
    (.first, 16, [2361.005828857422, 17408, 10.5, 20878912.75]),
    (.second, 6, [27.7236328125, 171, 21.25, 1424]),
    (.second, 8, [142.93435668945312, 939, 117.25, 35156]),
    (.second, 16, [2340.0069274902344, 10880, -10.75, 11_930_660]),
  ]

  @Test("MED, WCE, bias and MSE are those of an independent program", arguments: independent)
  func metrics(encoder: ApproximateBoothEncoder, columns: Int, expected: [Double]) {
    let shape = MultiplierShape(width: 8, isSigned: true)
    let model = MultiplierFamily.approximateBooth(encoder, columns: columns).model(shape)
    var (absolute, worst, sum, squared) = (0, 0, 0, 0)
    for a in -128..<128 {
      for b in -128..<128 {
        let error = model(a, b) - a * b
        absolute += abs(error)
        worst = max(worst, abs(error))
        sum += error
        squared += error * error
      }
    }
    let pairs = 65536.0
    let found = [
      Double(absolute) / pairs, Double(worst), Double(sum) / pairs, Double(squared) / pairs,
    ]
    #expect(found == expected)
  }
}
