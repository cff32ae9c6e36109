import Files
import Netlists
import TestSupport
import Testing

@Suite("Verilog models of cells")
struct CellModelTests {
  @Test(
    "iverilog computes each cell of a library from its model, for all input patterns",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"),
    arguments: ["ptm45", "sky130_fd_sc_hd", "asap7_rvt"])
  func models(name: String) throws {
    let library = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/\(name).lib"))
    var (instances, expected): (String, [(LibraryCell, LibraryCell.Output)]) = ("", [])
    for cell in library.cells {
      var pins = cell.inputs.enumerated().map { ".\($1)(x[\($0)])" }
      for output in cell.outputs {
        pins.append(".\(output.pin)(y[\(expected.count)])")
        expected.append((cell, output))
      }
      instances += "  \(cell.name) u_\(cell.name) (\(pins.joined(separator: ", ")));\n"
    }
    try #require(library.cells.allSatisfy { $0.inputs.count <= 6 })
    let module =
      "module all (input [5:0] x, output [\(expected.count - 1):0] y);\n\(instances)endmodule\n"
    let netlist = try VerilogReader.netlist(text: module, file: "all.v", library: library)
    #expect(
      CellModels.names(of: netlist, library: library) == library.cells.map(\.name).sorted())
    let bench = """
      module bench;
        reg [6:0] i; wire [\(expected.count - 1):0] y;
        all dut (.x(i[5:0]), .y(y));
        initial for (i = 0; i < 64; i = i + 1) begin #1; $display("%b", y); end
      endmodule

      """
    let printed = try Referee.iverilog(
      module + CellModels.text(of: netlist, library: library) + bench)
    let rows = printed.split(separator: "\n").map { Array($0.reversed()) }
    try #require(rows.count == 64)
    for (pattern, row) in rows.enumerated() {
      for (place, (cell, output)) in expected.enumerated() {
        let index = output.inputs.enumerated().reduce(0) {
          $0 | (pattern >> $1.element & 1) << $1.offset
        }
        #expect(
          row[place] == (output.truthTable >> UInt64(index) & 1 == 1 ? "1" : "0"),
          "\(cell.name).\(output.pin), pattern \(pattern)")
      }
    }
  }
}
