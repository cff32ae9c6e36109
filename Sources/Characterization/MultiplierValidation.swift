import ErrorTables
import Files
import Netlists
import Quantities

/// The exhaustive comparison of multiplier netlists with the exact product: a row a netlist.
public enum MultiplierValidation {
  /// Reads netlists, simulates all operand pairs of each and lists their error metrics.
  ///
  /// - Parameters:
  ///   - netlists: paths of structural Verilog files.
  ///   - library: path of the Liberty file of their cells.
  ///   - convention: what relative errors are divided by; the columns' definitions say which.
  /// - Throws: `InputError` as `VerilogReader`, `LibertyReader` and `MultiplierPorts` do.
  public static func table(
    netlists: [String], library: String, convention: RelativeErrorConvention = .nonzeroExact
  ) throws -> ResultTable {
    let cells = try LibertyReader.library(contentsOf: library)
    var table = ResultTable(columns: columns(convention))
    for file in netlists {
      let netlist = try VerilogReader.netlist(contentsOf: file, library: cells)
      let ports = try MultiplierPorts(binding: netlist, file: file)
      let products = ProductTable(
        simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
        product: ports.product)
      let metrics = ErrorMetrics(of: products, convention: convention)
      table.append(row(netlist, file: file, metrics, area: cells.area(of: netlist)))
    }
    return table
  }

  private static func row(
    _ netlist: Netlist, file: String, _ metrics: ErrorMetrics, area: Area?
  ) -> [CellValue] {
    [
      .text(netlist.name), .text(file), .integer(metrics.format.widthA),
      .integer(metrics.format.widthB),
      .integer(netlist.gates.count), .integer(netlist.depth), .real(100 * metrics.errorRate),
      .real(metrics.meanErrorDistance), .real(metrics.meanAbsoluteErrorPercent),
      .real(metrics.normalizedMeanErrorDistance), .integer(Int(metrics.worstCaseError)),
      .real(metrics.worstCaseErrorPercent), .real(100 * metrics.meanRelativeError),
      .real(100 * metrics.worstCaseRelativeError), .real(metrics.meanSquaredError),
      .real(metrics.bias), .real(metrics.variance),
      area.map { .real($0.value * 1e12) } ?? .missing,
    ]
  }

  /// The columns of the table; e is approximate − exact, over all operand pairs.
  public static func columns(_ convention: RelativeErrorConvention) -> [ColumnDefinition] {
    let relative =
      switch convention {
      case .nonzeroExact: "|e| / exact over the pairs whose exact product is not 0"
      case .atLeastOne: "|e| / max(1, exact) over all pairs"
      }
    return [
      ColumnDefinition("name", "The name of the netlist's module."),
      ColumnDefinition("file", "The path of the netlist, as it was given."),
      ColumnDefinition("width_a", "The width of the first operand in bits."),
      ColumnDefinition("width_b", "The width of the second operand in bits."),
      ColumnDefinition(
        "gates",
        "The number of cell outputs (a full adder has two), without cells that reach no output."),
      ColumnDefinition("depth", "The most gates on a path from an input to an output."),
      ColumnDefinition(
        "error_rate_percent", "100·P(e ≠ 0) with e = approximate − exact, over all pairs."),
      ColumnDefinition("mae", "Mean |e| over all pairs (also MED), in units of the product."),
      ColumnDefinition("mae_percent", "100·mean |e| / 2^(width_a + width_b)."),
      ColumnDefinition("nmed", "Mean |e| / the largest exact product, a fraction."),
      ColumnDefinition("wce", "The largest |e|, in units of the product."),
      ColumnDefinition("wce_percent", "100·the largest |e| / 2^(width_a + width_b)."),
      ColumnDefinition("mre_percent", "100·the mean of \(relative)."),
      ColumnDefinition("wcre_percent", "100·the largest \(relative)."),
      ColumnDefinition("mse", "Mean e² over all pairs, in squared units of the product."),
      ColumnDefinition("bias", "Mean e over all pairs, in units of the product."),
      ColumnDefinition(
        "variance", "Mean (e − bias)² over all pairs, in squared units of the product."),
      ColumnDefinition(
        "area_um2",
        "The sum of the library's cell areas in square micrometers; empty where a cell has none."),
    ]
  }
}
