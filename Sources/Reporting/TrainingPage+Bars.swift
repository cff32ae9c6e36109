/// Bars of a few series for each layer, side by side, from 0.
struct LayerBars {
  struct Series {
    let name: String
    /// One a layer, zero or more.
    let values: [Double]
  }

  let title: String
  let yTitle: String
  let layers: [String]
  let series: [Series]

  /// Widths of characters of labels below the bars, in points.
  private static let characterWidth = 6.6

  func svg(width: Double, height: Double) -> String {
    precondition(series.allSatisfy { $0.values.count == layers.count }, "a bar has no layer")
    let values = series.flatMap(\.values).filter(ChartAxis.canPlace)
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: "Layer", yTitle: yTitle,
      xAxis: ChartAxis(
        isLogarithmic: false, low: 0, high: Double(max(1, layers.count)), ticks: []),
      yAxis: .linear([0] + values, floor: 0),
      legend: series.enumerated().map { index, series in
        ChartLegend.Entry(sign: SeriesStyle(index).areaSign, name: series.name)
      })
    var svg = SVGText()
    frame.draw(into: &svg)
    let slot = (frame.right - frame.left) / Double(max(1, layers.count))
    let bar = slot * 0.7 / Double(max(1, series.count))
    for (index, series) in series.enumerated() {
      let style = SeriesStyle(index)
      for (layer, value) in series.values.enumerated() where ChartAxis.canPlace(value) {
        let left = frame.x(Double(layer)) + slot * 0.15 + Double(index) * bar
        let top = frame.y(max(0, value))
        svg.element(
          "rect",
          [
            "x": SVGText.number(left), "y": SVGText.number(top), "width": SVGText.number(bar),
            "height": SVGText.number(frame.bottom - top),
            "class": style.areaClass,
          ], more: style.area)
      }
    }
    drawNames(frame, slot: slot, into: &svg)
    return frame.document(svg, label: title)
  }

  /// A name that would touch the one before it is left out: the table has them all.
  private func drawNames(_ frame: ChartFrame, slot: Double, into svg: inout SVGText) {
    var free = -Double.infinity
    for (layer, name) in layers.enumerated() {
      let middle = frame.x(Double(layer)) + slot / 2
      let half = Double(name.count) * Self.characterWidth / 2
      guard middle - half > free + 4 else { continue }
      svg.text(name, x: middle, y: frame.bottom + 17, class: "tk", anchor: "middle")
      free = middle + half
    }
  }
}
