import DesignSpaceExploration
import Files
import Foundation
import Mustache

/// The report as one HTML page that needs no network and runs no script but its own.
struct ReportPage {
  let report: ParetoReport

  init(_ report: ParetoReport) { self.report = report }

  static var chartStyle: String { text(PackageResources.chart_css) }

  var html: String {
    get throws {
      let template = try MustacheTemplate(string: Self.text(PackageResources.report_mustache))
      return template.render(context)
    }
  }

  /// Columns of the front table, where they are there.
  private static let frontColumns = [
    "multiplier", "method", "clock", "supply_v", "memory_supply_v", "clock_period_ns",
    "accuracy_percent", "accuracy_low_percent", "accuracy_high_percent", "energy_on_chip_nj",
    "energy_total_nj", "timing_error_rate", "weight_bit_error_rate",
  ]

  private var context: [String: Any] {
    let style = Palette.pageVariables + Self.text(PackageResources.page_css) + Self.chartStyle
    let script = Self.text(PackageResources.report_js)
    let rows = ReportRows(report.points)
    let scatter = ScatterChart(rows: rows, ranking: report.ranking, chosen: report.chosen)
    let byRate = ErrorRateCharts(rows: rows)
    let (wide, narrow) = (
      byRate.accuracy(size: (1080, 480)), byRate.accuracy(size: (364, 420))
    )
    let sensitivity = SensitivityCharts(rows: rows)
    let (wideBars, narrowBars) = (
      sensitivity.bars(size: (1080, 480)), sensitivity.bars(size: (364, 420))
    )
    let hasVoltages = Set(rows.numbers("supply_v")).count > 1
    let charts = VoltageCharts(rows: rows, exactMultiplier: report.exactMultiplier)
    return [
      "title": report.title, "lead": report.findings.first ?? "",
      "findings": Array(report.findings.dropFirst()),
      // These five are made here and in SVGText, which escape what is foreign in them.
      "style": style, "script": script, "data": data.canonicalText,
      "scatterWide": scatter.svg(width: 1080, height: 580),
      "scatterNarrow": scatter.svg(width: 364, height: 520),
      "byRate": zip(wide, narrow).map { ["wide": $0, "narrow": $1] }, "hasRates": !wide.isEmpty,
      "hasSupplies": byRate.hasSupplies,
      "hasSensitivity": !wideBars.isEmpty,
      "byLayer": zip(wideBars, narrowBars).map { ["wide": $0, "narrow": $1] },
      "layerHeader": SensitivityCharts.header,
      "layerRows": sensitivity.lines.map { ["cells": $0] },
      "hasVoltages": hasVoltages, "hasAccuracyByVoltage": hasVoltages && wide.isEmpty,
      "memoryRail": rows.memoryRails == [nil] ? "" : ", memory rail",
      "accuracy": charts.accuracy.map { ["svg": $0] },
      "errorRates": charts.errorRates.map { ["svg": $0] },
      "energy": charts.energy.map { ["svg": $0] },
      "styleHash": Self.hash(style), "scriptHash": Self.hash(script),
      "rankedCount": report.ranking.order.count, "frontCount": report.ranking.front.count,
      "hasFront": !report.ranking.front.isEmpty,
      "firstMethod": rows.methods.first.map(ReportRows.shown) ?? "",
      "hypervolume": hypervolume, "hasExcluded": !report.ranking.excluded.isEmpty,
      "excluded": excluded, "frontHeader": frontHeader, "frontRows": frontRows,
      "columns": columns, "version": report.manifest.version, "seeds": seeds, "inputs": inputs,
      "machine": machine,
    ]
  }

  /// What hovering shows: the names of the columns and, for each row, its cells as text.
  private var data: JSONValue {
    let table = report.points
    return .object([
      "columns": .array(table.columns.map { .text($0.name) }),
      "rows": .array(
        table.rows.map { .array($0.map { .text(CellText.short($0)) }) }),
    ])
  }

  private var hypervolume: String {
    guard let volume = report.ranking.hypervolume else { return "" }
    return "Hypervolume \(CellText.short(volume.area)) nJ·%, against the worst ranked energy "
      + "(\(CellText.short(volume.reference.energy)) nJ) and accuracy "
      + "(\(CellText.short(volume.reference.accuracy)) %)."
  }

  /// The reasons for leaving rows out, and how many rows each took.
  private var excluded: [[String: Any]] {
    let reasons = Dictionary(grouping: report.ranking.excluded, by: \.reason)
    return reasons.sorted { $0.key < $1.key }.map { ["reason": $0.key, "count": $0.value.count] }
  }

  private var shownColumns: [Int] {
    Self.frontColumns.compactMap { report.points.index(of: $0) }
  }

  private var frontHeader: [[String: Any]] {
    shownColumns.map { ["name": report.points.columns[$0].name.replacing("_", with: " ")] }
  }

  private var frontRows: [[String: Any]] {
    report.ranking.front.map { row in
      let marks = [
        row == report.chosen ? "chosen" : nil, row == report.ranking.knee ? "knee" : nil,
      ].compactMap { $0 }
      let cells = shownColumns.map { column -> [String: Any] in
        let cell = report.points.rows[row][column]
        return ["text": CellText.short(cell), "isNumber": cell.number != nil]
      }
      return ["cells": cells, "mark": marks.joined(separator: ", "), "isMarked": !marks.isEmpty]
    }
  }

  private var columns: [[String: Any]] {
    report.points.columns.map { ["name": $0.name, "definition": $0.definition] }
  }

  private var seeds: [[String: Any]] {
    report.manifest.seeds.sorted { $0.key < $1.key }
      .map { ["name": $0.key, "value": String($0.value)] }
  }

  private var inputs: [[String: Any]] {
    report.manifest.inputs.sorted { ($0.name, $0.sha256) < ($1.name, $1.sha256) }
      .map { ["name": $0.name, "sha256": $0.sha256] }
  }

  private var machine: [[String: Any]] {
    report.manifest.machine.sorted { $0.key < $1.key }
      .map { ["name": $0.key, "value": $0.value] }
  }

  private static func hash(_ text: String) -> String {
    "sha256-" + Data(Digest(of: text).bytes).base64EncodedString()
  }

  private static func text(_ resource: [UInt8]) -> String {
    String(decoding: resource, as: UTF8.self)
  }
}
