import Files
import TestSupport
import Testing

@testable import Reporting

@Suite("Charts of many series")
struct CrowdedChartTests {
  /// Names as a sweep of hardened bits has them, of which 36 characters are shown.
  private static func names(_ count: Int) -> [String] {
    (0..<count).map { "difference_gradient/corrected_start/sensitivity\($0)%" }
  }

  private static func frame(width: Double, series: Int) -> ChartFrame {
    ChartFrame(
      width: width, height: 420, title: "title", xTitle: "x", yTitle: "y",
      xAxis: .linear([0, 1]), yAxis: .linear([0, 1]),
      legend: names(series).enumerated().map { index, name in
        ChartLegend.Entry(sign: SeriesStyle(index).lineSign, name: name)
      })
  }

  @Test("the picture grows with its legend, the plot stays as high", arguments: [352.0, 364, 1080])
  func heights(width: Double) throws {
    let frames = (1...42).map { Self.frame(width: width, series: $0) }
    let room = ChartLegend.roomInChart
    let short = try #require(frames.last { $0.legend.height <= room })
    #expect(short.legend.height == room && short.height == 420)
    let plot = short.bottom - short.top
    #expect(plot > 200)
    for frame in frames {
      if frame.legend.height <= room {
        #expect(frame.height == 420 && frame.bottom - frame.top >= plot)
      } else {
        #expect(frame.height == 420 + frame.legend.height - room)
        #expect(abs(frame.bottom - frame.top - plot) < 1e-9)
      }
    }
    let large = frames[29]
    #expect(large.height > 420 && large.top < large.bottom)
    let size = "\(SVGText.number(width)) \(SVGText.number(large.height))"
    #expect(large.document(SVGText(), label: "").contains("viewBox=\"0 0 \(size)\""))
  }

  /// The report of the made sweep, its rows given to so many methods, or multipliers, by turns.
  private static func report(
    methods count: Int, column name: String = "method"
  ) throws -> ParetoReport {
    let sample = SampleSweep.table
    let column = try #require(sample.index(of: name))
    let names = names(count)
    let rows = sample.rows.enumerated().map { index, row in
      var row = row
      row[column] = .text(names[index % count])
      return row
    }
    return SampleReport.make(table: ResultTable(columns: sample.columns, rows: rows))
  }

  @Test(
    "each picture of a report has its plot below its legend and in the box", arguments: [3, 30, 42])
  func pictures(methods: Int) throws {
    let report = try Self.report(methods: methods)
    let pictures = ([report.svg] + [try report.html]).flatMap {
      $0.components(separatedBy: "<svg ").dropFirst()
    }
    #expect(pictures.count > 10)
    for picture in pictures {
      let box = try #require(picture.firstMatch(of: #/viewBox="0 0 [0-9.]+ ([0-9.]+)"/#))
      let axes = try #require(
        picture.firstMatch(of: #/<path d="M[0-9.]+ ([0-9.]+)L[0-9.]+ ([0-9.]+)L[^"]*" class="ax"/#))
      let height = try #require(Double(box.1))
      let (top, bottom) = (try #require(Double(axes.1)), try #require(Double(axes.2)))
      #expect(bottom - top > 100 && bottom < height)
      for entry in picture.matches(of: #/ y="([0-9.]+)" class="lg"/#) {
        #expect(try #require(Double(entry.1)) < top)
      }
    }
    #expect(report.svg.contains("viewBox=\"0 0 900 520\"") == (methods == 3))
  }

  @Test("points of forty methods have bars as their names in the legend")
  func signs() throws {
    // The rows go to methods by turns: each has a point.
    let svg = try Self.report(methods: 40).svg
    func bars(_ style: String) -> Set<Int> {
      Set(
        svg.matches(of: #/<path d="([^"]*)" class="([^"]*)"/#).filter { $0.2.contains(style) }
          .map { $0.1.count { $0 == "v" } })
    }
    #expect(bars(" hv") == [0, 1, 2])
    #expect(bars("ne pt") == [0, 1, 2])
    let texts = svg.matches(of: #/class="lg"[^>]*>([^<]*)</#).map { String($0.1) }
    #expect(Set(texts).count == texts.count && texts.count > 40)
  }

  @Test("points of thirty multipliers have fill and outline as their names in the legend")
  func fills() throws {
    let svg = try Self.report(methods: 30, column: "multiplier").svg
    func looks(_ element: String, of style: String) -> Set<String> {
      Set(
        svg.split(separator: "\n").filter { $0.hasPrefix("<\(element) ") && $0.contains(style) }
          .compactMap { line in
            guard let color = line.firstMatch(of: #/class="(c[0-9])/#) else { return nil }
            let rest = line.matches(of: #/ (fill-opacity|stroke-dasharray)="[^"]*"/#).map(\.0)
            return color.1 + rest.joined()
          })
    }
    let points = looks("path", of: " hv")
    #expect(points.count == 30)
    #expect(points.isSubset(of: looks("rect", of: "class=\"c")))
  }

  @Test("long names keep both ends; those that differ between them get numbers")
  func names() {
    let ends = (0..<6).map { "difference gradient/corrected start/sensitivity \($0)" }
    let middles = (0..<3).map { "difference gradient, \($0) and so on, corrected start" }
    let whole = ["conventional", "±2σ", "±2σ", ""]
    let short = ChartLegend.short(whole + ends + middles + [ends[0]])
    #expect(short.allSatisfy { $0.count <= 36 })
    #expect(Array(short.prefix(4)) == whole)
    for (name, shown) in zip(ends, short.dropFirst(4)) {
      #expect(shown.hasPrefix("difference gradien…") && shown.hasSuffix(name.suffix(17)))
    }
    #expect(
      Array(short[10..<13]) == [
        "difference gradien…, corrected start", "difference gradie…2… corrected start",
        "difference gradie…3… corrected start",
      ])
    #expect(short.last == short[4])
    // A whole name that looks like another's short one keeps it.
    let alike = ChartLegend.short([middles[0], short[10]])
    #expect(alike == [short[11], short[10]])
    #expect(ChartLegend.short([]).isEmpty)
  }
}
