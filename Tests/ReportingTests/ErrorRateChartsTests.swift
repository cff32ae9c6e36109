import Files
import TestSupport
import Testing

@testable import Reporting

@Suite("Curves against the rate of wrong bits")
struct ErrorRateChartsTests {
  /// Rows of two methods at given rates; a supply's second member says that the law was extrapolated.
  private func table(_ supplies: [(rate: Double, supply: Double?, Bool)]) -> ResultTable {
    var table = ResultTable(
      columns: [
        "multiplier", "method", "clock", "supply_v", "memory_supply_v", "accuracy_percent",
        "accuracy_low_percent", "accuracy_high_percent", "weight_bit_error_rate",
        "bit_error_supply_v", "extrapolated",
      ].map { ColumnDefinition($0, "") })
    for method in ["conventional", "pas"] {
      for (rate, supply, isExtrapolated) in supplies {
        table.append([
          .text("m"), .text(method), .text("track"), .real(1), .real(1), .real(90 - 100 * rate),
          .real(89 - 100 * rate), .real(91 - 100 * rate), .real(rate),
          supply.map { .real($0) } ?? .missing, .flag(isExtrapolated),
        ])
      }
    }
    return table
  }

  private func pictures(_ supplies: [(rate: Double, supply: Double?, Bool)]) -> [String] {
    let charts = ErrorRateCharts(rows: ReportRows(table(supplies)))
    #expect(charts.hasSupplies == supplies.contains { $0.supply != nil })
    return [(1080.0, 480.0), (364, 420)].flatMap { charts.accuracy(size: $0) }
  }

  /// Texts of a class, with their x.
  private func labels(_ svg: String, y: Double) -> [(x: Double, text: String)] {
    svg.matches(of: #/<text x="([0-9.]+)" y="([0-9.]+)" class="tk"[^>]*>([^<]*)</#).compactMap {
      guard Double($0.2) == y, let x = Double($0.1) else { return nil }
      return (x, String($0.3))
    }.sorted { $0.x < $1.x }
  }

  @Test("an upper scale names the memory's supplies above the rates, marked where extrapolated")
  func scale() throws {
    let pictures = pictures([
      (0, nil, false), (0.05, 0.365468, false), (0.1, 0.300984, false), (0.2, 0.193432, true),
    ])
    try #require(pictures.count == 2)
    for svg in pictures {
      #expect(svg.contains(">Memory supply of such a rate (* law extrapolated)</text>"))
      let supply = try #require(svg.firstMatch(of: #/y="([0-9.]+)" class="tk"[^>]*>0.365 V</#))
      let upper = labels(svg, y: try #require(Double(supply.1)))
      #expect(upper.map(\.text) == ["0.365 V", "0.301 V", "0.193 V*"])
      // Each above the tick of its rate, the last as far right as the picture has room.
      let rate = try #require(svg.firstMatch(of: #/y="([0-9.]+)" class="tk"[^>]*>5</#))
      let lower = labels(svg, y: try #require(Double(rate.1)))
      let at = Dictionary(lower.map { ($0.text, $0.x) }, uniquingKeysWith: { first, _ in first })
      let box = try #require(svg.firstMatch(of: #/viewBox="0 0 ([0-9.]+) /#))
      let width = try #require(Double(box.1))
      for (label, percent) in zip(upper, ["5", "10", "20"]) {
        let room = width - 3.4 * Double(label.text.count) - 1
        #expect(abs(label.x - min(at[percent] ?? -1, room)) < 0.11, "\(label)")
      }
      // No two labels touch, and none leaves the picture.
      for (first, second) in zip(upper, upper.dropFirst()) {
        #expect(second.x - first.x > 3.4 * Double(first.text.count + second.text.count))
      }
    }
  }

  @Test("of labels that would cover one another that of the highest rate stays")
  func crowded() throws {
    let svg = try #require(
      pictures([(0.01, 0.461768, false), (0.011, 0.458, false), (0.2, 0.25, false)]).last)
    #expect(!svg.contains(">0.462 V<") && svg.contains(">0.458 V<") && svg.contains(">0.25 V<"))
    #expect(svg.contains(">Memory supply of such a rate</text>"))
  }

  @Test("without supplies there is no second scale")
  func without() {
    for svg in pictures([(0, nil, false), (0.5, nil, false)]) {
      #expect(!svg.contains("Memory supply"))
    }
    let old = table([(0, nil, false), (0.1, 0.3, false)])
    let rows = old.rows.map { Array($0.prefix(9)) }
    let charts = ErrorRateCharts(
      rows: ReportRows(ResultTable(columns: Array(old.columns.prefix(9)), rows: rows)))
    #expect(!charts.hasSupplies)
    #expect(!charts.accuracy(size: (1080, 480)).isEmpty)
  }
}
