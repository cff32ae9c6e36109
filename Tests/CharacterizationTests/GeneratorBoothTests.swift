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
}
