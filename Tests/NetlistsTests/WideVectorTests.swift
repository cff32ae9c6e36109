import Files
import Testing

@testable import Netlists

/// What is built of a text before it is refused, or until it is read: nets (the two constants
/// included) and cells.
private func work(_ text: String) throws -> (nets: Int, cells: Int, message: String) {
  var parser = try VerilogParser(Array(text.utf8), file: "m.v")
  let design = try parser.parse()
  let library = GeneratorCells.library
  var elaboration = Elaboration(
    design, top: try design.top(named: nil, library: library), library: library)
  do {
    _ = try elaboration.netlist()
    return (elaboration.builder.nets.count, elaboration.builder.cells.count, "read")
  } catch {
    return (elaboration.builder.nets.count, elaboration.builder.cells.count, "\(error)")
  }
}

@Test(
  "a short text that declares very wide vectors builds no nets for bits that nothing needs",
  arguments: [
    // Both forms were found by fuzzing.
    (
      "module m (a, y);\ninput [1:9] a; output [400000:0] y;\nwire [2031:0] n;\nendmodule\n",
      "m.v:1:14: error: the ports of a netlist have more than 65536 bits together: declare those "
        + "that are used", 2
    ),
    (
      "module m (a, y);\ninput a; output y;\nwire [407454:0] n = a ? a << 2 : ~a;\nendmodule\n",
      "m.v:3:17: error: an expression of more than 65536 bits is too wide", 4
    ),
    (
      "module m (a, y);\ninput a; output y;\nwire [65535:0] n;\nassign {n, y} = a;\nendmodule\n",
      "m.v:4:8: error: an expression of more than 65536 bits is too wide", 65_540
    ),
    (
      "module m (a, y);\ninput a; output y;\nwire [1048575:0] n;\n"
        + "assign n[1000000] = a;\nassign y = n[1000000];\nendmodule\n", "read", 5
    ),
  ])
func wideVectors(text: String, message: String, nets: Int) throws {
  let work = try work(text)
  #expect(work.message == message)
  #expect(work.nets == nets)
  #expect(work.cells == 0)
}

@Test("operators on wide vectors cost no more than a small text may")
func wideOperators() throws {
  let negations = String(repeating: "~", count: 130)
  let text = """
    module m (a, y);
    input [30000:0] a; output [30000:0] y;
    assign y = \(negations)a;
    endmodule

    """
  let work = try work(text)
  let limit = 262_144 + 64 * text.utf8.count
  #expect(
    work.message.contains(
      "error: the flat netlist has more than \(limit) nets and instances, very many for a text this "
        + "short: split it"))
  #expect(work.nets <= limit + 2)
}

@Test("a vector that is named again is not built again, whole or in parts")
func vectorsAgain() throws {
  let again = Array(repeating: "n", count: 500).joined(separator: " ^ ")
  let work = try work(
    """
    module m (a, y);
    input a; output y;
    wire [63:0] n;
    assign n[31:0] = {32{a}};
    assign n[63:32] = n[31:0];
    assign y = ^(\(again));
    endmodule
    """)
  #expect(work.message == "read")
  // Constants, ports and the vector; a gate for each bit of 499 operators, 63 / 5 of the reduction.
  #expect(work.nets == 4 + 64 + work.cells)
  #expect(work.cells >= 499 * 64 && work.cells < 499 * 64 + 20)
}

@Test("the bits of a vector are named by their indices in messages, the cells of an operator too")
func namesOfBits() throws {
  let undriven = try work("module m (input a, output [9:2] y);\nassign y[8:2] = a;\nendmodule\n")
  #expect(undriven.message.contains("net 'y[9]' reaches an output but nothing drives it"))
  let netlist = try VerilogReader.netlist(
    text: "module m (input [1:0] a, output [1:0] y);\nassign y = ~a;\nendmodule\n", file: "m.v",
    library: GeneratorCells.library)
  #expect(netlist.cells.map(\.name) == ["not@2:12[0]", "not@2:12[1]"])
}
