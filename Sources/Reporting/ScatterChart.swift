import DesignSpaceExploration

/// Accuracy against on-chip energy, with the Pareto front, its knee and the chosen point.
struct ScatterChart {
  let rows: ReportRows
  let ranking: ParetoRanking
  /// The row that the caller recommends.
  let chosen: Int?

  private static let energy = "energy_on_chip_nj"
  private static let accuracy = "accuracy_percent"

  func svg(width: Double, height: Double, styleSheet: String? = nil) -> String {
    let ranked = drawn(ranking.order)
    let frame = ChartFrame(
      width: width, height: height, title: "",
      xTitle: "On-chip energy per inference (nJ, log scale)", yTitle: "Accuracy (%)",
      xAxis: .logarithmic(ranked.compactMap { rows.number($0, Self.energy) }),
      yAxis: .linear(
        ranked.compactMap { rows.number($0, Self.accuracy) },
        ticks: 6, floor: 0, ceiling: 100),
      legend: legend)
    var svg = SVGText()
    if styleSheet != nil {
      svg.element(
        "rect",
        [
          "width": SVGText.number(frame.width), "height": SVGText.number(frame.height),
          "class": "bg",
        ])
    }
    frame.draw(into: &svg)
    drawIntervals(frame, &svg)
    svg.path(steps(frame), class: "fr")
    drawPoints(frame, &svg)
    drawMarks(frame, &svg)
    return frame.document(
      svg, label: "Accuracy against on-chip energy", styleSheet: styleSheet)
  }

  private var legend: [ChartLegend.Entry] {
    let multipliers = rows.multipliers.enumerated().map { index, name in
      ChartLegend.Entry(
        sign: SeriesStyle(index).areaSign, name: ReportRows.shown(name))
    }
    let methods = rows.methods.enumerated().map { index, name in
      ChartLegend.Entry(
        sign: .marker(SeriesStyle(index).marker, style: "ne pt"), name: ReportRows.shown(name))
    }
    let clocks =
      rows.clocks.count < 2
      ? []
      : rows.clocks.map { name in
        ChartLegend.Entry(
          sign: .marker(.circle, style: name == "fixed" ? "ne pt ho" : "ne pt"),
          name: ReportRows.shownClock(name))
      }
    let front = ChartLegend.Entry(sign: .line(style: "fr", marker: nil), name: "Pareto front")
    return multipliers + methods + clocks + [front]
  }

  /// Those of the rows that have a place in the chart.
  private func drawn(_ chosen: [Int]) -> [Int] {
    chosen.filter { row in
      rows.number(row, Self.accuracy) != nil
        && rows.number(row, Self.energy).map(ChartAxis.magnitudes.contains) ?? false
    }
  }

  private func place(_ row: Int, _ frame: ChartFrame) -> (x: Double, y: Double) {
    (
      frame.x(rows.number(row, Self.energy) ?? 0), frame.y(rows.number(row, Self.accuracy) ?? 0)
    )
  }

  /// The front as steps: up to a point's energy the accuracy of the cheaper one is what one gets.
  private func steps(_ frame: ChartFrame) -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    for row in drawn(ranking.front) {
      let place = place(row, frame)
      points.append((place.x, points.last?.y ?? frame.bottom))
      points.append(place)
    }
    if let last = points.last { points.append((frame.right, last.y)) }
    return points
  }

  private func drawIntervals(_ frame: ChartFrame, _ svg: inout SVGText) {
    for row in drawn(ranking.order) {
      guard let low = rows.number(row, "accuracy_low_percent"),
        let high = rows.number(row, "accuracy_high_percent")
      else { continue }
      let emphasis = ranking.ranks[row] == 1 ? "" : " dim"
      frame.errorBar(
        low, high, at: place(row, frame).x, style: style(row).color + emphasis, into: &svg)
    }
  }

  private func drawPoints(_ frame: ChartFrame, _ svg: inout SVGText) {
    // The front is drawn last, on top.
    for row in drawn(ranking.order).reversed() {
      let (x, y) = place(row, frame)
      let isFront = ranking.ranks[row] == 1
      let method = rows.methods.firstIndex(of: rows.text(row, "method")) ?? 0
      let path = SeriesStyle(method).marker.path(x: x, y: y, size: isFront ? 5 : 3.6)
      let hollow = rows.text(row, "clock") == "fixed" && rows.clocks.count > 1 ? " ho" : ""
      let name = rows.text(row, "point")
      svg.element(
        "path",
        [
          "d": path, "class": "\(style(row).color) pt hv\(hollow)\(isFront ? "" : " dim")",
          "data-row": String(row), "tabindex": "-1", "role": "img", "aria-label": name,
        ], more: style(row).area)
    }
  }

  private func drawMarks(_ frame: ChartFrame, _ svg: inout SVGText) {
    var labels = ChartLabels(frame: frame, gap: 9)
    var marks: [(row: Int, text: String)] = []
    if let chosen, ranking.ranks[chosen] != nil, !drawn([chosen]).isEmpty {
      marks.append((chosen, "chosen"))
    }
    if let knee = ranking.knee, !drawn([knee]).isEmpty {
      if knee == chosen {
        marks = [(knee, "knee and chosen")]
      } else {
        marks.append((knee, "knee"))
      }
    }
    let points = drawn(ranking.order).map { place($0, frame) }
    for mark in marks { labels.keepFree(around: place(mark.row, frame)) }
    for mark in marks {
      let (x, y) = place(mark.row, frame)
      svg.element(
        "circle",
        ["cx": SVGText.number(x), "cy": SVGText.number(y), "r": "9", "class": "mk"])
      let energy = rows.number(mark.row, Self.energy).map { CellText.short($0) } ?? ""
      let accuracy = rows.number(mark.row, Self.accuracy).map { CellText.short($0) } ?? ""
      labels.draw(
        "\(mark.text): \(accuracy) % at \(energy) nJ", at: (x, y), avoiding: points, into: &svg)
    }
  }

  /// Of its multiplier.
  private func style(_ row: Int) -> SeriesStyle {
    SeriesStyle(rows.multipliers.firstIndex(of: rows.text(row, "multiplier")) ?? 0)
  }
}
