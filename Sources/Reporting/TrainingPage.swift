import Files

/// The page of a training: loss and accuracy by epoch.
public struct TrainingPage: Sendable {
  public let title: String
  /// A sentence below the title.
  public let lead: String
  /// Rows under the columns of `history.csv`.
  public let history: ResultTable
  /// How much the loss minds noise in the weights; nil where no rate of errors is known.
  public let sensitivity: Sensitivity?

  private static let parts = ["training", "validation", "test"]

  public init(
    title: String, lead: String, history: ResultTable, sensitivity: Sensitivity? = nil
  ) {
    self.title = title
    self.lead = lead
    self.history = history
    self.sensitivity = sensitivity
  }

  /// The page as HTML that needs no network and runs no script.
  public var html: String {
    get throws {
      var context: [String: Any] = [
        "title": title, "lead": lead,
        // These are made in SVGText, which escapes what is foreign in them.
        "loss": chart("Loss", yTitle: "Cross-entropy (nats, log)", column: "loss") {
          .logarithmic($0)
        }.svg(width: 540, height: 400),
        "accuracy": chart("Accuracy", yTitle: "Accuracy (%)", column: "accuracy_percent") {
          .linear($0, ceiling: 100)
        }.svg(width: 540, height: 400),
        "header": shown.map {
          [
            "parts": CellText.parts(ofName: history.columns[$0].name),
            "definition": history.columns[$0].definition,
          ]
        },
        "rows": history.rows.map { row in ["cells": shown.map { CellText.short(row[$0]) }] },
      ]
      context["sensitivity"] = sensitivity?.context
      return try StandalonePage.html(
        template: PackageResources.training_mustache, styles: [PackageResources.fit_css],
        context: context)
    }
  }

  /// The columns that have a number.
  private var shown: [Int] {
    history.columns.indices.filter { column in
      history.rows.contains { $0[column] != .missing }
    }
  }

  private func chart(
    _ title: String, yTitle: String, column: String, axis: ([Double]) -> ChartAxis
  ) -> LineChart {
    let series = Self.parts.enumerated().compactMap { index, part -> LineChart.Series? in
      let points = history.rows.indices.compactMap { row -> LineChart.Point? in
        guard let x = history[row, "epoch"].number,
          let y = history[row, "\(part)_\(column)"].number
        else { return nil }
        return LineChart.Point(row: row, x: x, y: y, interval: nil)
      }
      return points.isEmpty ? nil : LineChart.Series(name: part, index: index, points: points)
    }
    let epochs = Double(max(1, history.rows.count))
    return LineChart(
      title: title, xTitle: "Epoch", yTitle: yTitle,
      xAxis: .linear([0, epochs], ticks: 8, floor: 0),
      yAxis: axis(series.flatMap { $0.points.map(\.y) }), series: series,
      emptyNote: "no epoch has ended")
  }
}
