import DesignSpaceExploration
import Files
import Foundation
import Reporting
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Pages and pictures of hostile names")
struct HostilePageTests {
  private static let payloads = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "{{title}}",
    "{{{script}}}", "{{#findings}}{{/findings}}", "{{=<% %>=}}", "javascript:alert(1)",
    "\u{2028}\u{2029}", "`${alert(1)}`", "\" autofocus onfocus=\"alert(1)", "' x='",
    "&#60;script&#62;", "\u{0}\u{1}\u{8}\u{1B}[2J\u{FFFE}\u{FFFF}", "]]>", "--><x>",
    "\\u003c/script",
    "\\", "\"", "<![CDATA[<x>]]>", "<?php ?>", "\u{202E}gnp.exe",
    "e\u{301}\u{1F468}\u{200D}\u{1F469}",
  ]

  private func report(_ payload: String) -> ParetoReport {
    let sample = SampleSweep.table
    let texts = Set(["point", "multiplier", "method", "clock"].compactMap(sample.index))
    let table = ResultTable(
      columns: sample.columns.map { ColumnDefinition($0.name, payload) },
      rows: sample.rows.prefix(40).map { row in
        row.enumerated().map { texts.contains($0) ? .text(payload + $1.formatted) : $1 }
      })
    let ranking = ParetoRanking(table, excluded: [.init(row: 0, reason: payload)])
    return ParetoReport(
      title: payload, findings: [payload, payload], points: table, ranking: ranking,
      chosen: ranking.front.first, exactMultiplier: payload + "exact",
      manifest: RunManifest(
        version: payload, spec: .object([payload: .text(payload)]), seeds: [payload: .max],
        inputs: [.init(name: payload, sha256: payload)], machine: [payload: payload],
        columns: table.columns))
  }

  /// What stands between two marks, once each.
  private func between(_ open: String, _ close: String, in text: String) -> [String] {
    text.components(separatedBy: open).dropFirst().map {
      $0.components(separatedBy: close)[0]
    }
  }

  @Test("the data of the page are JSON that reads back as the names", arguments: payloads)
  func data(_ payload: String) throws {
    let html = try report(payload).html
    let blocks = between(
      "<script type=\"application/json\" id=\"data\">", "</script>", in: html)
    try #require(blocks.count == 1)
    #expect(!blocks[0].contains { "<>&\u{2028}\u{2029}".contains($0) })
    struct PageData: Decodable {
      let columns: [String]
      let rows: [[String]]
    }
    let data = try JSONDecoder().decode(PageData.self, from: Data(blocks[0].utf8))
    #expect(data.columns == SampleSweep.columns.map(\.name))
    #expect(data.rows.count == 40)
    #expect(data.rows.allSatisfy { $0[1].hasPrefix(payload) })
    // One JSON block and one script; the scripts that payloads write are text.
    #expect(html.components(separatedBy: "<script").count == 3)
    #expect(html.components(separatedBy: "</script").count == 3)
  }

  @Test("every picture is well-formed XML, whatever the names hold", arguments: payloads)
  func pictures(_ payload: String) throws {
    let report = report(payload)
    let pictures =
      [report.svg]
      + between("<svg ", "</svg>", in: try report.html).map { "<svg " + $0 + "</svg>" }
    #expect(pictures.count > 10)
    for picture in pictures {
      let parser = XMLParser(data: Data(picture.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }
  }

  @Test("a reason for leaving rows out is text", arguments: payloads.filter { $0.contains("<") })
  func reasons(_ payload: String) throws {
    #expect(try !report(payload).html.contains(payload))
    #expect(!report(payload).svg.contains(payload))
  }

  @Test("tags in names are not run by the template")
  func mustache() throws {
    let html = try report("{{title}}").html
    #expect(html.contains("<title>{{title}}</title>"))
  }

  @Test("page and picture name no address but that of SVG")
  func addresses() throws {
    for text in [try SampleReport.make().html, SampleReport.make().svg] {
      let addresses = text.matches(of: /(?i)[a-z]+:\/\/[^"' <>)]*/).map { String($0.0) }
      #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
      #expect(!text.contains("url(") && !text.contains("@import"))
    }
  }
}
