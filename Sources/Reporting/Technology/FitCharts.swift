import Technology

/// The two charts of a fit: data with curve and band, and residuals.
struct FitCharts {
  let curve: FittedCurve

  func data(width: Double, height: Double) -> String {
    let values =
      curve.points.flatMap {
        [$0.y, $0.interval?.lowerBound ?? $0.y, $0.interval?.upperBound ?? $0.y]
      }
      + (curve.fit == nil ? [] : curve.line.map(\.y))
    let frame = ChartFrame(
      width: width, height: height, title: curve.title, xTitle: curve.xTitle,
      yTitle: curve.isLogarithmic ? "\(curve.yTitle), log scale" : curve.yTitle,
      xAxis: .linear(curve.points.map(\.x)),
      yAxis: curve.isLogarithmic ? .logarithmic(values) : .linear(values),
      legend: [
        ChartLegend.Entry(sign: .marker(.circle, style: "c0 pt"), name: "data")
      ] + lawEntries)
    var svg = SVGText()
    frame.draw(into: &svg)
    if curve.fit != nil {
      let shown = curve.line.filter {
        frame.yAxis.shows($0.y) && frame.yAxis.shows($0.low) && frame.yAxis.shows($0.high)
      }
      let upper = shown.map { (x: frame.x($0.x), y: frame.y($0.high)) }
      let lower = shown.map { (x: frame.x($0.x), y: frame.y($0.low)) }
      svg.path(upper + lower.reversed(), class: "c1 bd", closed: true)
    }
    let line = curve.line.filter { frame.yAxis.shows($0.y) }
    svg.path(line.map { (frame.x($0.x), frame.y($0.y)) }, class: "c1 ln")
    for point in curve.points where frame.yAxis.shows(point.y) {
      if let interval = point.interval {
        frame.errorBar(
          interval.lowerBound, interval.upperBound, at: frame.x(point.x), style: "c0", into: &svg)
      }
      let place = (x: frame.x(point.x), y: frame.y(point.y))
      svg.element(
        "path",
        ["d": SeriesMarker.circle.path(x: place.x, y: place.y, size: 3.4), "class": "c0 pt"])
    }
    return frame.document(svg, label: curve.title)
  }

  private var lawEntries: [ChartLegend.Entry] {
    let line = ChartLegend.Sign.line(style: "c1", marker: nil)
    guard curve.fit != nil else {
      return curve.line.isEmpty
        ? [] : [ChartLegend.Entry(sign: line, name: "where the search ended")]
    }
    return [
      ChartLegend.Entry(sign: line, name: curve.law),
      ChartLegend.Entry(sign: .area(style: "c1 bd ar"), name: "±2σ of the law"),
    ]
  }

  /// The residuals; nothing where no law is fitted.
  func residuals(width: Double, height: Double) -> String {
    guard let fit = curve.fit else { return "" }
    let isWeighted = fit.isWeighted
    let values = isWeighted ? fit.normalizedResiduals : fit.residuals
    let bound = isWeighted ? 2 : 2 * fit.rootMeanSquare
    let title = "Residuals: \(curve.title)"
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: curve.xTitle,
      yTitle: isWeighted
        ? "fitted − observed, in σ" : "fitted − observed, \(curve.fittedQuantity)",
      xAxis: .linear(curve.points.map(\.x)), yAxis: .linear(values + [-bound, bound]),
      legend: [
        ChartLegend.Entry(sign: .marker(.circle, style: "c0 pt"), name: "residual"),
        ChartLegend.Entry(
          sign: .line(style: "fr", marker: nil), name: isWeighted ? "±2σ" : "±2 RMS"),
      ])
    var svg = SVGText()
    frame.draw(into: &svg)
    svg.line(frame.left, frame.y(0), frame.right, frame.y(0), class: "ax")
    for edge in [-bound, bound] {
      svg.path([(frame.left, frame.y(edge)), (frame.right, frame.y(edge))], class: "fr")
    }
    for (point, value) in zip(curve.points, values) where frame.yAxis.shows(value) {
      let x = frame.x(point.x)
      svg.line(x, frame.y(0), x, frame.y(value), class: "c0 er")
      svg.element(
        "path",
        ["d": SeriesMarker.circle.path(x: x, y: frame.y(value), size: 3.4), "class": "c0 pt"])
    }
    return frame.document(svg, label: title)
  }
}
