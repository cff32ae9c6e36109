import Files
import LogicSimulation
import Netlists
import TestSupport
import Testing

@Suite("sums in Verilog netlists")
struct VerilogAdderTests {
  private func read(_ text: String) throws -> Netlist {
    try VerilogReader.netlist(text: text, file: "m.v", library: GeneratorCells.library)
  }

  /// The 8-bit outputs of `assign y = expression;` over 3-bit inputs a and b.
  private func check(
    _ expression: String, signed: Bool = false, _ expected: (Int, Int) -> Int
  ) throws {
    let sign = signed ? "signed " : ""
    let netlist = try read(
      """
      module m (input \(sign)[2:0] a, input \(sign)[2:0] b, output [7:0] y);
      assign y = \(expression); endmodule
      """)
    let simulator = BitParallelSimulator(netlist)
    for x in 0..<8 {
      for z in 0..<8 {
        let (a, b) = signed ? (x > 3 ? x - 8 : x, z > 3 ? z - 8 : z) : (x, z)
        #expect(
          simulator.outputs(for: [UInt64(x), UInt64(z)]) == [UInt64(expected(a, b) & 255)],
          "\(expression) at \(a), \(b)")
      }
    }
  }

  @Test("sums and differences have the width and the sign that Verilog gives them")
  func widths() throws {
    try check("a + b") { $0 + $1 }
    try check("a - b") { $0 - $1 }
    try check("a + b", signed: true) { $0 + $1 }
    try check("a - b", signed: true) { $0 - $1 }
    try check("{a + b}") { ($0 + $1) & 7 }
    try check("{1'b0, a} + b - 5") { $0 + $1 - 5 }
    try check("a + b << 1") { ($0 + $1) << 1 }
    try check("a & b + 3'd1") { $0 & ($1 + 1) }
    try check("a - b - 3'd2") { $0 - $1 - 2 }
    try check("a - (b - 3'd2)") { $0 - ($1 - 2) }
    try check("(a + b) ? a + 1'b1 : b - 1'b1") { ($0 + $1) & 7 != 0 ? $0 + 1 : $1 - 1 }
    try check("a + 8'hff + 8'h01") { a, _ in a }
  }

  @Test("a final adder of concatenations is full adders, and the netlist says so")
  func finalAdder() throws {
    let netlist = try read(
      """
      module m (input [3:0] a, b, output [4:0] o);
      wire c;
      assign {c, o[2], o[1:0]} = {a[2], a[1:0]} + {b[2:1], b[0]};
      assign o[4:3] = a[3] + b[3] + c;
      endmodule
      """)
    let simulator = BitParallelSimulator(netlist)
    for a in 0..<UInt64(16) {
      for b in 0..<UInt64(16) { #expect(simulator.outputs(for: [a, b]) == [a + b]) }
    }
    #expect(netlist.notes == ["'+' and '-' became ripple-carry adders, at line 3, 4"])
    #expect(netlist.cells.filter { $0.cell == "FA" }.count == 2)
  }

  @Test(
    "other arithmetic is refused where it stands",
    arguments: [("a * b", "*"), ("a / b", "/"), ("-a", "-"), ("a == b", "=="), ("a ** b", "**")])
  func refused(expression: String, symbol: String) {
    let error = #expect(throws: InputError.self) {
      try read("module m (input a, b, output y);\nassign y = \(expression);\nendmodule")
    }
    #expect(error?.description.hasPrefix("m.v:2:") ?? false)
    #expect(error?.description.contains("operator '\(symbol)' is not read: synthesize") ?? false)
  }
}
