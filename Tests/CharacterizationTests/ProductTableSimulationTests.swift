import Characterization
import ErrorTables
import Files
import Foundation
import Netlists
import Testing

private let specs = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "HardwareSpecs").path

private func simulated(_ netlist: Netlist) throws -> ProductTable {
  let ports = try MultiplierPorts(binding: netlist, file: "generated")
  return ProductTable(
    simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
    product: ports.product)
}

private func model(_ family: MultiplierFamily, width: Int) -> ProductTable {
  ProductTable(
    widthA: width, widthB: width,
    products: (0..<(1 << (2 * width))).map { index in
      UInt32(family.product(index & (1 << width - 1), index >> width, width: width))
    })
}

@Test(
  "a shipped multiplier gives its integer model's product on all 65,536 pairs",
  arguments: [
    MultiplierFamily.exactDadda, .truncated(columns: 6), .brokenArray(vertical: 7, horizontal: 2),
    .kulkarni,
  ])
func shippedEqualsModel(family: MultiplierFamily) throws {
  let library = try LibertyReader.library(contentsOf: "\(specs)/Cells/ptm45.lib")
  let path = "\(specs)/Multipliers/\(family.moduleName(width: 8)).v"
  let netlist = try VerilogReader.netlist(contentsOf: path, library: library)
  #expect(try simulated(netlist) == model(family, width: 8))
}

@Test("generated multipliers of other widths equal their integer models", arguments: [4, 5, 6])
func otherWidthsEqualModels(width: Int) throws {
  let families: [MultiplierFamily] = [
    .exactDadda, .truncated(columns: 3), .brokenArray(vertical: 4, horizontal: 1), .kulkarni,
  ]
  for family in families {
    #expect(try simulated(family.netlist(width: width)) == model(family, width: width))
  }
}

// MED, MSE, WCE, bias of approx_models_8x8_metrics.csv (an independent program).
@Test(
  "metrics equal the published rows",
  arguments: [
    (MultiplierFamily.exactDadda, 0.0, 0.0, 0, 0.0),
    (.truncated(columns: 6), 80.25, 9158.25, 321, -80.25),
    (.brokenArray(vertical: 6, horizontal: 2), 240.25, 98958.25, 961, -240.25),
    (.kulkarni, 903.125, 6459222.25, 14450, -903.125),
  ])
func metricsEqualRows(row: (MultiplierFamily, Double, Double, Int, Double)) throws {
  let metrics = ErrorMetrics(of: try simulated(row.0.netlist(width: 8)))
  #expect(metrics.meanErrorDistance == row.1)
  #expect(metrics.meanSquaredError == row.2)
  #expect(metrics.worstCaseError == row.3)
  #expect(metrics.bias == row.4)
}
