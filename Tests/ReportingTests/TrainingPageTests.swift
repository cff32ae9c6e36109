import Files
import Reporting
import Testing

@Suite("The page of a training")
struct TrainingPageTests {
  private static let columns = [
    "epoch", "learning_rate", "training_loss", "training_accuracy_percent", "validation_loss",
    "validation_accuracy_percent", "test_loss", "test_accuracy_percent",
  ].map { ColumnDefinition($0, "the \($0)") }

  private static func page(
    epochs: Int, hasValidation: Bool, title: String = "784-128-10 on mnist"
  ) -> TrainingPage {
    let rows = (1...max(1, epochs)).prefix(epochs).map { epoch -> [CellValue] in
      let (loss, accuracy) = (CellValue.real(1 / Double(epoch)), CellValue.real(90 + Double(epoch)))
      return [.integer(epoch), .real(0.001), loss, accuracy]
        + (hasValidation ? [loss, accuracy] : [.missing, .missing]) + [loss, accuracy]
    }
    return TrainingPage(
      title: title, lead: "Seed 1.", history: ResultTable(columns: columns, rows: rows))
  }

  @Test("draws a point an epoch for each part that there is, and prints every number")
  func charts() throws {
    for (hasValidation, parts) in [(true, 3), (false, 2)] {
      let html = try Self.page(epochs: 4, hasValidation: hasValidation).html
      #expect(html.components(separatedBy: "<svg ").count == 3)
      #expect(html.components(separatedBy: " pt hv\"").count == 1 + 2 * 4 * parts)
      #expect(html.contains(">validation</text>") == hasValidation)
      #expect(html.contains(">validation_<wbr>loss<wbr></th>") == hasValidation)
      #expect(html.components(separatedBy: "<tr>").count == 1 + 1 + 4)
      #expect(html.contains("<td class=\"num\">0.3333</td>"))
    }
  }

  @Test("one epoch and none are drawn too")
  func few() throws {
    #expect(
      try Self.page(epochs: 1, hasValidation: false).html.components(separatedBy: " pt hv\"").count
        == 1 + 4)
    let none = try Self.page(epochs: 0, hasValidation: false).html
    #expect(none.components(separatedBy: "no epoch has ended").count == 3)
  }

  private static func sensitivity(layer: String = "layers.0") -> TrainingPage.Sensitivity {
    let layers = ResultTable(
      columns: [
        "layer", "parameters", "deviation", "sensitivity_before", "sensitivity_after", "share",
      ].map { ColumnDefinition($0, "the \($0)") },
      rows: [
        [.text(layer), .integer(64), .real(0.5), .real(3), .real(1), .real(0.25)],
        [.text("layers.2"), .integer(20), .real(0.5), .real(1), .real(3), .real(0.75)],
        [.text("all"), .integer(84), .real(0.5), .real(4), .real(3), .real(1)],
      ])
    let curves = ResultTable(
      columns: ["curve", "position", "loss_before", "loss_after"].map {
        ColumnDefinition($0, "the \($0)")
      },
      rows: ["direction", "noise"].flatMap { curve in
        [0, 1, 2].map { [.text(curve), .real($0), .real(1 + $0), .real(0.5 + $0)] }
      })
    let accuracies = ResultTable(
      columns: ["bit_error_rate"].map { ColumnDefinition($0, "the \($0)") }
        + ["before", "after"].flatMap { side in
          ["", "_low", "_high"].map { ColumnDefinition("accuracy_\(side)\($0)_percent", "its") }
        },
      rows: [0, 0.1].map { rate in
        [.real(rate)] + [90 - 200 * rate, 80, 95, 92 - 100 * rate, 81, 96].map { .real($0) }
      })
    return TrainingPage.Sensitivity(
      bitErrorRate: 0.05, layers: layers, curves: curves, accuracies: accuracies)
  }

  @Test("the sensitivity before and after is drawn a bar a layer, with both curves and its table")
  func noise() throws {
    let page = TrainingPage(
      title: "a", lead: "b", history: Self.page(epochs: 3, hasValidation: false).history,
      sensitivity: Self.sensitivity())
    let html = try page.html
    #expect(html.components(separatedBy: "<svg ").count == 7)
    // Two layers, before and after, and the two areas of the key.
    #expect(html.components(separatedBy: "<rect ").count == 1 + 2 * 2 + 2)
    let bars = html.matches(
      of: /<rect x="[0-9.]+" y="([0-9.]+)" width="[0-9.]+" height="([0-9.]+)"/
    )
    .compactMap { Double($0.output.2) }.suffix(4)
    // Before 3 and 1, after 1 and 3.
    #expect(bars.count == 4)
    #expect(
      bars.first == bars.last && abs((bars.first ?? 0) / bars[bars.startIndex + 1] - 3) < 0.01)
    #expect(html.contains("4 before, 3 after (−25 %)") && html.contains("at a rate of 5 %"))
    #expect(html.components(separatedBy: " pt hv\"").count == 1 + 2 * 3 * 2 + 2 * 3 * 2 + 2 * 2)
    // A bar of an interval with caps for each accuracy.
    #expect(html.components(separatedBy: " er\"").count == 1 + 4)
    #expect(html.contains("<td class=\"num\">0.75</td>"))
    #expect(try !Self.page(epochs: 3, hasValidation: false).html.contains("Noise in the weights"))
  }

  @Test("where several sources give noise each has bars of its own, and its part in the finding")
  func sources() throws {
    let plain = Self.sensitivity()
    func html(_ parts: [(name: String, values: [CellValue])]) throws -> String {
      let layers = ResultTable(
        columns: plain.layers.columns + parts.map { ColumnDefinition($0.name, "its") },
        rows: plain.layers.rows.indices.map { row in
          plain.layers.rows[row] + parts.map { $0.values[row] }
        })
      return try TrainingPage(
        title: "a", lead: "b", history: Self.page(epochs: 3, hasValidation: false).history,
        sensitivity: TrainingPage.Sensitivity(
          bitErrorRate: 0.05, layers: layers, curves: plain.curves, accuracies: plain.accuracies)
      ).html
    }
    func reals(_ values: [Double]) -> [CellValue] { values.map { .real($0) } }
    let unknown = [CellValue](repeating: .missing, count: 3)
    let both = try html([
      ("weight_bits_before", reals([3, 1, 4])), ("multiplier_before", reals([0, 0, 0])),
      ("timing_before", unknown), ("weight_bits_after", reals([0.5, 1.5, 2])),
      ("multiplier_after", reals([0.5, 1.5, 2])), ("timing_after", unknown),
    ])
    #expect(both.components(separatedBy: "<svg ").count == 8)
    #expect(both.contains("aria-label=\"Sensitivity by its source, after\""))
    #expect(both.contains(">multiplier</text>") && !both.contains(">timing</text>"))
    #expect(
      both.contains(
        "Sensitivity of the loss to errors: 4 before, 3 after (−25 %). After: wrong bits of weights "
          + "2, multiplier 2."))
    let bits = try html([
      ("weight_bits_before", reals([3, 1, 4])), ("multiplier_before", reals([0, 0, 0])),
      ("timing_before", unknown), ("weight_bits_after", reals([1, 3, 3])),
      ("multiplier_after", reals([0, 0, 0])), ("timing_after", unknown),
    ])
    #expect(bits.components(separatedBy: "<svg ").count == 7)
    #expect(bits.contains("Sensitivity of the loss to wrong bits of weights: 4 before, 3 after"))
  }

  @Test("names are escaped, and no script runs")
  func hostile() throws {
    for payload in ["<script>alert(1)</script>", "{{title}}", "{{{style}}}", "\" onload=\"x"] {
      let history = Self.page(epochs: 2, hasValidation: true).history
      let html = try TrainingPage(
        title: payload, lead: payload, history: history,
        sensitivity: Self.sensitivity(layer: payload)
      ).html
      #expect(!html.contains("<script") && !html.contains(" onload=\"x"))
      #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    }
  }
}
