import Files
import Netlists
import TestSupport
import Testing

@Suite("Generated Verilog")
struct GeneratorVerilogTests {
  @Test("generated Verilog reads back as the same netlist, signed and of unequal widths too")
  func readsBack() throws {
    for shape in [
      MultiplierShape(width: 8), MultiplierShape(width: 7, widthB: 5, isSigned: true),
      MultiplierShape(width: 6, adder: .brentKung),
    ] {
      for family in try GeneratorSample.families(shape) {
        let netlist = try VerilogReader.netlist(
          text: family.verilog(shape), file: "generated.v", library: GeneratorCells.library)
        #expect(netlist.gates == family.netlist(shape).gates, "\(family)")
        #expect(netlist.name == family.moduleName(shape))
      }
    }
    for adder in AdderFamily.exactAdders + [.lowerPartOR(bits: 5)] {
      let netlist = try VerilogReader.netlist(
        text: adder.verilog(width: 16), file: "generated.v", library: GeneratorCells.library)
      #expect(netlist.gates == adder.netlist(width: 16).gates)
    }
  }

  @Test(
    "iverilog computes each family's model from the generated Verilog of 4 by 4 bits",
    .enabled(if: Referee.isInstalled("iverilog"), "iverilog is not installed"))
  func iverilog() throws {
    var designs = ""
    var instances = ""
    var prints = ""
    var models: [(Int, Int) -> Int] = []
    for isSigned in [false, true] {
      let shape = MultiplierShape(width: 4, isSigned: isSigned)
      for family in try GeneratorSample.families(shape) {
        let name = family.moduleName(shape)
        designs += family.verilog(shape)
        instances += "wire [7:0] p_\(name); \(name) d_\(name) (.a(a), .b(b), .p(p_\(name)));\n"
        prints += "$write(\" %0d\", p_\(name));\n"
        let model = family.model(shape)
        models.append { model(Self.operand($0, isSigned), Self.operand($1, isSigned)) }
      }
    }
    let bench = """
      module test; reg [3:0] a, b; integer i;
      \(instances)
      initial for (i = 0; i < 256; i = i + 1) begin {b, a} = i; #1000;
      \(prints) $write("\\n"); end
      endmodule
      """
    let cells = Repository.path("HardwareSpecs/Cells/ptm45.v")
    let printed = try Referee.iverilog(designs + bench, files: [cells])
    let lines = printed.split(separator: "\n").map { $0.split(separator: " ").map { Int($0) } }
    try #require(lines.count == 256)
    for (pair, line) in lines.enumerated() {
      #expect(line == models.map { $0(pair & 15, pair >> 4) & 255 })
    }
  }

  private static func operand(_ bits: Int, _ isSigned: Bool) -> Int {
    isSigned && bits >= 8 ? bits - 16 : bits
  }
}
