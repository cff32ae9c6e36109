/// The box of a chart: axes, grid, titles, and where a value stands in it.
struct ChartFrame {
  /// A second scale along the upper edge: other names of some places of the x axis.
  struct UpperScale {
    let title: String
    /// In ascending order of the axis's values.
    let marks: [(x: Double, label: String)]
  }

  let width: Double
  /// That which was asked for, and by how much the legend is higher than `ChartLegend.roomInChart`.
  let height: Double
  let title: String
  let xTitle: String
  let yTitle: String
  let xAxis: ChartAxis
  let yAxis: ChartAxis
  let upperScale: UpperScale?
  let legend: ChartLegend

  private let yLabelWidth: Double

  /// - Parameter height: of the picture with a legend within `ChartLegend.roomInChart`. With a longer one
  ///   the picture is higher, and the plot as high as with one that fills the room.
  init(
    width: Double, height: Double, title: String, xTitle: String, yTitle: String,
    xAxis: ChartAxis, yAxis: ChartAxis, upperScale: UpperScale? = nil,
    legend entries: [ChartLegend.Entry]
  ) {
    self.width = width
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.upperScale = upperScale
    let longest = yAxis.ticks.map { ChartAxis.label($0).count }.max() ?? 1
    yLabelWidth = Double(longest) * 6.6 + 10
    legend = ChartLegend(entries, width: width - 12)
    self.height = height + max(0, legend.height - ChartLegend.roomInChart)
  }

  var left: Double { 20 + yLabelWidth }
  var right: Double { width - 14 }
  var top: Double {
    (title.isEmpty ? 8 : 26) + (legend.height > 0 ? legend.height + 6 : 0)
      + (upperScale == nil ? 0 : 40)
  }
  var bottom: Double { height - 42 }

  func x(_ value: Double) -> Double { left + xAxis.fraction(value) * (right - left) }
  func y(_ value: Double) -> Double { bottom - yAxis.fraction(value) * (bottom - top) }

  func draw(into svg: inout SVGText) {
    if !title.isEmpty { svg.text(title, x: 6, y: 15, class: "tt") }
    legend.draw(into: &svg, left: 6, top: title.isEmpty ? 4 : 24)
    for tick in yAxis.ticks {
      svg.line(left, y(tick), right, y(tick), class: "gr")
      svg.text(ChartAxis.label(tick), x: left - 7, y: y(tick) + 4, class: "tk", anchor: "end")
    }
    var free = -Double.infinity
    for tick in xAxis.ticks {
      svg.line(x(tick), top, x(tick), bottom, class: "gr")
      let label = ChartAxis.label(tick)
      let half = Double(label.count) * 3.4
      // A label that would touch its neighbor or the edge of the picture is left out.
      guard x(tick) - half > free + 6, x(tick) + half < width else { continue }
      svg.text(label, x: x(tick), y: bottom + 17, class: "tk", anchor: "middle")
      free = x(tick) + half
    }
    if let upperScale {
      // From the right, so that of two labels that would touch the one of more errors stays; the first
      // moves in, as data reach the right edge.
      var room = width - 1
      for mark in upperScale.marks.reversed() {
        svg.line(x(mark.x), top - 5, x(mark.x), top, class: "ax")
        let half = Double(mark.label.count) * 3.4
        let isFirst = room == width - 1
        let place = isFirst ? min(x(mark.x), room - half) : x(mark.x)
        guard place + half <= (isFirst ? room : room - 6) else { continue }
        svg.text(mark.label, x: place, y: top - 10, class: "tk", anchor: "middle")
        room = place - half
      }
      svg.text(
        upperScale.title, x: (left + right) / 2, y: top - 27, class: "at", anchor: "middle")
    }
    svg.path([(left, top), (left, bottom), (right, bottom)], class: "ax")
    svg.text(xTitle, x: (left + right) / 2, y: height - 8, class: "at", anchor: "middle")
    svg.text(yTitle, x: 13, y: (top + bottom) / 2, class: "at", anchor: "middle", rotated: true)
  }

  /// The picture of what was drawn in this frame.
  func document(_ drawing: SVGText, label: String, styleSheet: String? = nil) -> String {
    drawing.document(
      width: width, height: height, label: label, class: "chart", styleSheet: styleSheet)
  }

  /// A vertical bar with caps between two values: an interval of confidence.
  func errorBar(_ low: Double, _ high: Double, at x: Double, style: String, into svg: inout SVGText)
  {
    let (upper, lower) = (y(high), y(low))
    guard lower - upper > 1 else { return }
    let steps =
      "M\(SVGText.number(x)) \(SVGText.number(upper))V\(SVGText.number(lower))"
      + "M\(SVGText.number(x - 2)) \(SVGText.number(upper))h4"
      + "M\(SVGText.number(x - 2)) \(SVGText.number(lower))h4"
    svg.element("path", ["d": steps, "class": "\(style) er"])
  }
}
