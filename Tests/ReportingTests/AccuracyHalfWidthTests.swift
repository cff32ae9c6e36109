import Files
import Testing

@testable import Reporting

@Suite("The half-width of an accuracy's interval") struct AccuracyHalfWidthTests {
  @Test("an end cut at 0 or 100 % does not narrow it; without an interval there is none")
  func cut() {
    let names = ["accuracy_percent", "accuracy_low_percent", "accuracy_high_percent"]
    let table = ResultTable(
      columns: names.map { ColumnDefinition($0, "") },
      rows: [
        [.real(97), .real(96), .real(98)], [.real(99), .real(94), .real(100)],
        [.real(4), .real(0), .real(11)], [.real(50), .missing, .real(60)],
      ])
    #expect(table.rows.indices.map { table.accuracyHalfWidth($0) } == [1, 5, 7, nil])
  }
}
