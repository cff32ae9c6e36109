import Files
import LogicSimulation
import Netlists
import Randomness
import TestSupport
import Testing

private let library = GeneratorCells.library

private func read(_ text: String, top: String? = nil) throws -> Netlist {
  try BLIFReader.netlist(text: text, file: "m.blif", library: library, top: top)
}

private func table(_ netlist: Netlist, width: Int) -> [UInt64] {
  let simulator = BitParallelSimulator(netlist)
  return (0..<UInt64(1) << UInt64(width)).map { simulator.outputs(for: [$0])[0] }
}

@Test("what is written as gates reads back as the same cells and gates")
func gatesReadBack() throws {
  for family in shippedFamilies {
    let netlist = family.netlist(width: 6)
    let again = try read(BLIFWriter.text(of: netlist, library: library, style: .gates))
    #expect(again.gates == netlist.gates && again.outputs == netlist.outputs)
    #expect(again.inputs == netlist.inputs)
    #expect(again.cells.map(\.cell) == netlist.cells.map(\.cell))
  }
}

@Test("what is written as covers has the same function")
func coversReadBack() throws {
  let netlist = MultiplierFamily.kulkarni.netlist(width: 4)
  let again = try read(BLIFWriter.text(of: netlist, library: library, style: .names))
  let simulators = [BitParallelSimulator(netlist), BitParallelSimulator(again)]
  for pair in 0..<UInt64(256) {
    let operands = [pair & 15, pair >> 4]
    #expect(simulators[0].outputs(for: operands) == simulators[1].outputs(for: operands))
  }
}

@Test("on-sets, off-sets and don't-cares mean what the format says")
func covers() throws {
  let netlist = try read(
    """
    # a comment
    .model m
    .inputs a[0] a[1] \\
      a[2]
    .outputs y[0] y[1] y[2] y[3]
    .names a[0] a[1] a[2] y[0]
    1-1 1
    01- 1
    .names a[0] a[1] a[2] y[1]
    1-1 0
    01- 0
    .names y[2]
    1
    .names a[0] a[1] y[3]
    .end
    """)
  for (value, output) in table(netlist, width: 3).enumerated() {
    let (a0, a1, a2) = (value & 1 == 1, value & 2 == 2, value & 4 == 4)
    let isIn = a0 && a2 || !a0 && a1
    #expect(output == (isIn ? 1 : 0) | (isIn ? 0 : 2) | 4)
  }
}

@Test("a cover of many inputs becomes a tree with the cover's function")
func wideCovers() throws {
  let width = 11
  var random = RandomStream(seed: 7, purpose: .test)
  for isOnSet in [true, false] {
    var rows: [[Character]] = []
    for _ in 0..<9 {
      rows.append(
        (0..<width).map { _ in
          "01---"[
            "01---".index("01---".startIndex, offsetBy: Int.random(in: 0...4, using: &random))]
        })
    }
    let text = rows.map { "\(String($0)) \(isOnSet ? 1 : 0)\n" }.joined()
    let bits = (0..<width).map { "a<\($0)>" }.joined(separator: " ")
    let netlist = try read(".model m\n.inputs \(bits)\n.outputs y\n.names \(bits) y\n\(text).end\n")
    #expect(
      netlist.inputs[0].bits.count == width && netlist.gates.allSatisfy { $0.inputs.count <= 6 })
    for (value, output) in table(netlist, width: width).enumerated() {
      let isCovered = rows.contains { row in
        row.enumerated().allSatisfy { bit, literal in
          literal == "-" || (literal == "1") == (value >> bit & 1 == 1)
        }
      }
      #expect((output == 1) == (isCovered == isOnSet))
    }
  }
}

@Test("models after their use are flattened, and bits may be listed in any order")
func hierarchy() throws {
  let netlist = try read(
    """
    .model top
    .inputs x(1) x(0)
    .outputs s c
    .subckt half a=x(0) b=x(1) s=s c=c
    .end
    .model half
    .inputs a b
    .outputs s c
    .gate XOR2 A=a B=b Y=s
    .names a b c
    11 1
    .end
    """)
  #expect(netlist.inputs.map(\.name) == ["x"] && netlist.outputs.map(\.name) == ["s", "c"])
  #expect(netlist.cells.map(\.name) == ["half@4.XOR2@9", "half@4.c@10"])
  let simulator = BitParallelSimulator(netlist)
  #expect((0..<4).map { simulator.outputs(for: [$0]) } == [[0, 0], [1, 0], [1, 0], [0, 1]])
}

@Test("a file is read by its extension, else by its content")
func readerPicks() throws {
  let folder = try TemporaryFolder()
  let blif = ".model m\n.inputs a\n.outputs y\n.names a y\n0 1\n.end\n"
  let verilog = "module m (input a, output y); assign y = ~a; endmodule\n"
  for (name, text) in [
    ("a.blif", blif), ("b.v", verilog), ("c.SV", verilog), ("d", blif), ("e.txt", verilog),
  ] {
    let path = try folder.write(text, to: name)
    let netlist = try NetlistReader.netlist(contentsOf: path, library: library)
    #expect(table(netlist, width: 1) == [1, 0], "\(name)")
  }
}
