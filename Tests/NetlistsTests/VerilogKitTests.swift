import Files
import LogicSimulation
import Netlists
import TestSupport
import Testing

/// Verilog as simulation models of kits and netlists of other tools have it.
@Suite("Verilog of kits and tools")
struct VerilogKitTests {
  private func read(_ text: String) throws -> Netlist {
    try VerilogReader.netlist(text: text, file: "m.v", library: GeneratorCells.library)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try read(text)
      return "is read"
    } catch { return "\(error)" }
  }

  /// The output of a module with inputs a and b for the pairs 00, 10, 01, 11.
  private func outputs(_ text: String) throws -> [UInt64] {
    let simulator = BitParallelSimulator(try read(text))
    return (0..<4 as Range<UInt64>).map { simulator.outputs(for: [$0 & 1, $0 >> 1])[0] }
  }

  @Test(
    "constant nets, tri, specify blocks, generate regions, labels and a byte order mark are read",
    arguments: [
      "module m (input a, b, output y); supply0 g, h; supply1 v; assign y = a & b & v | g | h; endmodule",
      "module m (input a, b, output y); tri t; assign t = a & b; assign y = t; endmodule",
      """
      `timescale 1ns/10ps
      `celldefine
      module m (a, b, y); input a, b; output y;
      and (y, a, b);
      specify
        specparam delay = 0.1;
        (a => y) = (0.1, 0.2);
        if (b) (a *> y) = (delay:delay:delay, 1.5e-3);
      endspecify
      endmodule
      `endcelldefine
      """,
      "module m (input a, b, output y); generate assign y = a & b; endgenerate endmodule",
      "module m (input a, b, output y); assign y = a & b; endmodule : m",
      "\u{FEFF}module m (input a, b, output y); assign y = a & b; endmodule",
    ])
  func read(text: String) throws {
    #expect(try outputs(text) == [0, 0, 0, 1])
  }

  @Test("nets are declared by their use at pins and in assigns, if more than one place has them")
  func implicitNets() throws {
    let text = """
      module m (input a, b, output y);
      nand n1 (t, a, b); INV n2 (.A(t), .Y(u));
      assign w = u;
      assign y = w;
      endmodule
      """
    #expect(try outputs(text) == [0, 0, 0, 1])
    #expect(try read(text).notes == ["nets of 'm' without declaration: t, u, w"])
    #expect(
      message("`default_nettype none\n" + text)
        == "m.v:3:10: error: net 't' is not declared; the nearest is 'a'")
    #expect(try outputs("`default_nettype wire // none\n" + text) == [0, 0, 0, 1])
    #expect(
      message(text.replacing(".Y(u)", with: ".Y(uu)"))
        == "m.v:2:38: error: net 'uu' is not declared; the nearest is 'a'")
    // No net is declared by its being read, and no vector by its use.
    #expect(
      message(text.replacing("assign w = u", with: "assign w = u & v & v"))
        == "m.v:3:16: error: net 'v' is not declared; the nearest is 'a'")
    #expect(
      message(text.replacing("(t,", with: "(t[0],"))
        == "m.v:2:10: error: net 't' is not declared; the nearest is 'a'")
  }

  @Test(
    "what does not end, or ends otherwise, is named",
    arguments: [
      (
        "module m (input a, output y); specify (a => y) = 1; endmodule",
        "m.v:1:31: error: a specify block begins here and does not end: close it"
      ),
      (
        "module m (input a, output y); assign y = a; endmodule : n",
        "m.v:1:57: error: module 'm' ends as 'n'"
      ),
      (
        "module m (input a, output y); assign y = a; endgenerate endmodule",
        "m.v:1:45: error: 'endgenerate' is not read: synthesize the design to gates first (yosys -p "
          + "'read_verilog IN.v; synth -flatten; write_verilog -noattr OUT.v')"
      ),
    ])
  func refused(text: String, expected: String) {
    #expect(message(text) == expected)
  }
}

@Test(
  "the format of a file without a known extension is found behind comments",
  arguments: [
    "// a\n/* b\n module x */ module m (input a, output y); assign y = a; endmodule",
    "\u{FEFF}`timescale 1ns/1ps\n(* top *) module m (input a, output y); assign y = a; endmodule",
    "# module x\n .model m\n.inputs a\n.outputs y\n.names a y\n1 1\n.end\n",
    "macromodule m (input a, output y); assign y = a; endmodule",
  ])
func formatByContent(text: String) throws {
  let folder = try TemporaryFolder()
  let file = try folder.write(text, to: "netlist")
  let netlist = try NetlistReader.netlist(contentsOf: file, library: GeneratorCells.library)
  #expect(netlist.name == "m" && netlist.gates.isEmpty)
  let other = try folder.write("/* module m", to: "other")
  #expect(throws: InputError.self) {
    try NetlistReader.netlist(contentsOf: other, library: GeneratorCells.library)
  }
}
