import NetworkEvaluation
import Testing

@Suite("The interval of a mean over chips and networks")
struct CrossedMeanTests {
  @Test("with one network it is Student's over chips")
  func oneNetwork() {
    let mean = CrossedMean(perChip: [0.9, 0.92, 0.94, 0.96], perSeed: [0.93])
    #expect(abs(mean.mean - 0.93) < 1e-12)
    // s = 0.0258199, t(3) = 3.182446: 3.182446 · 0.0258199 / 2
    #expect(abs(mean.halfWidth95 - 0.0410851) < 1e-6)
  }

  @Test("networks that differ widen it, and equal chips do not narrow it to nothing")
  func bothFactors() {
    let mean = CrossedMean(perChip: [0.95, 0.95, 0.95], perSeed: [0.94, 0.95, 0.96])
    // s²(networks)/3 = 1e-4/3 with two degrees of freedom: t = 4.302653.
    #expect(abs(mean.halfWidth95 - 4.302653 * (1e-4 / 3).squareRoot()) < 1e-6)
    #expect(CrossedMean(perChip: [1, 1], perSeed: [1, 1]).halfWidth95 == 0)
  }

  @Test("values that rounding alone tells apart do not differ")
  func rounding() {
    let near = [0.1 + 0.2, 0.3, 0.3]
    #expect(near[0] != near[1])
    #expect(CrossedMean(perChip: near, perSeed: [0.3, 0.1 + 0.2]).halfWidth95 == 0)
    // One image of a million is no rounding.
    #expect(CrossedMean(perChip: [0.3, 0.300001], perSeed: [0.3]).halfWidth95 > 1e-6)
  }
}
