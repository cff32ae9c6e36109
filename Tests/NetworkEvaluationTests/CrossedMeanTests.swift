import Foundation
import NetworkEvaluation
import Randomness
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

  @Test("with a draw of dies for each chip it is that of independent chips, to the last bit")
  func drawOfEachChip() {
    let (chips, seeds) = ([0.91, 0.937, 0.942, 0.955, 0.9], [0.92, 0.9376])
    #expect(
      CrossedMean(perChip: chips, perSeed: seeds, draws: 5)
        == CrossedMean(perChip: chips, perSeed: seeds))
    #expect(
      CrossedMean(perChip: chips, perSeed: seeds, draws: 1)
        == CrossedMean(perChip: chips, perSeed: seeds))
  }

  @Test("draws of equally many chips: Student's interval over the draws' means")
  func equalDraws() {
    // Chips 0, 2, 4 are of one draw, 1, 3, 5 of the other: 0.92 and 0.95 in the mean.
    let mean = CrossedMean(
      perChip: [0.90, 0.94, 0.92, 0.95, 0.94, 0.96], perSeed: [0.935], draws: 2)
    #expect(abs(mean.mean - 0.935) < 1e-12)
    // t(1) = 12.706205, s/√2 = 0.03/2
    #expect(abs(mean.halfWidth95 - 12.70620474 * 0.015) < 1e-8)
    // Draws whose means agree to rounding do not differ, whatever their chips.
    #expect(
      CrossedMean(perChip: [0.1, 0.2, 0.3, 0.2], perSeed: [0.2], draws: 2).halfWidth95 == 0)
  }

  /// Chips nested in draws of dies, crossed with networks; every part normal.
  struct Nested: Sendable, CustomStringConvertible {
    let chips: Int
    let draws: Int
    let networks: Int
    /// Standard deviations of draws, of chips within one, of networks, and of what is left.
    let deviations: (draw: Double, chip: Double, network: Double, rest: Double)

    var description: String { "\(chips) chips, \(draws) draws, \(networks) networks" }

    /// A sample about 0.5.
    func sample(
      _ normal: () -> Double
    ) -> (perChip: [Double], perSeed: [Double]) {
      let ofDraw = (0..<draws).map { _ in deviations.draw * normal() }
      let ofNetwork = (0..<networks).map { _ in deviations.network * normal() }
      let values = (0..<chips).map { chip in
        let common = 0.5 + ofDraw[chip % draws] + deviations.chip * normal()
        return ofNetwork.map { common + $0 + deviations.rest * normal() }
      }
      return (
        values.map { $0.reduce(0, +) / Double(networks) },
        (0..<networks).map { network in
          values.reduce(0) { $0 + $1[network] } / Double(chips)
        }
      )
    }
  }

  @Test(
    "over chips of few draws it holds the mean in 95 % of samples, and with chips taken for independent in far fewer",
    arguments: [
      // Equally many chips a draw; not; with networks; two draws.
      Nested(chips: 12, draws: 4, networks: 1, deviations: (0.01, 0.01, 0, 0)),
      Nested(chips: 10, draws: 4, networks: 1, deviations: (0.01, 0.01, 0, 0)),
      Nested(chips: 20, draws: 5, networks: 5, deviations: (0.01, 0.01, 0.01, 0)),
      Nested(chips: 40, draws: 8, networks: 5, deviations: (0.01, 0.01, 0.005, 0.003)),
      Nested(chips: 8, draws: 2, networks: 1, deviations: (0.01, 0.01, 0, 0)),
    ])
  func coverage(of nested: Nested) {
    var stream = RandomStream(seed: 7, purpose: .test)
    func normal() -> Double {
      (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &stream))).squareRoot()
        * cos(2 * .pi * Double.random(in: 0..<1, using: &stream))
    }
    let trials = 4000
    var (known, ignored) = (0, 0)
    for _ in 0..<trials {
      let (perChip, perSeed) = nested.sample(normal)
      let mean = CrossedMean(perChip: perChip, perSeed: perSeed, draws: nested.draws)
      if abs(mean.mean - 0.5) <= mean.halfWidth95 { known += 1 }
      let independent = CrossedMean(perChip: perChip, perSeed: perSeed)
      if abs(independent.mean - 0.5) <= independent.halfWidth95 { ignored += 1 }
    }
    #expect((trials * 93 / 100...trials * 97 / 100).contains(known), "\(known) of \(trials)")
    #expect(ignored < trials * 92 / 100, "\(ignored) of \(trials)")
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
