import Files
import NetworkEvaluation
import Testing

@testable import Reporting

@Suite("The tables of compare-fidelities")
struct FidelityTablesTests {
  /// A row with a number for each column that has no text.
  private static func row(_ fidelity: String, _ detail: String, _ cells: [CellValue]) -> [CellValue]
  {
    [
      .text(fidelity), .text(detail), .text("mul8u_exact_dadda"), .real(0.45), .real(16.6),
      .integer(8),
    ]
      + cells
  }

  private static let table = ResultTable(
    columns: FidelityComparison.columns,
    rows: [
      row(
        "functional", "settled",
        [
          .integer(1_067_968), .integer(0), .real(0), .missing, .missing, .real(0), .missing,
          .missing,
        ]
          + [.real(0), .missing, .missing, .real(97.3392461), .missing, .missing]),
      row(
        "gate", "48 streams a chip, carried",
        [.integer(173_184), .integer(1100), .real(0.00635162602), .real(0.00439657506)]
          + [.real(0.0165607203), .real(-15.6511456), .real(-24.5537811), .real(0.996686117)]
          + [.real(644702.838), .real(408073.208), .real(2_877_746.058)]
          + [.real(93.8470067), .real(92.5038698), .real(95.1901435)]),
    ])

  @Test("error rate, bias, variance and accuracy stand with their intervals, in 80 columns")
  func whole() throws {
    let tables = FidelityTables.tables(of: Self.table)
    try #require(tables.count == 2)
    let texts = tables.map { TextTable($0, width: 80).text }
    for text in texts {
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
      #expect(!text.contains("Not shown"), "\(text)")
    }
    func words(_ text: String) -> [[Substring]] {
      text.split(separator: "\n").map { $0.split(separator: " ") }
    }
    #expect(
      words(texts[0]).last?.suffix(6) == ["0.635", "0.44", "1.66", "93.85", "92.5", "95.19"])
    #expect(words(texts[1]).last?.suffix(6) == ["-15.7", "-24.6", "0.997", "645", "408", "2880"])
    #expect(texts[0].contains("gate, 48 streams a chip, carried"))
    #expect(words(texts[0])[2] == ["functional,", "settled", "0", "97.34"])
  }
}
