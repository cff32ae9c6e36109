import DesignSpaceExploration
import Files
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("What the files of a report say")
struct ReportContentsTests {
  @Test("pareto.csv has the ranked rows in order and marks front, knee and chosen once")
  func marks() throws {
    let report = SampleReport.make()
    let table = try CSVTable(text: report.pareto.csv, file: "pareto.csv")
    #expect(table.rows.count == report.ranking.order.count)
    func names(_ column: String) throws -> [String] {
      try table.rows.filter { try table.text($0, column) == "true" }
        .map { try table.text($0, "point") }
    }
    let points = try #require(report.points.cells("point"))
    #expect(try names("front") == report.ranking.front.map { points[$0].formatted })
    let knee = try #require(report.ranking.knee)
    let chosen = try #require(report.chosen)
    #expect(try names("knee") == [points[knee].formatted])
    #expect(try names("chosen") == [points[chosen].formatted])
    let ranks = try table.rows.map { try table.number($0, "rank") }
    #expect(ranks == ranks.sorted())
    let volume = try #require(report.ranking.hypervolume)
    for row in table.rows {
      #expect(
        try table.text(row, "hypervolume_nj_percent") == CellValue.format(volume.area, digits: 9))
    }
  }

  @Test("the manifest reads back, is sorted, and tells each column of both tables and what is out")
  func manifest() throws {
    let folder = try TemporaryFolder()
    let report = SampleReport.make()
    try report.write(to: folder.path)
    let text = try InputFile.text(of: folder.file("manifest.json"))
    struct Manifest: Decodable {
      struct Column: Decodable { let name: String }
      struct Excluded: Decodable { let point: String, reason: String }
      let columns: [Column]
      let excluded: [Excluded]
      let seeds: [String: Int]
      let version: String
    }
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
    let names = Set(manifest.columns.map(\.name))
    #expect(names.isSuperset(of: report.pareto.columns.map(\.name)))
    #expect(names.count == manifest.columns.count)
    #expect(manifest.seeds == ["chip": 7, "training": 42])
    let points = try #require(report.points.cells("point"))
    #expect(
      manifest.excluded.map(\.point)
        == report.ranking.excluded.map { points[$0.row].formatted })
    let keys = text.split(separator: "\n").compactMap { line in
      line.hasPrefix("  \"") ? line.dropFirst(3).prefix { $0 != "\"" } : nil
    }
    #expect(keys == keys.sorted() && keys.count == 7)
    #expect(text.hasSuffix("}\n"))
  }

  @Test("seeds too large for other readers of JSON are text")
  func seeds() {
    let seeds: [String: UInt64] = ["big": UInt64.max, "edge": 1 << 53, "over": (1 << 53) + 1]
    let manifest = RunManifest(
      version: "1", spec: .null, seeds: seeds, inputs: [], machine: [:], columns: [])
    #expect(
      manifest.json.canonicalText.contains(
        "\"seeds\":{\"big\":\"18446744073709551615\",\"edge\":9007199254740992,"
          + "\"over\":\"9007199254740993\"}"))
  }

  @Test("canonical JSON sorts keys by bytes, so equal objects have equal text and digest")
  func canonical() {
    let keys = ["b", "a", "é", "Z", "", "a\u{0}", "\u{1F600}", "10", "9"]
    let value = { (names: [String]) in
      JSONValue.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .null) })).canonicalText
    }
    for _ in 0..<20 { #expect(value(keys.shuffled()) == value(keys)) }
    #expect(value(["b", "a", "Z"]) == "{\"Z\":null,\"a\":null,\"b\":null}")
    #expect(JSONValue.real(.nan).canonicalText == "null")
    #expect(JSONValue.real(0.1).canonicalText == "0.1")
  }

  @Test("a failed write of one file leaves the folder without half files")
  func failedWrite() throws {
    let folder = try TemporaryFolder()
    try OutputFile.makeFolder(folder.file("report.html/taken"))
    #expect(throws: InputError.self) { try SampleReport.make().write(to: folder.path) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!files.contains { $0.hasSuffix(".partial") })
  }

  @Test(
    "a report of odd numbers is written, whatever they are",
    arguments: [
      0, -0.0, -1, .leastNormalMagnitude / 4, .leastNonzeroMagnitude, 1e-300, 1e300,
      .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, .infinity, -.infinity, .nan, 1e18, 9.007e15,
    ])
  func oddNumbers(_ value: Double) throws {
    for every in [1, 2, 3] {
      var count = 0
      let rows = SampleSweep.table.rows.prefix(72).map { row in
        row.map { cell -> CellValue in
          guard case .real = cell else { return cell }
          count += 1
          return count.isMultiple(of: every) ? .real(value) : cell
        }
      }
      let report = SampleReport.make(
        table: ResultTable(columns: SampleSweep.columns, rows: Array(rows)))
      let html = try report.html
      let drawn = #/ (d|x|y|[xy][12]|c[xy]|transform)="[^"]*(nan|inf)/#
      #expect(html.firstMatch(of: drawn) == nil)
    }
  }

  @Test("a report without rows, and one with a single row, is written")
  func few() throws {
    for count in [0, 1, 2] {
      let table = ResultTable(
        columns: SampleSweep.columns, rows: Array(SampleSweep.table.rows.prefix(count)))
      let ranking = ParetoRanking(table)
      let report = ParetoReport(
        title: "few", findings: [], points: table, ranking: ranking, chosen: ranking.front.first,
        exactMultiplier: nil, manifest: SampleReport.sampleManifest)
      #expect(try report.html.contains("\(count) points are ranked"))
      #expect(try report.html.contains("The Pareto front") == (count > 0))
      #expect(report.pareto.rows.count == count)
    }
  }

  @Test("the stacked pictures show every component of on-chip energy, for both clocks")
  func components() throws {
    let html = try SampleReport.make().html
    let pictures = html.components(separatedBy: "<svg ").filter {
      $0.contains("aria-label=\"By component, ")
    }
    #expect(pictures.count == 2)
    for picture in pictures {
      for name in [
        "multiplier", "accumulator", "registers", "clock tree", "interconnect", "output stage",
        "SRAM", "logic leakage", "memory leakage",
      ] {
        #expect(picture.contains(">\(name)</text>"))
      }
      // A sign in the legend and an area in the picture for each.
      #expect(picture.components(separatedBy: " ar\"").count - 1 == 18)
    }
    // The parts of the sample's rows add up to the total that the curves show.
    let table = SampleSweep.table
    let parts = [
      "multiplier", "accumulator", "registers", "clock_tree", "interconnect", "output_stage",
      "sram", "logic_leakage", "memory_leakage",
    ].compactMap { table.cells("energy_\($0)_nj") }
    let totals = try #require(table.cells("energy_on_chip_nj"))
    #expect(parts.count == 9)
    for row in table.rows.indices {
      let sum = parts.reduce(0) { $0 + ($1[row].number ?? .nan) }
      #expect(abs(sum - (totals[row].number ?? .nan)) < 1e-9)
    }
  }
}
