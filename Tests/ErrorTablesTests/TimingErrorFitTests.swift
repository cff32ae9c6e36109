import ErrorTables
import Fitting
import Foundation
import Quantities
import Randomness
import Testing

@Suite("Timing-error tables")
struct TimingErrorFitTests {
  static let supplies = [0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80]

  /// Dies whose ln V₀ scatter by `spread`, so that the mean over them follows the law of a fixed clock
  /// with √(σ² + spread²) for σ exactly; with a tracking clock there is no spread.
  struct Dies {
    var level = 0.3
    var middle = 0.55
    var sigma = 0.11
    var tracksSupply = false
    var spread = 0.0
    var count = 20
    var trials = 5000
    /// A factor on the probability at a supply.
    var bend: (Double) -> Double = { _ in 1 }

    func points(supplies: [Double] = TimingErrorFitTests.supplies, seed: UInt64)
      -> [TimingErrorTable.Point]
    {
      var stream = RandomStream(seed: seed, purpose: .test)
      let shifts = (0..<count).map { _ in spread * stream.nextNormal() }
      return supplies.map { supply in
        let errors = shifts.map { shift -> Int in
          let ratio = middle / supply
          let z =
            tracksSupply
            ? (1 - ratio * ratio) / (2 * sigma) : (log(supply / middle) - shift) / sigma
          let p = min(1, level * Normal.upperTail(z) * bend(supply))
          let noise = (p * (1 - p) * Double(trials)).squareRoot() * stream.nextNormal()
          return max(0, min(trials, Int((p * Double(trials) + noise).rounded())))
        }
        let sum = errors.reduce(0, +)
        return TimingErrorTable.Point(
          supply: supply, clockPeriod: tracksSupply ? 1e-9 / supply : 1e-9, errorsPerDie: errors,
          trialsPerDie: trials, bitErrors: [sum], masks: sum > 0 ? [1] : [],
          maskCounts: sum > 0 ? [sum] : [],
          differences: [],
          differenceCounts: [], bias: 0,
          meanSquare: 0)
      }
    }

    func fit(seed: UInt64) -> Result<TimingErrorFit, TimingErrorFit.Refusal> {
      TimingErrorTable(netlist: "m", clock: "track", points: points(seed: seed)).fit()
    }
  }

  @Test("a law that levels off is found with all three parameters", arguments: [false, true])
  func threeParameters(tracksSupply: Bool) throws {
    let fit = try Dies(tracksSupply: tracksSupply).fit(seed: 1).get()
    #expect(fit.tracksSupply == tracksSupply)
    #expect(abs(fit.parameters[0] - 0.3) < 0.01)
    #expect(abs(fit.parameters[1] - 0.55) < 0.005)
    #expect(abs(fit.parameters[2] - 0.11) < 0.01)
    #expect(fit.range == 0.40...0.80)
    #expect(abs(fit.probability(at: Voltage(0.55)) - 0.15) < 0.01)
  }

  @Test("in the tail alone p-infinity is set to 1 and says so by a zero error")
  func tailOnly() throws {
    let dies = Dies(level: 1, middle: 0.50, sigma: 0.16)
    let points = dies.points(supplies: [0.65, 0.70, 0.75, 0.80], seed: 2)
    let fit = try TimingErrorTable(netlist: "m", clock: "fixed", points: points).fit().get()
    // Free, p∞ would be 1.52 ± 1.52 here, by scipy's least_squares; so are V₀ and σ.
    #expect(fit.parameters[0] == 1 && fit.standardErrors[0] == 0)
    #expect(abs(fit.parameters[1] - 0.5007) < 0.0005)
    #expect(abs(fit.parameters[2] - 0.1590) < 0.0005)
    #expect(abs(fit.probability(at: Voltage(0.70)) / Normal.upperTail(log(1.4) / 0.16) - 1) < 0.2)
  }

  @Test(
    "errors and chi-squared are those of dies: true laws lie within them, and are not rejected",
    // The further the dies scatter, the more the tail rests on rare ones, and the more often 20 dies
    // lack them: then sigma comes out too small (65 % within two errors instead of 95 %).
    arguments: [(0.02, [180, 180, 180]), (0.06, [170, 180, 115])])
  func coverage(spread: Double, least: [Int]) throws {
    let dies = Dies(
      level: 0.4, middle: 0.50, sigma: 0.1, spread: spread, count: 20, trials: 20_000)
    let truth = [0.4, 0.50, (0.1 * 0.1 + spread * spread).squareRoot()]
    var within = [0, 0, 0]
    var (rejected, unlikely) = (0, 0)
    for seed in 0..<200 {
      switch dies.fit(seed: UInt64(1000 + seed)) {
      case .success(let law):
        unlikely += law.chiSquaredProbability < 0.05 ? 1 : 0
        for index in 0..<3 {
          let isWithin = abs(law.parameters[index] - truth[index]) < 2 * law.standardErrors[index]
          within[index] += isWithin ? 1 : 0
        }
      case .failure: rejected += 1
      }
    }
    #expect(rejected <= 3)
    // Fewer than 10 are on the careful side; `refusals` has laws that do not describe their data.
    #expect(unlikely <= 25, "\(unlikely)")
    for index in 0..<3 { #expect(within[index] >= least[index], "\(within)") }
  }

  @Test("points without errors weigh what their dies tell, not what their words would")
  func noErrors() throws {
    // Three dies, one of which errs up to 0.60 V; words would know 0 of 60,000 to 10^-4.
    let counts: [(Double, [Int])] = [
      (0.40, [9000, 900, 300]), (0.45, [5000, 200, 40]), (0.50, [2000, 20, 2]),
      (0.55, [500, 2, 0]), (0.60, [80, 0, 0]), (0.65, [0, 0, 0]), (0.70, [0, 0, 0]),
    ]
    let points = counts.map { supply, errors in
      TimingErrorTable.Point(
        supply: supply, clockPeriod: 1e-9, errorsPerDie: errors, trialsPerDie: 20_000,
        bitErrors: [0], masks: [1], maskCounts: [errors.reduce(0, +)], differences: [],
        differenceCounts: [], bias: 0, meanSquare: 0)
    }
    let all = try TimingErrorTable(netlist: "m", clock: "track", points: points).fit().get()
    let without = try TimingErrorTable(
      netlist: "m", clock: "track", points: Array(points.prefix(5))
    ).fit().get()
    for supply in [0.40, 0.50, 0.60] {
      let (a, b) = (all.probability(at: Voltage(supply)), without.probability(at: Voltage(supply)))
      #expect(abs(a - b) < all.standardDeviation(at: Voltage(supply)), "\(supply): \(a), \(b)")
    }
  }

  @Test("data that the law does not describe are refused, with the law that they reject")
  func refusals() throws {
    let steps = Dies(level: 1, middle: 0.55, sigma: 0.11, spread: 0.02, count: 40) {
      $0 < 0.62 ? 1 : 6
    }
    switch steps.fit(seed: 3) {
    case .success(let fit): Issue.record("accepted with \(fit.chiSquaredProbability)")
    case .failure(.doesNotDescribe(let law)):
      #expect(law.chiSquaredProbability < FitResult.leastProbability)
      #expect(law.parameters[2] > 0)
    case .failure(let other): Issue.record("refused for another reason: \(other)")
    }
    let few = Dies(sigma: 0.02).points(supplies: [0.50, 0.54, 0.7, 0.8], seed: 4)
    let fewFit = TimingErrorTable(netlist: "m", clock: "track", points: few).fit()
    #expect(fewFit == .failure(.tooFewErrors(voltages: 2)))
    let one = Dies(count: 1).fit(seed: 5)
    #expect(one == .failure(.unknownSpread))
    var mixed = Dies().points(seed: 6)
    mixed[0] = Dies(count: 3).points(seed: 6)[0]
    let mixedFit = TimingErrorTable(netlist: "m", clock: "track", points: mixed).fit()
    #expect(mixedFit == .failure(.unknownSpread))
    let poor: [TimingErrorFit.Refusal] = [.unknownSpread, .tooFewErrors(voltages: 1)]
    #expect(!poor.contains { $0.isPoorFit })
    #expect(TimingErrorFit.Refusal.noMinimum("").isPoorFit)
  }

  @Test("points at one supply but for rounding have no law, though a curve passes through them")
  func oneSupply() {
    for clockPeriods in [[1.5e-8], [1.5e-8, 1.5e-8 * (1 + 1e-15)]] {
      var supply = 0.45
      let points = (0..<5).map { index in
        defer { supply = supply.nextUp }
        return TimingErrorTable.Point(
          supply: supply, clockPeriod: clockPeriods[index % clockPeriods.count],
          errorsPerDie: [390, 80, 10, 1], trialsPerDie: 4096, bitErrors: [481], masks: [1],
          maskCounts: [481], differences: [], differenceCounts: [], bias: 0, meanSquare: 0)
      }
      switch TimingErrorTable(netlist: "m", clock: "track", points: points).fit() {
      case .success(let law): Issue.record("accepted: \(law)")
      case .failure(let refusal): #expect(refusal.isPoorFit, "\(refusal)")
      }
    }
    #expect(TimingErrorFit.Refusal.undetermined.isPoorFit)
  }

  @Test("dies that differ widen the interval beyond Wilson's, equal ones do not")
  func interval() {
    func point(_ errors: [Int]) -> TimingErrorTable.Point {
      TimingErrorTable.Point(
        supply: 0.5, clockPeriod: 1e-9, errorsPerDie: errors, trialsPerDie: 1000, bitErrors: [],
        masks: [1], maskCounts: [errors.reduce(0, +)], differences: [],
        differenceCounts: [], bias: 0, meanSquare: 0)
    }
    let equal = point([50, 50, 50, 50])
    #expect(equal.interval95 == Proportion(successes: 200, trials: 4000).wilson95)
    let unequal = point([0, 0, 0, 200]).interval95
    // Hall's interval of these rates with the skewness limited as for four values, by numpy.
    #expect(unequal.lowerBound == 0)
    #expect(abs(unequal.upperBound - 0.48701778701) < 1e-8)
  }

  @Test("masks are drawn as often as they were seen")
  func distribution() {
    let distribution = ProductErrorDistribution(
      probability: 0.1, masks: [8, 1], weights: [3, 1])
    #expect(distribution.masks == [1, 8])
    #expect(distribution.cumulative == [0.25, 1])
    var stream = RandomStream(seed: 7, purpose: .test)
    let draws = (0..<40_000).map { _ in distribution.drawMask(from: &stream) }
    let ones = draws.count { $0 == 1 }
    #expect(ones + draws.count { $0 == 8 } == draws.count)
    // Four standard deviations of a binomial count.
    #expect(abs(ones - 10_000) < 347)
  }
}
