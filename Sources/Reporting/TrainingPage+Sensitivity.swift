import Files

extension TrainingPage {
  /// How much the loss minds noise in the weights before and after the training.
  public struct Sensitivity: Sendable {
    /// The rate of wrong bits of weights that the noise is that of, 0 where none is given.
    public let bitErrorRate: Double
    /// Rows under the columns of `sensitivity.csv`, the last of all layers together.
    public let layers: ResultTable
    /// Rows under the columns of `landscape.csv`.
    public let curves: ResultTable
    /// Rows under the columns of `error_rates.csv`.
    public let accuracies: ResultTable

    public init(
      bitErrorRate: Double, layers: ResultTable, curves: ResultTable, accuracies: ResultTable
    ) {
      self.bitErrorRate = bitErrorRate
      self.layers = layers
      self.curves = curves
      self.accuracies = accuracies
    }

    private static let sides = ["before", "after"]
    /// What the noise comes from: columns, and names for people.
    private static let sources = [
      ("weight_bits", "wrong bits of weights"), ("multiplier", "multiplier"), ("timing", "timing"),
    ]
    private static let size = (width: 540.0, height: 400.0)

    /// What the template asks for.
    var context: [String: Any] {
      let sourceBars = sourceBars
      return [
        "finding": finding, "note": note, "hasSources": sourceBars != nil,
        // These are made in SVGText, which escapes what is foreign in them.
        "bars": bars.svg(width: Self.size.width, height: Self.size.height),
        "sourceBars": sourceBars?.svg(width: Self.size.width, height: Self.size.height) ?? "",
        "noise": chart(
          "Loss under noise in every weight", curve: "noise",
          xTitle: "Noise, times the hardware's standard deviations"
        ).svg(width: Self.size.width, height: Self.size.height),
        "direction": chart(
          "Loss along a random direction", curve: "direction",
          xTitle: "Distance, times the length of the weights"
        ).svg(width: Self.size.width, height: Self.size.height),
        "accuracies": accuracyChart.svg(width: Self.size.width, height: Self.size.height),
        "header": layers.columns.indices.map { column in
          [
            "parts": CellText.parts(ofName: layers.columns[column].name),
            "definition": layers.columns[column].definition, "kind": kind(column),
          ]
        },
        "rows": layers.rows.map { row in
          ["cells": row.indices.map { ["text": CellText.short(row[$0]), "kind": kind($0)] }]
        },
      ]
    }

    /// The style of a column's cells: numbers are set to the right.
    private func kind(_ column: Int) -> String {
      layers.rows.contains { $0[column].number != nil } ? "num" : ""
    }

    private func total(_ side: String) -> Double? {
      layers.rows.isEmpty ? nil : layers[layers.rows.count - 1, "sensitivity_\(side)"].number
    }

    private var finding: String {
      guard let before = total("before"), let after = total("after"), before > 0 else {
        return "No weight has noise."
      }
      let change = 100 * (after / before - 1)
      let parts = sources.count > 1 ? shares.joined(separator: ", ") : ""
      return "Sensitivity of the loss to "
        + (sources.map(\.name) == ["wrong bits of weights"] ? "wrong bits of weights" : "errors")
        + ": \(CellValue.format(before, digits: 3)) before, "
        + "\(CellValue.format(after, digits: 3)) after "
        + "(\(change < 0 ? "−" : "+")\(CellValue.format(abs(change), digits: 3)) %)"
        + (parts.isEmpty ? "." : ". After: \(parts).")
    }

    /// The sources that give some weight noise, with their parts of all layers together.
    private var sources: [(name: String, column: String, before: Double, after: Double)] {
      guard let all = layers.rows.indices.last else { return [] }
      return Self.sources.compactMap { column, name in
        let parts = Self.sides.map { side -> Double in
          let column = "\(column)_\(side)"
          return layers.index(of: column) == nil ? 0 : layers[all, column].number ?? 0
        }
        return parts.contains { $0 > 0 } ? (name, column, parts[0], parts[1]) : nil
      }
    }

    /// What each source has of the whole, after.
    private var shares: [String] {
      sources.map { "\($0.name) \(CellValue.format($0.after, digits: 3))" }
    }

    private var note: String {
      "Sensitivity is ½·Σ s²·(∂L/∂w)² over a layer's weights, s being the standard deviation that "
        + "errors give a weight, s² the sum of what each source has by itself: wrong bits at a rate of "
        + "\(CellValue.format(100 * bitErrorRate, digits: 3)) %, and errors of products by the "
        + "multiplier and by timing, as act's penalty weighs them: "
        + "mean over batches of training examples. Before: the network that the training began with. "
        + "Curves are of floating point on training examples; the direction is normalized filter by "
        + "filter (Li et al., NeurIPS 2018). Accuracies are of integers, with bits of stored weights "
        + "inverted on 5 chips, and 95 % intervals; a sweep is for studies. sensitivity.csv, "
        + "landscape.csv and error_rates.csv have the numbers."
    }

    /// What each layer has of each source, after; nil where there are not several.
    private var sourceBars: LayerBars? {
      let sources = sources
      guard sources.count > 1 else { return nil }
      let rows = layers.rows.dropLast()
      return LayerBars(
        title: "Sensitivity by its source, after", yTitle: "½·Σ s²·(∂L/∂w)²",
        layers: rows.indices.map { CellText.short(layers[$0, "layer"]) },
        series: sources.map { source in
          LayerBars.Series(
            name: source.name,
            values: rows.indices.map { layers[$0, "\(source.column)_after"].number ?? 0 })
        })
    }

    private var bars: LayerBars {
      let rows = layers.rows.dropLast()
      return LayerBars(
        title: "Sensitivity of each layer", yTitle: "½·Σ s²·(∂L/∂w)²",
        layers: rows.indices.map { CellText.short(layers[$0, "layer"]) },
        series: Self.sides.map { side in
          LayerBars.Series(
            name: side,
            values: rows.indices.map { layers[$0, "sensitivity_\(side)"].number ?? 0 })
        })
    }

    private var accuracyChart: LineChart {
      func number(_ row: Int, _ side: String, _ end: String = "") -> Double? {
        accuracies[row, "accuracy_\(side)\(end)_percent"].number
      }
      let series = Self.sides.enumerated().map { index, side in
        LineChart.Series(
          name: side, index: index,
          points: accuracies.rows.indices.compactMap { row in
            guard let rate = accuracies[row, "bit_error_rate"].number,
              let accuracy = number(row, side), let low = number(row, side, "_low"),
              let high = number(row, side, "_high"), low <= high
            else { return nil }
            return LineChart.Point(row: row, x: 100 * rate, y: accuracy, interval: low...high)
          })
      }
      let points = series.flatMap(\.points)
      return LineChart(
        title: "Accuracy with wrong bits", xTitle: "Bits of weights read wrong (%)",
        yTitle: "Accuracy (%)", xAxis: .linear(points.map(\.x), floor: 0),
        yAxis: .linear(
          points.flatMap { [$0.y] + ($0.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) },
          floor: 0, ceiling: 100), series: series)
    }

    private func chart(_ title: String, curve: String, xTitle: String) -> LineChart {
      let rows = curves.rows.indices.filter { curves[$0, "curve"] == .text(curve) }
      let series = Self.sides.enumerated().map { index, side in
        LineChart.Series(
          name: side, index: index,
          points: rows.compactMap { row in
            guard let x = curves[row, "position"].number,
              let y = curves[row, "loss_\(side)"].number
            else { return nil }
            return LineChart.Point(row: row, x: x, y: y, interval: nil)
          })
      }
      let points = series.flatMap(\.points)
      return LineChart(
        title: title, xTitle: xTitle, yTitle: "Cross-entropy (nats, log)",
        xAxis: .linear(points.map(\.x), ticks: 8), yAxis: .logarithmic(points.map(\.y)),
        series: series)
    }
  }
}
