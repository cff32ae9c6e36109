import Characterization
import ErrorTables
import Files
import Netlists
import TestSupport
import Testing

private let specs = Repository.path("HardwareSpecs")

@Test(
  "iverilog agrees with the product table of a shipped multiplier on all 65,536 pairs",
  .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
  arguments: [
    "mul8u_exact_dadda", "mul8u_truncated_t6", "mul8u_bam_v7h2", "mul8u_kulkarni",
  ])
func icarusAgrees(module: String) throws {
  let bench = """
    module bench;
      reg [16:0] i; wire [15:0] p;
      \(module) dut (.a(i[7:0]), .b(i[15:8]), .p(p));
      initial for (i = 0; i < 65536; i = i + 1) begin #1; $display("%0d", p); end
    endmodule
    """
  let netlistPath = "\(specs)/Multipliers/\(module).v"
  let printed = try Referee.iverilog(bench, files: [netlistPath, "\(specs)/Cells/ptm45.v"])
  let products = printed.split(separator: "\n").compactMap { UInt32($0) }
  let library = try LibertyReader.library(contentsOf: "\(specs)/Cells/ptm45.lib")
  let netlist = try VerilogReader.netlist(contentsOf: netlistPath, library: library)
  let ports = try MultiplierPorts(binding: netlist, file: netlistPath)
  let table = ProductTable(
    simulating: netlist, operandA: ports.operandA, operandB: ports.operandB,
    product: ports.product)
  #expect(products == table.products)
}

@Test("validation lists a row a netlist, with its area")
func validationTable() throws {
  let path = "\(specs)/Multipliers/mul8u_truncated_t6.v"
  let library = try LibertyReader.library(contentsOf: "\(specs)/Cells/ptm45.lib")
  let multiplier = try MultiplierValidation(
    options: ValidationOptions(), library: library, jobs: 1
  ).validate(path)
  let table = ResultTable(
    columns: ValidationTable.columns, rows: [ValidationTable.row(multiplier, library: library)])
  #expect(table.cells("mae") == [.precise(80.25)])
  #expect(table.cells("wce") == [.integer(321)])
  // 93.75 % of approx_models_8x8_metrics.csv.
  #expect(table.cells("error_rate_percent") == [.precise(93.75)])
  #expect((table.cells("area_um2")?.first?.number ?? 0) > 0)
}
