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

  @Test("names are escaped, and no script runs")
  func hostile() throws {
    for payload in ["<script>alert(1)</script>", "{{title}}", "{{{style}}}", "\" onload=\"x"] {
      let html = try Self.page(epochs: 2, hasValidation: true, title: payload).html
      #expect(!html.contains("<script") && !html.contains(" onload=\"x"))
      #expect(html.contains("default-src 'none'; style-src 'sha256-"))
    }
  }
}
