import Netlists

/// Verilog of a netlist for iverilog: gates as primitives, with delays or without, driven by a counter.
enum PeerVerilog {
  /// A module that applies so many pseudo-random operands, one a period; `delays` in femtoseconds.
  static func text(_ netlist: Netlist, delays: [Int64]?, vectors: Int, period: Int64) -> String {
    let inputs = netlist.inputs.flatMap(\.bits)
    let outputs = netlist.outputs.flatMap(\.bits)
    var text = "`timescale 1fs/1fs\n" + primitives(netlist) + "module top;\n"
    text += "  reg [\(inputs.count - 1):0] x; integer i; reg [63:0] sum;\n"
    text += "  wire n0 = 1'b0, n1 = 1'b1;\n"
    for (bit, net) in inputs.enumerated() { text += "  wire n\(net.index) = x[\(bit)];\n" }
    for gate in netlist.gates { text += "  wire n\(gate.output.index);\n" }
    for (index, gate) in netlist.gates.enumerated() {
      let pins = ([gate.output] + gate.inputs).map { "n\($0.index)" }.joined(separator: ", ")
      let delay = delays.map { "#\($0[index]) " } ?? ""
      text += "  \(primitive(gate)) \(delay)g\(index)(\(pins));\n"
    }
    let word = outputs.reversed().map { "n\($0.index)" }.joined(separator: ", ")
    return text + """
        initial begin
          sum = 0; x = 0;
          for (i = 0; i < \(vectors); i = i + 1) begin
            x = i * 40503; #\(period); sum = sum + {\(word)};
          end
          $display("%0d", sum); $finish;
        end
      endmodule

      """
  }

  private static func primitive(_ gate: Gate) -> String {
    "table\(gate.inputs.count)_\(String(gate.truthTable, radix: 16))"
  }

  private static func primitives(_ netlist: Netlist) -> String {
    var text = ""
    var written: Set<String> = []
    for gate in netlist.gates where written.insert(primitive(gate)).inserted {
      let pins = gate.inputs.indices.map { "i\($0)" }.joined(separator: ", ")
      text += "primitive \(primitive(gate))(y, \(pins)); output y; input \(pins);\n  table\n"
      for pattern in 0..<1 << gate.inputs.count {
        let row = gate.inputs.indices.map { pattern >> $0 & 1 == 1 ? "1" : "0" }
        text += "    \(row.joined(separator: " ")) : \(gate.truthTable >> UInt64(pattern) & 1);\n"
      }
      text += "  endtable\nendprimitive\n"
    }
    return text
  }
}
