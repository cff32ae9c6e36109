import DesignSpaceExploration
import Files
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Foreign text in the report")
struct EscapingTests {
  private static let payloads = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onload='alert(1)", "<svg/onload=alert(1)>", "</title><script>x</script>", "{{{data}}}",
    "]]><script>", "<!--<script>", "javascript:alert(1)", "\u{2028}</style>", "&lt;b&gt;",
  ]

  @Test("no payload in any foreign field makes an element or attribute", arguments: payloads)
  func payload(_ payload: String) throws {
    let sample = SampleSweep.table
    let texts = ["point", "multiplier", "method", "clock"].compactMap(sample.index)
    let rows = sample.rows.prefix(30).map { row in
      row.enumerated().map { index, cell in
        texts.contains(index) ? CellValue.text(payload + cell.formatted) : cell
      }
    }
    let columns = sample.columns.map { ColumnDefinition($0.name, payload) }
    let hostile = SampleReport.make(
      title: payload, table: ResultTable(columns: columns, rows: rows),
      findings: [payload, payload],
      manifest: RunManifest(
        version: payload, spec: .text(payload), seeds: [payload: 1],
        inputs: [.init(name: payload, sha256: payload)], machine: [payload: payload],
        columns: columns))
    let tame = SampleReport.make(
      title: "t",
      table: ResultTable(
        columns: columns,
        rows: rows.map { row in
          row.enumerated().map {
            texts.contains($0.offset) ? .text("t" + tail($0.element, payload)) : $0.element
          }
        }),
      findings: ["t", "t"],
      manifest: RunManifest(
        version: "t", spec: .text("t"), seeds: ["t": 1], inputs: [.init(name: "t", sha256: "t")],
        machine: ["t": "t"], columns: columns))
    // The same kinds of tags, and of those that could run something the same number. (Long names
    // take room, so the number of error bars differs.)
    #expect(try tags(hostile.html) == tags(tame.html))
    #expect(tags(hostile.svg) == tags(tame.svg))
  }

  private func tail(_ cell: CellValue, _ payload: String) -> String {
    String(cell.formatted.dropFirst(payload.count))
  }

  /// The names that follow a `<` in the text, which is what an HTML parser would begin a tag at.
  private func tags(_ text: String) -> [String: Int] {
    let bytes = Array(text.utf8)
    let tags = bytes.indices.filter { bytes[$0] == UInt8(ascii: "<") }.map { start in
      String(
        decoding: bytes[start...].prefix { $0 != 0x20 && $0 != 0x3E && $0 != 0x0A }, as: UTF8.self)
    }
    let drawing: Set = ["<path", "<text", "</text", "<line", "<rect", "<circle", "<g", "</g"]
    return Dictionary(tags.map { ($0, 1) }, uniquingKeysWith: +)
      .reduce(into: [:]) { $0[$1.key] = drawing.contains($1.key) ? 1 : $1.value }
  }

  @Test("the page allows nothing but its own style and script, whose hashes it carries")
  func policy() throws {
    let html = try SampleReport.make().html
    #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
      let start = try #require(html.range(of: open))
      let end = try #require(html.range(of: close, range: start.upperBound..<html.endIndex))
      let hash = Data(Digest(of: String(html[start.upperBound..<end.lowerBound])).bytes)
        .base64EncodedString()
      #expect(html.contains("'sha256-\(hash)'"))
    }
    #expect(!html.contains("src=\"") && !html.contains("href="))
    #expect(!html.contains(" style=\"") && !html.contains(" onclick"))
  }

  @Test("only text that the program built itself is put into the template raw")
  func rawNames() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Reporting/Templates/report.mustache")
    let template = try InputFile.text(of: file.path)
    let raw = Set(template.matches(of: /\{\{\{(\w+)\}\}\}/).map { String($0.1) })
    #expect(
      raw == ["style", "script", "data", "scatterWide", "scatterNarrow", "wide", "narrow", "svg"])
    #expect(!template.contains("{{&"))
  }
}
