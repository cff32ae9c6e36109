/// What the n-th series of a chart looks like, the same in legend and plot.
///
/// Colors and shapes begin again after ten; then lines are dashed, points have bars at their sides and areas
/// are lighter, so that forty series are told apart. The forty-first looks like the first.
struct SeriesStyle {
  /// How many series differ.
  static let count = rounds.count * Palette.seriesCount

  /// What tells a series from those of its color and shape.
  private static let rounds:
    [(bars: [SeriesMarker.Bar], line: SVGText.Attributes, area: SVGText.Attributes)] = [
      ([], [:], [:]),
      ([.left], ["stroke-dasharray": "7 3"], ["fill-opacity": "0.45"]),
      ([.right], ["stroke-dasharray": "2 2"], ["fill-opacity": "0"]),
      (
        [.left, .right], ["stroke-dasharray": "8 3 2 3"],
        ["fill-opacity": "0", "stroke-dasharray": "3 2"]
      ),
    ]

  private let place: Int
  private let round: Int

  /// - Parameter index: the series' number, from 0.
  init(_ index: Int) {
    place = index % Palette.seriesCount
    round = index / Palette.seriesCount % Self.rounds.count
  }

  /// The class of its color.
  var color: String { "c\(place)" }

  var marker: SeriesMarker {
    SeriesMarker(shape: SeriesMarker.Shape.allCases[place], bars: Self.rounds[round].bars)
  }

  /// What its line has beside the class of its color.
  var line: SVGText.Attributes { Self.rounds[round].line }

  /// The class of its area: the lighter ones have an outline of their color.
  var areaClass: String { round == 0 ? "\(color) ar" : color }
  /// What its area has beside that class.
  var area: SVGText.Attributes { Self.rounds[round].area }

  /// What stands before its name in a legend: of a curve with points, and of an area.
  var lineSign: ChartLegend.Sign { .line(style: color, more: line, marker: marker) }
  var areaSign: ChartLegend.Sign { .area(style: areaClass, more: area) }
}
