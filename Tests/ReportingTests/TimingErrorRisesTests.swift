import ErrorTables
import Testing

@testable import Reporting

@Suite("Errors that become more likely as the supply rises")
struct TimingErrorRisesTests {
  /// A table of eight dies, each with so many errors in 10,000 transitions, at 0.40, 0.45 … V.
  private func table(_ errors: [Int], clock: String) -> TimingErrorTable {
    TimingErrorTable(
      netlist: "mul", clock: clock,
      points: errors.enumerated().map { index, count in
        TimingErrorTable.Point(
          supply: [0.4, 0.45, 0.5, 0.55][index], clockPeriod: 1e-9,
          // Dies differ a little, so that their mean has an interval.
          errorsPerDie: (0..<8).map { count + $0 % 2 }, trialsPerDie: 10_000,
          bitErrors: [8 * count + 4], masks: [1], maskCounts: [8 * count + 4], differences: [1],
          differenceCounts: [8 * count + 4], bias: 0, meanSquare: 0)
      })
  }

  @Test("are found beyond both intervals only, and a table without them says nothing")
  func places() {
    #expect(table([400, 100, 20], clock: "track").rises.isEmpty)
    // 804 of 80,000 have Wilson's interval 0.938 to 1.077 %; that of 836 begins at 0.977, of 1,044 at
    // 1.229 %.
    #expect(table([100, 104], clock: "track").rises.isEmpty)
    #expect(
      table([100, 130, 20, 60], clock: "fixed").rises.map { [$0.lower, $0.upper] } == [
        [0.4, 0.45], [0.5, 0.55],
      ])
    #expect(table([400, 100], clock: "track").riseFinding("Errors") == nil)
  }

  @Test("a sweep names the multiplier, the clock and the supplies, and says why")
  func sweep() {
    let sentences = SweepFindings.rises([
      table([400, 100, 20], clock: "fixed"), table([100, 130, 20, 60], clock: "track"),
      table([100, 130], clock: "fixed"),
    ])
    #expect(
      sentences == [
        "Errors of mul with a track clock are more likely at 0.45 V than at 0.4 V, at 0.55 V than at "
          + "0.5 V, beyond both intervals: gates do not scale alike, so paths change places, and the "
          + "clock follows the typical die's longest path, not each path.",
        "Errors of mul with a fixed clock are more likely at 0.45 V than at 0.4 V, beyond both "
          + "intervals: gates do not scale alike, so paths change places, and the clock is the same.",
      ])
  }
}
