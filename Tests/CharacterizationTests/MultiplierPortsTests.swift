import Characterization
import Files
import Netlists
import TestSupport
import Testing

@Suite("operands and products among the ports of a netlist")
struct MultiplierPortsTests {
  private func ports(_ text: String) throws -> MultiplierPorts {
    let netlist = try VerilogReader.netlist(
      text: text, file: "m.v", library: GeneratorCells.library)
    return try MultiplierPorts(binding: netlist, file: "m.v")
  }

  /// A 2×2 multiplier of A by B, whose product is 8·A[1] + 4·A[0] + 2·B[1] + B[0].
  private func blasted(first: Int, _ name: (String, Int) -> String) -> String {
    let (a, b) = (
      [name("A", first), name("A", first + 1)], [name("B", first), name("B", first + 1)]
    )
    let o = (0..<4).map { name("O", first + $0) }
    let inputs = [b[1], a[1], a[0], b[0]]
    return """
      module m (\(inputs.map { "input \($0)" }.joined(separator: ", ")), \
      output \([o[3], o[0], o[1], o[2]].joined(separator: ", output ")));
      assign \(o[3]) = \(a[1]), \(o[2]) = \(a[0]), \(o[1]) = \(b[1]), \(o[0]) = \(b[0]);
      endmodule
      """
  }

  @Test("words stand where a netlist has their bits, ports or single ones in any order")
  func places() throws {
    let netlist = try VerilogReader.netlist(
      text: blasted(first: 0) { "\($0)\($1)" }, file: "m.v", library: GeneratorCells.library)
    let bits = OperandPlaces(try MultiplierPorts(binding: netlist, file: "m.v"), in: netlist)
    let whole = try VerilogReader.netlist(
      text: "module m(input [1:0] b, input [2:0] a, output [4:0] p); assign p = {a, b}; endmodule",
      file: "m.v", library: GeneratorCells.library)
    let ports = OperandPlaces(try MultiplierPorts(binding: whole, file: "m.v"), in: whole)
    for a in UInt64(0)..<8 {
      for b in UInt64(0)..<4 {
        #expect(ports.inputs(a, b) == b | a << 2)
        guard a < 4 else { continue }
        // Declared in the order b1, a1, a0, b0.
        #expect(bits.inputs(a, b) == b >> 1 | (a >> 1) << 1 | (a & 1) << 2 | (b & 1) << 3)
      }
    }
  }

  @Test("single bits are put together by their numbers, however they are written")
  func singleBits() throws {
    let forms: [(String, Int) -> String] = [
      { "\($0)\($1)" }, { "\($0)_\($1)" }, { "\($0)_\($1)_" }, { "\\\($0)[\($1)] " },
      { "\\\($0)<\($1)> " }, { "\\\($0)(\($1)) " },
    ]
    for form in forms {
      for first in [0, 1] {
        let ports = try ports(blasted(first: first, form))
        #expect(ports.operandA.name == "A" && ports.operandB.name == "B")
        #expect(ports.product.bits == ports.operandB.bits + ports.operandA.bits)
      }
    }
  }

  @Test("a missing bit is not shifted away")
  func missingBit() throws {
    let text = """
      module m (input A1, A2, B0, B1, output [3:0] O); assign O = {A2, A1, B1, B0}; endmodule
      """
    let error = #expect(throws: InputError.self) { try ports(text) }
    let message = error?.description ?? ""
    #expect(message.contains("4 input and 1 output ports (A1[1], A2[1], B0[1], B1[1], O[4])"))
    #expect(message.contains("named a0, a1 … or a[0], a[1] …"))
    #expect(throws: InputError.self) {
      try ports(text.replacing("B0", with: "B2").replacing("B1", with: "B3"))
    }
  }

  @Test(
    "operands are put in the order of their names",
    arguments: [
      ("b", "a", true), ("Y", "X", true), ("in2", "in1", true), ("N2", "N1", true),
      ("op_b", "op_a", true), ("i1", "i0", true), ("bin", "ain", true), ("a", "b", false),
      ("in1", "in2", false), ("p", "q", false), ("q", "p", false), ("a", "x", false),
      ("ab", "aa", true), ("b1", "a2", false),
    ])
  func order(first: String, second: String, isReversed: Bool) throws {
    let ports = try ports(
      """
      module m (input [1:0] \(first), input [2:0] \(second), output [4:0] O);
      assign O = {\(second), \(first)}; endmodule
      """)
    #expect(ports.operandA.name == (isReversed ? second : first))
    #expect(ports.operandB.name == (isReversed ? first : second))
  }
}
