/// Curves over one variable, with points, intervals of confidence and an optional marked minimum.
struct LineChart {
  struct Point {
    let row: Int
    let x: Double
    let y: Double
    let interval: ClosedRange<Double>?
    /// Stands beside the point, with a leader to it.
    var label: String?
  }

  struct Series {
    let name: String
    /// Which of the looks of series.
    let index: Int
    /// Whose points it has; nil: its own.
    var shape: Int?
    let points: [Point]

    fileprivate var style: SeriesStyle { SeriesStyle(index) }
    fileprivate var marker: SeriesMarker { SeriesStyle(shape ?? index).marker }
  }

  /// A law as a curve without points, with what it is known to.
  struct Band {
    let name: String
    /// Which color.
    let index: Int
    let line: [(x: Double, y: Double, low: Double, high: Double)]
  }

  let title: String
  let xTitle: String
  let yTitle: String
  let xAxis: ChartAxis
  let yAxis: ChartAxis
  let series: [Series]
  var upperScale: ChartFrame.UpperScale?
  var bands: [Band] = []
  var marksMinimum = false
  /// A line of text under the title where nothing can be drawn.
  var emptyNote = "no values to draw"

  func svg(width: Double, height: Double) -> String {
    let entries =
      series.map { series in
        ChartLegend.Entry(
          sign: .line(
            style: series.style.color, more: series.style.line, marker: series.marker),
          name: series.name)
      }
      + bands.flatMap { band in
        [
          ChartLegend.Entry(
            sign: .line(style: SeriesStyle(band.index).color, marker: nil), name: band.name),
          ChartLegend.Entry(
            sign: .area(style: "\(SeriesStyle(band.index).color) bd ar"), name: "±2σ"),
        ]
      }
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: xTitle, yTitle: yTitle, xAxis: xAxis,
      yAxis: yAxis, upperScale: upperScale, legend: entries)
    var svg = SVGText()
    frame.draw(into: &svg)
    let drawn = series.map { series in
      series.points.filter { yAxis.shows($0.y) }
    }
    if drawn.allSatisfy(\.isEmpty) {
      svg.text(
        emptyNote, x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2,
        class: "tk", anchor: "middle")
    }
    for band in bands { draw(band, frame, into: &svg) }
    for (series, points) in zip(series, drawn) {
      let style = series.style.color
      svg.path(
        points.map { (frame.x($0.x), frame.y($0.y)) }, class: "\(style) ln",
        more: series.style.line)
      for point in points {
        if let interval = point.interval {
          frame.errorBar(
            interval.lowerBound, interval.upperBound, at: frame.x(point.x), style: style,
            into: &svg)
        }
      }
      for point in points {
        let path = series.marker.path(
          x: frame.x(point.x), y: frame.y(point.y), size: 3.4)
        svg.element(
          "path",
          [
            "d": path, "class": "\(style) pt hv", "data-row": String(point.row),
            "tabindex": "-1", "role": "img", "aria-label": "\(series.name), row \(point.row + 1)",
          ])
      }
      if marksMinimum, let least = points.min(by: { $0.y < $1.y }) {
        svg.element(
          "circle",
          [
            "cx": SVGText.number(frame.x(least.x)), "cy": SVGText.number(frame.y(least.y)),
            "r": "7.5", "class": "mk",
          ])
      }
    }
    label(drawn.flatMap { $0 }, frame, into: &svg)
    return frame.document(svg, label: title)
  }

  /// Labels cover neither one another nor, where there is room, points; points that hide one another
  /// share one.
  private func label(_ points: [Point], _ frame: ChartFrame, into svg: inout SVGText) {
    let places = points.map { (x: frame.x($0.x), y: frame.y($0.y)) }
    var groups: [(place: (x: Double, y: Double), texts: [String])] = []
    for (point, place) in zip(points, places) {
      guard let text = point.label else { continue }
      let near = groups.firstIndex { group in
        max(abs(group.place.x - place.x), abs(group.place.y - place.y)) < Self.hiding
      }
      if let near {
        groups[near].texts.append(text)
      } else {
        groups.append((place, [text]))
      }
    }
    var labels = ChartLabels(frame: frame, gap: Self.gap)
    for group in groups { labels.keepFree(around: group.place) }
    for group in groups {
      labels.draw(
        group.texts.joined(separator: ", "), at: group.place, avoiding: places, into: &svg)
    }
  }

  /// Points nearer than a marker's width and the gaps of their leaders hide one another.
  private static let hiding = 12.0
  private static let gap = 4.0

  /// The part of a band that the axis shows; a lower end below it ends at the axis.
  private func draw(_ band: Band, _ frame: ChartFrame, into svg: inout SVGText) {
    let style = SeriesStyle(band.index).color
    let shown = band.line.filter { yAxis.shows($0.y) }
    func place(_ y: Double, else bound: Double) -> Double {
      yAxis.shows(y) ? frame.y(y) : bound
    }
    let upper = shown.map { (x: frame.x($0.x), y: place($0.high, else: frame.top)) }
    let lower = shown.map { (x: frame.x($0.x), y: place($0.low, else: frame.bottom)) }
    svg.path(upper + lower.reversed(), class: "\(style) bd", closed: true)
    svg.path(shown.map { (frame.x($0.x), frame.y($0.y)) }, class: "\(style) ln")
  }
}
