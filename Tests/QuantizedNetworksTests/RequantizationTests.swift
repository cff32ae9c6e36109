import QuantizedNetworks
import Randomness
import Testing

@Suite struct RequantizationTests {
  @Test("scaling rounds half away from zero, as exact arithmetic in double precision does")
  func rounding() {
    var random = RandomStream(seed: 1, purpose: .test)
    for _ in 0..<20_000 {
      let exponent = -Int(random.next() % 45)
      let factor = Double(
        sign: .plus, exponent: exponent, significand: 1 + random.nextUniform())
      let requantization = Requantization(factor: factor)
      // Products below 2⁵³, so that double precision holds them exactly.
      let sum = Int32(truncatingIfNeeded: random.next() % (1 << 22)) - (1 << 21)
      let exact =
        Double(sum) * Double(requantization.multiplier)
        / Double(sign: .plus, exponent: requantization.shift, significand: 1)
      #expect(Double(requantization.scaled(sum)) == exact.rounded(.toNearestOrAwayFromZero))
    }
  }

  @Test("ties go away from zero on both sides")
  func ties() {
    let half = Requantization(factor: 0.5)
    #expect([1, 3, -1, -3, 4].map { half.scaled($0) } == [1, 2, -1, -2, 2])
    #expect(Requantization(factor: 1).scaled(-7) == -7)
  }

  @Test("the multiplier holds the factor to 31 bits wherever the shift allows it")
  func precision() {
    var random = RandomStream(seed: 2, purpose: .test)
    for _ in 0..<5000 {
      let factor = Double(
        sign: .plus, exponent: 30 - Int(random.next() % 63), significand: 1 + random.nextUniform())
      let requantization = Requantization(factor: factor)
      let held =
        Double(requantization.multiplier)
        / Double(sign: .plus, exponent: requantization.shift, significand: 1)
      #expect(abs(held - factor) <= factor * 0x1p-31)
    }
    // Rounding up to 2³¹ moves on to the next shift.
    let nearlyOne = Requantization(factor: 1 - 0x1p-40)
    #expect((nearlyOne.multiplier, nearlyOne.shift) == (1 << 30, 30))
  }

  @Test("factors beyond the range give zero or the largest result, without a trap")
  func extremes() {
    #expect(Requantization(factor: 1e-300).scaled(.max) == 0)
    #expect(Requantization(factor: 1e300).scaled(1) == Int64(Int32.max))
    #expect(Requantization(factor: 1e300).scaled(.min) == Int64(Int32.min) * Int64(Int32.max))
    #expect(Requantization(factor: 0.75).scaled(.min) == -1_610_612_736)
  }
}
