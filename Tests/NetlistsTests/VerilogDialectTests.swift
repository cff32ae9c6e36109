import Files
import Foundation
import LogicSimulation
import Netlists
import TestSupport
import Testing

private func read(_ text: String, top: String? = nil) throws -> Netlist {
  try VerilogReader.netlist(text: text, file: "m.v", library: GeneratorCells.library, top: top)
}

private func message(_ text: String) -> String {
  do {
    _ = try read(text)
    return "is read"
  } catch { return "\(error)" }
}

@Test(
  "a sparse bus with aliases, kit cells of both kinds and unused definitions reads as one design")
func evolvedDialect() throws {
  let netlist = try read(
    """
    // MAE = 0.0
    module mul2(A, B, O);
      input [1:0] A;
      input [1:0] B;
      output [3:0] O;
      wire [2031:0] N;
      assign N[0] = A[0];
      assign N[1] = A[0];
      AND2X1 n32(.A(N[1]), .B(B[0]), .Y(N[32]));
      PDKGENAND2X1 n34(.A(A[1]), .B(B[0]), .Y(N[34]));
      AND2X1 n36(.A(N[0]), .B(B[1]), .Y(N[36]));
      AND2X1 n38(.A(A[1]), .B(~(1'b0 | ~B[1])), .Y(N[38]));
      HAX1 n40(.A(N[34]), .B(N[36]), .YS(N[40]), .YC(N[41]));
      PDKGENHAX1 n50(.A(N[41]), .B(N[38]), .YS(N[50]), .YC(N[51]));
      INVX1 n60(.A(N[2000]), .Y(N[60]));
      assign N[33] = N[32];
      assign O = {N[51], N[50], N[40], N[33]};
    endmodule

    /* mod */
    module PDKGENAND2X1(input A, input B, output Y );
        assign Y = A & B;
    endmodule
    /* mod */
    module PDKGENXNOR2X1(input A, input B, output Y );
        assign Y = ~(A ^ B);
    endmodule
    """)
  #expect(netlist.name == "mul2")
  #expect(netlist.cells.contains(CellInstance(name: "n34", cell: "PDKGENAND2X1")))
  #expect(netlist.cells.contains(CellInstance(name: "n50", cell: "PDKGENHAX1")))
  let simulator = BitParallelSimulator(netlist)
  for a in 0..<UInt64(4) {
    for b in 0..<UInt64(4) { #expect(simulator.outputs(for: [a, b]) == [a * b]) }
  }
}

@Test("ports keep their declared order, sign and direction of indices")
func portsAreKept() throws {
  let netlist = try read(
    """
    module m (y, b, a);
      output signed [3:0] y; input [0:1] b; input signed [5:4] a;
      wire signed [3:0] y;
      assign y = {a[5], a[4], b[0], b[1]};
    endmodule
    """)
  #expect(netlist.inputs.map(\.name) == ["b", "a"])
  #expect(netlist.inputs.map(\.isSigned) == [false, true] && netlist.outputs[0].isSigned)
  let simulator = BitParallelSimulator(netlist)
  #expect(simulator.outputs(for: [0b10, 0b01]) == [0b0110])
}

@Test("the module that no other instantiates is the top, and another may be asked for")
func tops() throws {
  let text = """
    module h (input [7:0] p, output q); assign q = ^p; endmodule
    module t (input [7:0] p, output q); h u (.p(p), .q(q)); endmodule
    """
  #expect(try read(text).name == "t")
  #expect(try read(text, top: "h").name == "h")
  #expect(throws: InputError.self) { try read(text, top: "g") }
}

@Test("a driver that always agrees with another is left out, and said; others are refused")
func echoes() throws {
  let head = "module m (input a, input b, output y); wire n; assign n = a & b; assign y = n;\n"
  #expect(message(head + "and (n, n, 1'b1); endmodule") == "is read")
  #expect(message(head + "wire z; and (z, b, 1'b0); or (n, z, n); endmodule") == "is read")
  #expect(message(head + "or (n, n, a); endmodule").contains("has a driver already"))
  #expect(message(head + "not (n, n); endmodule").contains("has a driver already"))
  let netlist = try read(head + "FAX1 u (n, 1'b0, 1'b0, n, y2); wire y2; endmodule")
  #expect(netlist.cells.map(\.cell) == ["and"])
  #expect(!netlist.notes.contains { $0.contains("driver") })
  // n = n & a is a & b where n is: no look at one gate alone tells.
  let agreeing = try read(head + "and (n, n, a); endmodule")
  #expect(agreeing.cells.map(\.cell) == ["and"])
  #expect(
    agreeing.notes == [
      "1 net has more than one driver; all of a net's drivers agree for every value of the inputs"
    ])
  // A multiplexer of n and n, and a product that another gate computes anew.
  let selected = "wire p, q; and (p, n, a); and (q, n, na); not (na, a); wire na; or (n, p, q);"
  #expect(try read(head + selected + " and (n, b, a); endmodule").cells.count == 1)
  #expect(message(head + selected + " and (n, b, y); endmodule") == "is read")
  #expect(message(head + selected + " nand (n, b, a); endmodule").contains("has a driver already"))
}

@Test("drivers are compared for every value of the inputs, or not at all")
func comparedDrivers() throws {
  func text(_ width: Int) -> String {
    """
    module m (input [\(width - 1):0] a, output y); wire n;
    assign n = &a; and (n, a[0], k); assign k = &a[\(width - 1):1]; wire k; assign y = n;
    endmodule
    """
  }
  #expect(try read(text(8)).notes.count == 1)
  #expect(try read(text(20)).notes.count == 1)
  #expect(message(text(21)).contains("net 'n' has a driver already"))
  // They differ for one of 65,536 patterns.
  let last = text(16).replacing("assign k = &a[15:1];", with: "assign k = &a[14:1];")
  #expect(message(last).contains("net 'n' has a driver already"))
}

@Test("deep nesting and long chains take heap, not call stack")
func deepTexts() throws {
  let depth = 4_000
  for (open, close) in [("(~{", "})"), ("a ^ ", ""), ("a ? a : ", ""), ("~", ""), ("{1{", "}}")] {
    let expression =
      String(repeating: open, count: depth) + "a" + String(repeating: close, count: depth)
    #expect(
      message("module m (input a, output y); assign y = \(expression); endmodule") == "is read")
    #expect(message("module m (input a, output y); assign y = \(expression)").contains("error:"))
  }
  let chain = (1..<2_000).map {
    "module c\($0) (input a, output y); c\($0 - 1) u (a, y); endmodule\n"
  }
  let text = "module c0 (input a, output y); assign y = ~a; endmodule\n" + chain.joined()
  #expect(try read(text).cells.count == 1)
}

@Test("what takes too much memory or time is refused before it is taken")
func limits() throws {
  let name = String(repeating: "n", count: 1_000_000)
  #expect(
    message("module m (input a, output \(name)); endmodule")
      == "m.v:1:27: error: a name of 1000000 characters is too long: at most 1024 are read")
  // Each level doubles: 2^40 instances, of which each name holds those around it.
  let (left, right) = (String(repeating: "u", count: 1000), String(repeating: "v", count: 1000))
  let levels = (1..<40).map {
    "module m\($0) (input a, output y); m\($0 - 1) \(left) (), \(right) (); assign y = a; endmodule\n"
  }
  let empty = "module m0 (input a, output y); endmodule\n"
  #expect(message(empty + levels.joined()).contains("the names of the flat netlist have more"))
  let folder = try TemporaryFolder()
  let path = try folder.write("", to: "huge.v")
  let file = try FileHandle(forWritingTo: URL(filePath: path))
  try file.truncate(atOffset: 1 << 30)
  try file.close()
  #expect(throws: InputError.self) {
    try NetlistReader.netlist(contentsOf: path, library: GeneratorCells.library)
  }
  #expect(throws: InputError.self) {
    try NetlistReader.netlist(contentsOf: folder.path, library: GeneratorCells.library)
  }
}

@Test("what is read is written as Verilog and BLIF with the same function, operators too")
func operatorsAreWritten() throws {
  let netlist = try read(
    """
    module m (input signed [3:0] a, input [2:0] b, output signed [3:0] y, output z);
      assign y = a[0] ? a ^ b : ~(a & {1'b1, b});
      nor (z, a[0], a[1], a[2], b[0], b[1], b[2], y[3]);
    endmodule
    """)
  let library = GeneratorCells.library
  let verilog = VerilogWriter.text(of: netlist, library: library, header: [])
  let again = [
    try read(verilog),
    try BLIFReader.netlist(
      text: BLIFWriter.text(of: netlist, library: library, style: .gates), file: "m.blif",
      library: library),
  ]
  #expect(again[0].inputs == netlist.inputs)
  for other in again {
    let simulators = [BitParallelSimulator(netlist), BitParallelSimulator(other)]
    for value in 0..<UInt64(128) {
      let operands = [value & 15, value >> 4]
      #expect(simulators[0].outputs(for: operands) == simulators[1].outputs(for: operands))
    }
  }
}
