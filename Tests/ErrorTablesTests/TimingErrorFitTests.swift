import ErrorTables
import Fitting
import Quantities
import Testing

@Suite("Timing-error tables")
struct TimingErrorFitTests {
  /// Points with the counts that a law gives, over 20 dies.
  static func points(
    trialsPerDie: Int = 5000, _ law: (Double) -> Double, supplies: [Double]
  ) -> [TimingErrorTable.Point] {
    supplies.map { supply in
      let errors = Int((law(supply) * Double(trialsPerDie)).rounded())
      return TimingErrorTable.Point(
        supply: supply, clockPeriod: 1e-9,
        errorsPerDie: (0..<20).map { max(0, min(trialsPerDie, errors + ($0 % 2 == 0 ? 1 : -1))) },
        trialsPerDie: trialsPerDie, bitErrors: [errors * 20], masks: errors > 0 ? [1] : [],
        maskCounts: errors > 0 ? [errors * 20] : [], bias: 0, meanSquare: 0)
    }
  }

  static let supplies = [0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80]

  @Test("a law that levels off is found with all three parameters")
  func threeParameters() throws {
    let points = Self.points(
      { 0.3 * Normal.upperTail(($0 - 0.55) / 0.06) }, supplies: Self.supplies)
    let fit = try TimingErrorTable(netlist: "m", clock: "track", points: points).fit().get()
    #expect(abs(fit.parameters[0] - 0.3) < 0.01)
    #expect(abs(fit.parameters[1] - 0.55) < 0.005)
    #expect(abs(fit.parameters[2] - 0.06) < 0.005)
    #expect(fit.range == 0.40...0.80)
    #expect(abs(fit.probability(at: Voltage(0.55)) - 0.15) < 0.01)
  }

  @Test("in the tail alone p-infinity is set to 1 and says so by a zero error")
  func tailOnly() throws {
    let points = Self.points(
      { Normal.upperTail(($0 - 0.50) / 0.08) }, supplies: [0.65, 0.70, 0.75, 0.80])
    let fit = try TimingErrorTable(netlist: "m", clock: "fixed", points: points).fit().get()
    #expect(abs(fit.parameters[1] - 0.50) < 0.02 || fit.parameters[0] < 1)
    #expect(abs(fit.probability(at: Voltage(0.70)) / Normal.upperTail(0.2 / 0.08) - 1) < 0.2)
  }

  @Test("data that the law does not describe are refused, and so are too few errors")
  func refusals() {
    let steps = Self.points({ $0 < 0.55 ? 0.2 : $0 < 0.75 ? 0.1 : 0 }, supplies: Self.supplies)
    switch TimingErrorTable(netlist: "m", clock: "track", points: steps).fit() {
    case .success(let fit): Issue.record("accepted with \(fit.reducedChiSquared)")
    case .failure(.doesNotDescribe(let value)): #expect(value > 4)
    case .failure(let other): Issue.record("refused for another reason: \(other)")
    }
    let few = Self.points({ $0 < 0.5 ? 0.2 : 0 }, supplies: Self.supplies).map { point in
      point.supply < 0.5
        ? point
        : TimingErrorTable.Point(
          supply: point.supply, clockPeriod: 1e-9, errorsPerDie: [0, 0], trialsPerDie: 5000,
          bitErrors: [0], masks: [], maskCounts: [], bias: 0, meanSquare: 0)
    }
    #expect(
      TimingErrorTable(netlist: "m", clock: "track", points: few).fit()
        == .failure(.tooFewErrors(voltages: 2)))
  }

  @Test("dies that differ widen the interval beyond Wilson's, equal ones do not")
  func interval() {
    func point(_ errors: [Int]) -> TimingErrorTable.Point {
      TimingErrorTable.Point(
        supply: 0.5, clockPeriod: 1e-9, errorsPerDie: errors, trialsPerDie: 1000, bitErrors: [],
        masks: [1], maskCounts: [errors.reduce(0, +)], bias: 0, meanSquare: 0)
    }
    let equal = point([50, 50, 50, 50])
    #expect(equal.interval95 == Proportion(successes: 200, trials: 4000).wilson95)
    let unequal = point([0, 0, 0, 200]).interval95
    // Student's t with three degrees of freedom: 0.05 ± 3.182·0.1/2.
    #expect(unequal.lowerBound == 0)
    #expect(abs(unequal.upperBound - (0.05 + 3.18245 * 0.05)) < 1e-5)
  }

  @Test("masks are drawn as often as they were seen")
  func distribution() {
    let distribution = ProductErrorDistribution(
      probability: 0.1, masks: [8, 1], weights: [3, 1])
    #expect(distribution.masks == [1, 8])
    #expect(distribution.cumulative == [0.25, 1])
  }
}
