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

  @Test("in percent it is cut at 0 and 100, in sweeps and in compare-fidelities alike")
  func percentages() {
    let high = PercentageInterval(mean: 0.99, halfWidth: 0.08)
    #expect(abs(high.low - 91) < 1e-9 && high.high == 100)
    let low = PercentageInterval(mean: 0.03, halfWidth: 0.08)
    #expect(low.low == 0 && abs(low.high - 11) < 1e-9)
    // Two chips: t(1) = 12.7062, s/√2 = 0.01, half a width of 12.7 points.
    let cells = FidelityComparison.percentages([0.93, 0.95], isSampled: true).map(\.number)
    #expect(abs((cells[0] ?? 0) - 94) < 1e-9)
    #expect(abs((cells[1] ?? 0) - 81.2938) < 1e-3)
    #expect(cells[2] == 100)
    #expect(
      FidelityComparison.percentages([0.93, 0.95], isSampled: false).dropFirst() == [
        .missing, .missing,
      ])
    #expect(
      FidelityComparison.percentages([], isSampled: true) == [.missing, .missing, .missing])
  }
}
