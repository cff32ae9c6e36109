import Files
import TestSupport
import Testing

@testable import Reporting

@Suite("Sensitivities of layers in a sweep's report")
struct SensitivityChartsTests {
  private static let columns = [
    "multiplier", "method", "clock", "supply_v", "memory_supply_v", "weight_bit_error_rate",
    "sensitivity_layers", "sensitivity_before", "sensitivity_after",
  ]

  private static func table(
    _ rows: [(method: String, rate: Double, before: String, after: String)]
  ) -> ResultTable {
    var table = ResultTable(columns: columns.map { ColumnDefinition($0, "") })
    for row in rows {
      table.append([
        .text("m"), .text(row.method), .text("track"), .real(1), .real(1), .real(row.rate),
        .text("layers.0 layers.2"), row.before.isEmpty ? .missing : .text(row.before),
        .text(row.after),
      ])
    }
    return table
  }

  private static let rows = [
    (method: "conventional", rate: 0.0, before: "", after: "0.0 0.0"),
    (method: "pas", rate: 0.0, before: "0.0 0.0", after: "0.0 0.0"),
    (method: "conventional", rate: 0.05, before: "", after: "0.5 0.25"),
    (method: "pas", rate: 0.05, before: "0.5 0.2", after: "0.25 0.3"),
  ]

  private static var charts: SensitivityCharts {
    SensitivityCharts(rows: ReportRows(table(rows)))
  }

  @Test("one picture for each operating point with noise has the start and every method")
  func pictures() throws {
    let pictures = Self.charts.bars(size: (1080, 480))
    try #require(pictures.count == 1)
    for text in [
      "where fine-tuning begins", "conventional", "AxTrain-pas", "layers.0", "layers.2",
      "rate of wrong bits 0.05",
    ] {
      #expect(pictures[0].contains(text), "\(text)")
    }
    // A sign in the legend and two layers, of the start and of two methods each.
    #expect(pictures[0].matches(of: /<rect [^>]*class="c[0-9]+ ar"/).count == 3 * (1 + 2))
  }

  @Test("the table has a line for each layer of each row, and how much training changed it")
  func lines() throws {
    let lines = Self.charts.lines
    #expect(lines.count == Self.rows.count * 2)
    #expect(lines.allSatisfy { $0.count == SensitivityCharts.header.count })
    #expect(
      lines[6] == ["m", "pas", "track", "1", "1", "0.05", "layers.0", "0.5", "0.25", "-50"])
    #expect(lines[7].suffix(3) == ["0.2", "0.3", "50"])
    #expect(lines[4].suffix(3) == ["", "0.5", ""])
    #expect(lines[2].suffix(3) == ["0", "0", ""])
  }

  @Test("the page has them where the sweep measured them, and is without them as it was")
  func page() throws {
    // Of the first operating point of the made sweep: three methods, two clocks.
    let lists = ["layers.0 layers.2", "3.5 0.25", "0.75 0.125"]
    let plain = SampleSweep.table
    let columns = ["sensitivity_layers", "sensitivity_before", "sensitivity_after"]
    let measured = ResultTable(
      columns: plain.columns + columns.map { ColumnDefinition($0, "") },
      rows: plain.rows.enumerated().map { index, row in
        row + lists.map { index < 6 ? .text($0) : .missing }
      })
    let page = try SampleReport.make(table: measured).html
    #expect(page.contains("<h2>Sensitivity of each layer</h2>"))
    #expect(page.matches(of: /<td>layers\.2<\/td><td>0\.25<\/td><td>0\.125<\/td>/).count == 6)
    #expect(try !SampleReport.make(table: plain).html.contains("Sensitivity of each layer"))
    let none = SensitivityCharts(rows: ReportRows(plain))
    #expect(none.lines.isEmpty && none.bars(size: (364, 420)).isEmpty)
  }
}
