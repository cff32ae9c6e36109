import ErrorTables
import Testing

@testable import Reporting

@Suite("Simulated elements against the error table")
struct TableDisagreementTests {
  /// Of 32 dies of 1,000 words, so many errors on the first die, and so many on each other one.
  private func point(_ supply: Double, errors: Int, others: Int = 0) -> TimingErrorTable.Point {
    TimingErrorTable.Point(
      supply: supply, clockPeriod: 1e-9,
      errorsPerDie: [errors] + [Int](repeating: others, count: 31), trialsPerDie: 1000,
      bitErrors: [errors], masks: errors > 0 ? [1] : [], maskCounts: errors > 0 ? [errors] : [],
      differences: errors > 0 ? [1] : [], differenceCounts: errors > 0 ? [errors] : [], bias: 0,
      meanSquare: 0)
  }

  private func found(
    _ supply: Double, errors: Int, _ value: Double, _ low: Double, _ high: Double,
    others: Int = 0, clock: String = "track"
  ) -> TableDisagreement? {
    TableDisagreement(
      multiplier: "mul", clock: clock, table: point(supply, errors: errors, others: others),
      simulated: TableDisagreement.Rate(value: value, interval: low...high))
  }

  @Test("is found where the intervals are disjoint, above and below, and not where they touch")
  func places() {
    let interval = point(0.5, errors: 10, others: 10).interval95
    #expect(0.005 < interval.lowerBound && interval.upperBound < 0.02)
    func found(_ low: Double, _ high: Double) -> TableDisagreement? {
      self.found(0.5, errors: 10, (low + high) / 2, low, high, others: 10)
    }
    #expect(found(interval.upperBound, 0.2) == nil && found(0, interval.lowerBound) == nil)
    #expect(found(interval.upperBound.nextUp, 0.2) != nil)
    #expect(found(0, interval.lowerBound.nextDown) != nil)
    #expect(found(1e-5, 0.9) == nil)
  }

  @Test(
    "one sentence has the supplies of each multiplier and clock, the most distant rates and causes")
  func sentence() throws {
    let all = [
      found(0.5, errors: 10, 0.0625, 0.05, 0.07), found(0.6, errors: 1, 0.01, 0.009, 0.011),
      found(0.6, errors: 1, 0.011, 0.009, 0.012),
      found(0.5, errors: 0, 0.03, 0.02, 0.04, clock: "fixed"),
    ].compactMap { $0 }
    try #require(all.count == 4)
    #expect(abs(all[0].ratio - 200) < 1e-9 && all[3].ratio == .infinity)
    let tracked = try #require(TableDisagreement.sentence(Array(all.prefix(3)), trains: true))
    #expect(
      tracked.hasPrefix(
        "Simulated elements and the error tables disagree beyond both 95 % intervals for mul (track "
          + "clock, 0.5 V, 0.6 V), most for mul with a track clock at 0.6 V: 1.1 % [0.9, 1.2] of "
          + "products are wrong in the elements, 0.00313 % ["), "\(tracked)")
    #expect(tracked.contains("] in the table of 32 dies, 352 times as many as the table. "))
    #expect(tracked.hasSuffix("; training drew its errors from a table of other 32 dies."))
    let both = try #require(TableDisagreement.sentence(all, trains: false))
    #expect(
      both.contains("mul (track clock, 0.5 V, 0.6 V), mul (fixed clock, 0.5 V), most for mul"))
    #expect(both.contains("one of them none. ") && both.hasSuffix("of all layers and networks."))
    #expect(TableDisagreement.sentence([], trains: true) == nil)
  }
}
