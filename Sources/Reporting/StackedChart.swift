/// Parts of a whole over one variable, one on the other.
struct StackedChart {
  struct Part {
    let name: String
    /// One value for each x, zero or more.
    let values: [Double]
  }

  let title: String
  let xTitle: String
  let yTitle: String
  let x: [Double]
  /// From the bottom up.
  let parts: [Part]

  func svg(width: Double, height: Double) -> String {
    precondition(parts.allSatisfy { $0.values.count == x.count }, "a part has other x values")
    let totals = x.indices.map { index in parts.reduce(0) { $0 + $1.values[index] } }
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: xTitle, yTitle: yTitle,
      xAxis: .linear(x), yAxis: .linear([0] + totals, floor: 0),
      legend: parts.enumerated().map { index, part in
        ChartLegend.Entry(sign: SeriesStyle(index).areaSign, name: part.name)
      })
    var svg = SVGText()
    frame.draw(into: &svg)
    var floor = Array(repeating: 0.0, count: x.count)
    for (index, part) in parts.enumerated() {
      let ceiling = zip(floor, part.values).map(+)
      let upper = zip(x, ceiling).map { (frame.x($0), frame.y($1)) }
      let lower = zip(x, floor).map { (frame.x($0), frame.y($1)) }
      let style = SeriesStyle(index)
      svg.path(
        upper + lower.reversed(), class: style.areaClass, closed: true, more: style.area)
      floor = ceiling
    }
    return frame.document(svg, label: title)
  }
}
