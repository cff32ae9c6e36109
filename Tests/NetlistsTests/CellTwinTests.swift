import LogicSimulation
import Netlists
import TestSupport
import Testing

@Suite("definitions of cells in a netlist's own file")
struct CellTwinTests {
  private func read(
    _ text: String, library: CellLibrary = GeneratorCells.library
  ) throws -> Netlist {
    try VerilogReader.netlist(text: text, file: "m.v", library: library)
  }

  private let adder = """
    module m (input [1:0] A, B, output [2:0] O);
      wire c, n;
      PDKGENHAX1 h (.A(A[0]), .B(B[0]), .YS(O[0]), .YC(c));
      PDKGENFAX1 f (A[1], B[1], c, O[1], n);
      PDKGENBUFX2 b (.A(n), .Y(O[2]));
    endmodule

    """
  private let definitions = """
    module PDKGENHAX1 (input A, input B, output YS, output YC);
      assign YS = A ^ B;
      assign YC = A & B;
    endmodule
    module PDKGENFAX1 (input A, input B, input C, output YS, output YC);
      assign YS = (A ^ B) ^ C;
      assign YC = (A & B) | (B & C) | (A & C);
    endmodule
    module PDKGENBUFX2 (input A, output Y);
      assign Y = A;
    endmodule

    """

  @Test("a circuit has the same cells and gates with the definitions of its cells and without")
  func sameCircuit() throws {
    let (with, without) = (try read(adder + definitions), try read(adder))
    #expect(with.cells == without.cells && with.gates == without.gates)
    #expect(with.cells.map(\.cell) == ["PDKGENHAX1", "PDKGENFAX1", "PDKGENBUFX2"])
    #expect(with.notes.isEmpty && without.notes.count == 1)
    let blif = try BLIFReader.netlist(
      text: """
        .model m
        .inputs a b
        .outputs y
        .gate NAND2 A=a B=b Y=y
        .end
        .model NAND2
        .inputs A B
        .outputs Y
        .names A B Y
        11 0
        .end
        """, file: "m.blif", library: GeneratorCells.library)
    #expect(blif.cells.map(\.cell) == ["NAND2"])
  }

  @Test("ordered connections follow the definition's own ports")
  func order() throws {
    let netlist = try read(
      """
      module m (input A, B, output Y); NOR2X1 g (Y, A, B); endmodule
      module NOR2X1 (Y, B, A); output Y; input A, B; nor (Y, A, B); endmodule
      """)
    #expect(netlist.cells.map(\.cell) == ["NOR2X1"])
    let outputs = (0..<4 as Range<UInt64>).map {
      BitParallelSimulator(netlist).outputs(for: [$0 & 1, $0 >> 1])[0]
    }
    #expect(outputs == [1, 0, 0, 0])
  }

  @Test(
    "a definition that computes something else is used as it is, and said so",
    arguments: [
      "assign Y = A | B;", "assign Y = A & ~B;", "wire t; INV i (.A(A), .Y(t)); assign Y = t | B;",
    ])
  func different(body: String) throws {
    let netlist = try read(
      """
      module m (input A, B, output Y); AND2X1 g (.A(A), .B(B), .Y(Y)); endmodule
      module AND2X1 (input A, B, output Y); \(body) endmodule
      """)
    #expect(!netlist.cells.contains { $0.cell == "AND2X1" })
    #expect(
      netlist.notes == [
        "defined otherwise than the known cells of these names, and used as defined: AND2X1"
      ])
  }

  @Test("a module with a cell's name and other ports is a module like any other")
  func otherPorts() throws {
    let netlist = try read(
      """
      module m (input [1:0] A, output Y); FA g (.A(A), .Y(Y)); endmodule
      module FA (input [1:0] A, output Y); assign Y = A[0] & A[1]; endmodule
      """)
    #expect(netlist.cells.map(\.cell) == ["and"] && netlist.notes.isEmpty)
  }

  @Test("generated netlists are read where the library has other cells, and mapped to them")
  func generatorCells() throws {
    let text = MultiplierFamily.exact(.dadda).verilog(width: 4)
    let sky130 = try LibertyReader.library(
      contentsOf: Repository.path("HardwareSpecs/Cells/sky130_fd_sc_hd.lib"))
    let netlist = try read(text, library: sky130)
    #expect(netlist.notes.count == 1 && netlist.notes[0].hasPrefix("cells of the generators: "))
    let mapped = try netlist.mapped(to: sky130).netlist
    #expect(mapped.cells.allSatisfy { sky130[$0.cell] != nil })
    #expect(mapped.cells.contains { $0.cell.hasSuffix("__fa_1") })
    let simulator = BitParallelSimulator(mapped)
    for a in 0..<UInt64(16) {
      for b in 0..<UInt64(16) { #expect(simulator.outputs(for: [a, b]) == [a * b]) }
    }
  }

  @Test("the gate cells of yosys compute what yosys's manual says")
  func yosysCells() throws {
    let functions: [(String, Int, (UInt64, UInt64, UInt64, UInt64) -> UInt64)] = [
      ("BUF", 1, { a, _, _, _ in a }), ("NOT", 1, { a, _, _, _ in ~a }),
      ("AND", 2, { a, b, _, _ in a & b }), ("NAND", 2, { a, b, _, _ in ~(a & b) }),
      ("OR", 2, { a, b, _, _ in a | b }), ("NOR", 2, { a, b, _, _ in ~(a | b) }),
      ("XOR", 2, { a, b, _, _ in a ^ b }), ("XNOR", 2, { a, b, _, _ in ~(a ^ b) }),
      ("ANDNOT", 2, { a, b, _, _ in a & ~b }), ("ORNOT", 2, { a, b, _, _ in a | ~b }),
      ("MUX", 3, { a, b, s, _ in a & ~s | b & s }),
      ("NMUX", 3, { a, b, s, _ in ~(a & ~s | b & s) }),
      ("AOI3", 3, { a, b, c, _ in ~(a & b | c) }), ("OAI3", 3, { a, b, c, _ in ~((a | b) & c) }),
      ("AOI4", 4, { a, b, c, d in ~(a & b | c & d) }),
      ("OAI4", 4, { a, b, c, d in ~((a | b) & (c | d)) }),
    ]
    for (name, count, function) in functions {
      let pins = name.hasSuffix("MUX") ? ["A", "B", "S"] : ["A", "B", "C", "D"]
      let connections = pins.prefix(count).enumerated().map { ".\($1)(x[\($0)])" }
      let netlist = try read(
        """
        module m (input [3:0] x, output y);
        \\$_\(name)_ g (\(connections.joined(separator: ", ")), .Y(y)); endmodule
        """)
      let simulator = BitParallelSimulator(netlist)
      for x in 0..<UInt64(16) {
        #expect(
          simulator.outputs(for: [x]) == [function(x, x >> 1, x >> 2, x >> 3) & 1], "\(name) \(x)")
      }
    }
  }
}
