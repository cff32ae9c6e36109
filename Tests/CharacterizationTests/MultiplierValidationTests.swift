import Characterization
import Files
import Netlists
import TestSupport
import Testing

@Suite("Validation of the shipped multipliers")
struct MultiplierValidationTests {
  /// Rows of an independent program that computed exhaustive metrics from the families' definitions:
  /// MED, NMED, MRED %, WCE, WCRE %, error rate %, MSE, bias.
  static let independent: [(String, [Double])] = [
    (
      "mul8u_truncated_t6",
      [80.25, 0.0012341407151095732, 2.637522102904351, 321, 100, 93.75, 9158.25, -80.25]
    ),
    (
      "mul8u_kulkarni",
      [
        903.125, 0.013888888888888888, 3.2804909202014487, 14450, 22.22222222222222,
        46.73004150390625, 6459222.25, -903.125,
      ]
    ),
    ("mul8u_exact_dadda", [0, 0, 0, 0, 0, 0, 0, 0]),
  ]

  @Test("every metric equals an independent program's", arguments: independent)
  func metrics(name: String, expected: [Double]) throws {
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/ptm45.lib"))
    let validation = MultiplierValidation(
      options: ValidationOptions(), library: library, jobs: 1)
    let multiplier = try validation.validate(
      Repository.path("HardwareSpecs/Multipliers/\(name).v"))
    let table = ResultTable(
      columns: ValidationTable.columns, rows: [ValidationTable.row(multiplier, library: library)])
    let columns = [
      "mae", "nmed", "mre_percent", "wce", "wcre_percent", "error_rate_percent", "mse", "bias",
    ]
    for (column, value) in zip(columns, expected) {
      let found = try #require(table.cells(column)?.first?.number, "\(column)")
      #expect(abs(found - value) <= 1e-12 * abs(value), "\(column)")
    }
  }
}
