import ErrorTables

/// Curves and bars of a circuit's page.
enum CircuitCharts {
  /// How many pairs have errors of each class, as bars on a scale of logarithms.
  static func histogram(_ profile: ErrorProfile, width: Double, height: Double) -> String {
    let bins = profile.histogram
    let labels = bins.map { bin in
      bin.low == bin.high ? "\(bin.low)" : "\(short(bin.low)) … \(short(bin.high))"
    }
    return bars(
      title: "Pairs by size of error", xTitle: "e = approximate − exact", yTitle: "pairs",
      values: bins.map { Double($0.count) }, labels: labels, isLogarithmic: true, width: width,
      height: height)
  }

  /// The latest arrival at each bit of the product.
  static func delays(_ picoseconds: [Double], width: Double, height: Double) -> String {
    bars(
      title: "Latest arrival at each product bit", xTitle: "product bit", yTitle: "ps",
      values: picoseconds, labels: picoseconds.indices.map { "\($0)" }, isLogarithmic: false,
      width: width, height: height)
  }

  /// Mean |e| and mean e against an operand.
  static func curves(
    _ means: [(meanMagnitude: Double, bias: Double)], operands: [Double], axis: ChartAxis,
    name: String, width: Double, height: Double
  ) -> String {
    // In the order of the numbers: signed operands begin with the most negative one.
    let points = zip(operands, means).sorted { $0.0 < $1.0 }
    let values = points.flatMap { [$0.1.meanMagnitude, $0.1.bias] }
    let lines: [(name: String, value: (Int) -> Double)] = [
      ("mean |e|", { points[$0].1.meanMagnitude }), ("bias, mean e", { points[$0].1.bias }),
    ]
    let frame = ChartFrame(
      width: width, height: height, title: "Error against the \(name) operand",
      xTitle: "\(name) operand", yTitle: "error", xAxis: axis,
      yAxis: .linear(values + [0]),
      legend: lines.enumerated().map { index, line in
        ChartLegend.Entry(
          sign: SeriesStyle(index).lineSign, name: line.name)
      })
    var svg = SVGText()
    frame.draw(into: &svg)
    for (index, line) in lines.enumerated() {
      let path = points.indices.filter { ChartAxis.canPlace(line.value($0)) }
        .map { (frame.x(points[$0].0), frame.y(line.value($0))) }
      svg.path(path, class: "\(SeriesStyle(index).color) ln")
    }
    return frame.document(svg, label: "Error against the \(name) operand")
  }

  private static func short(_ value: Int128) -> String {
    value.magnitude < 100_000 ? "\(value)" : ChartAxis.label(Double(value))
  }

  private static func bars(
    title: String, xTitle: String, yTitle: String, values: [Double], labels: [String],
    isLogarithmic: Bool, width: Double, height: Double
  ) -> String {
    let shown = values.filter { $0 > 0 }
    let yAxis: ChartAxis =
      isLogarithmic
      ? .logarithmic(shown + [1], wholeDecades: true) : .linear(values + [0], floor: 0)
    let count = Double(max(1, values.count))
    let frame = ChartFrame(
      width: width, height: height, title: title, xTitle: xTitle, yTitle: yTitle,
      xAxis: ChartAxis(isLogarithmic: false, low: 0, high: count, ticks: []), yAxis: yAxis,
      legend: [])
    var svg = SVGText()
    frame.draw(into: &svg)
    var free = -Double.infinity
    for (index, value) in values.enumerated() {
      let left = frame.x(Double(index) + 0.1)
      let right = frame.x(Double(index) + 0.9)
      let middle = (left + right) / 2
      // A bar for one pair is seen too: the axis begins below it.
      let top = value > 0 ? min(frame.y(value), frame.bottom - 2) : frame.bottom
      svg.group(["class": "c0 ar"], title: "\(labels[index]): \(ChartAxis.label(value))") { svg in
        svg.path(
          [(left, top), (right, top), (right, frame.bottom), (left, frame.bottom)], class: "c0 ar",
          closed: true)
      }
      let half = Double(labels[index].count) * 3.4
      guard middle - half > free + 6, middle + half < width else { continue }
      svg.text(
        labels[index], x: middle, y: frame.bottom + 17, class: "tk", anchor: "middle")
      free = middle + half
    }
    return frame.document(svg, label: title)
  }
}
