import Files
import TestSupport
import Testing

@testable import Reporting

@Suite("Memory rails in a report")
struct MemoryRailTests {
  /// Logic and memory supplies of a row each.
  private func table(_ supplies: [(Double, Double)]) -> ResultTable {
    var table = ResultTable(
      columns: ["multiplier", "method", "clock", "supply_v", "memory_supply_v"].map {
        ColumnDefinition($0, "")
      })
    for (logic, memory) in supplies {
      table.append([.text("m"), .text("pas"), .text("track"), .real(logic), .real(memory)])
    }
    return table
  }

  @Test("where each logic supply has one memory supply there is nothing to tell apart")
  func single() {
    #expect(ReportRows(SampleSweep.table).memoryRails == [nil])
    #expect(ReportRows(table([(0.5, 0.42), (0.6, 0.42)])).memoryRails == [nil])
    let without = ResultTable(
      columns: ["multiplier", "method", "clock", "supply_v"].map { ColumnDefinition($0, "") })
    #expect(ReportRows(without).memoryRails == [nil])
  }

  @Test("a row is in the curve of each rail that could feed it")
  func several() {
    let rows = ReportRows(
      table([
        (0.42, 0.42), (0.42, 0.5), (0.5, 0.42), (0.5, 0.5), (0.6, 0.42), (0.6, 0.5), (0.6, 0.6),
      ]))
    let own = ["0.5", "0.42"].map { MemoryRail(supply: $0) }
    #expect(rows.memoryRails == [MemoryRail(supply: nil), own[0], own[1]])
    #expect(rows.select(memory: own[0]) == [1, 3, 5] && rows.select(memory: own[1]) == [0, 2, 4])
    #expect(rows.select(memory: MemoryRail(supply: nil)) == [0, 3, 6])
    #expect(
      rows.memoryRails.map { $0?.title } == ["memory as logic", "memory 0.5 V", "memory 0.42 V"])
  }

  @Test("without a row that only a following rail feeds, there is none")
  func notFollowing() {
    let rows = ReportRows(table([(0.42, 0.42), (0.42, 0.5), (0.5, 0.42), (0.5, 0.5)]))
    #expect(rows.memoryRails == [MemoryRail(supply: "0.5"), MemoryRail(supply: "0.42")])
  }

  @Test("pictures of accuracy and energy are drawn for each rail")
  func pictures() {
    let single = VoltageCharts(rows: ReportRows(SampleSweep.table), exactMultiplier: "exact")
    // The same rows with a memory rail of its own as well.
    var doubled = SampleSweep.table
    let column = doubled.index(of: "memory_supply_v") ?? 0
    for row in SampleSweep.table.rows where row[column] != .real(0.3) {
      var other = row
      other[column] = .real(0.3)
      doubled.append(other)
    }
    let both = VoltageCharts(rows: ReportRows(doubled), exactMultiplier: "exact")
    #expect(both.accuracy.count == 2 * single.accuracy.count)
    #expect(both.energy.count == 2 * single.energy.count)
    #expect(both.errorRates.count == single.errorRates.count)
    #expect(both.accuracy.filter { $0.contains("memory 0.3 V") }.count == single.accuracy.count)
  }
}
