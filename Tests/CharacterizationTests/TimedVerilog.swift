import LogicSimulation
import Netlists

/// Writes a netlist as Verilog in which every gate is a primitive with its own delay, which IEEE 1364
/// makes inertial, and a testbench around it: what another simulator is given.
enum TimedVerilog {
  /// The testbench prints `captured settled` for each transition, then the number of all transitions of
  /// gate outputs between an input change and the settled state.
  static func testbench(
    _ netlist: Netlist, delays: [Int64], previous: [UInt128], current: [UInt128],
    captureTime: Int64, settleTime: Int64
  ) -> String {
    let outputs = netlist.outputs.flatMap(\.bits)
    var text = module(netlist, delays: delays, pulses: .inertial)
    text += "  reg [127:0] before [0:\(previous.count - 1)];\n"
    text += "  reg [127:0] after [0:\(current.count - 1)];\n"
    text += "  reg [\(outputs.count - 1):0] captured;\n  initial begin\n"
    for index in previous.indices {
      text += "    before[\(index)] = 128'h\(String(previous[index], radix: 16)); "
      text += "after[\(index)] = 128'h\(String(current[index], radix: 16));\n"
    }
    // Read one femtosecond late, so that what changes at the capture time itself is captured.
    return text + """
          toggles = 0;
          for (i = 0; i < \(previous.count); i = i + 1) begin
            counting = 0; x = before[i]; #\(settleTime);
            counting = 1; x = after[i]; #\(captureTime + 1);
            captured = y; #\(settleTime);
            $display("%h %h", captured, y);
          end
          $display("%0d", toggles);
          $finish(0);
        end
      endmodule

      """
  }

  /// The words of the transitions that `checksums` makes: a linear congruential generator (Knuth's
  /// MMIX constants), its upper bits.
  static func words(_ count: Int, bits: Int) -> (previous: [UInt64], current: [UInt64]) {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> UInt64(64 - bits)
    }
    var words: (previous: [UInt64], current: [UInt64]) = ([], [])
    for _ in 0..<count {
      words.previous.append(next())
      words.current.append(next())
    }
    return words
  }

  /// What `checksums` makes of captured or settled words.
  static func checksum(_ words: some Sequence<UInt64>) -> UInt64 {
    words.reduce(0) { ($0 ^ $1) &* 6_364_136_223_846_793_005 &+ 1 }
  }

  /// A testbench that makes its own transitions and prints `captured settled transitions`: checksums
  /// in hexadecimal, and the number of transitions of gate outputs.
  static func checksums(
    _ netlist: Netlist, delays: [Int64], count: Int, captureTime: Int64, settleTime: Int64,
    pulses: PulseRule
  ) -> String {
    let bits = netlist.inputs.flatMap(\.bits).count
    return module(netlist, delays: delays, pulses: pulses) + """
        reg [63:0] state, captured, settled;
        initial begin
          toggles = 0; state = 1; captured = 0; settled = 0;
          for (i = 0; i < \(count); i = i + 1) begin
            state = state * 64'd6364136223846793005 + 64'd1442695040888963407;
            counting = 0; x = state[63:\(64 - bits)]; #\(settleTime);
            state = state * 64'd6364136223846793005 + 64'd1442695040888963407;
            counting = 1; x = state[63:\(64 - bits)]; #\(captureTime + 1);
            captured = (captured ^ y) * 64'd6364136223846793005 + 1; #\(settleTime);
            settled = (settled ^ y) * 64'd6364136223846793005 + 1;
          end
          $display("%h %h %0d", captured, settled, toggles);
          $finish(0);
        end
      endmodule

      """
  }

  /// The netlist with inputs `x` and outputs `y`, and a count of transitions, in a module that is not
  /// ended. Transport delay is a nonblocking assignment's.
  private static func module(_ netlist: Netlist, delays: [Int64], pulses: PulseRule) -> String {
    let inputs = netlist.inputs.flatMap(\.bits)
    let outputs = netlist.outputs.flatMap(\.bits)
    var text = "`timescale 1fs/1fs\n" + primitives(netlist) + "module top;\n"
    text += "  reg [\(inputs.count - 1):0] x; reg counting; integer toggles, i;\n"
    text += "  wire n0 = 1'b0, n1 = 1'b1;\n"
    for (bit, net) in inputs.enumerated() { text += "  wire n\(net.index) = x[\(bit)];\n" }
    for gate in netlist.gates {
      text += "  \(pulses == .transport ? "reg" : "wire") n\(gate.output.index);\n"
    }
    for (index, gate) in netlist.gates.enumerated() {
      let output = "n\(gate.output.index)"
      let target = pulses == .transport ? "f\(index)" : output
      let pins = ([target] + gate.inputs.map { "n\($0.index)" }).joined(separator: ", ")
      if pulses == .transport {
        text += "  wire \(target); \(primitive(gate)) g\(index)(\(pins));\n"
        text += "  always @(\(target)) \(output) <= #\(delays[index]) \(target);\n"
      } else {
        text += "  \(primitive(gate)) #\(delays[index]) g\(index)(\(pins));\n"
      }
      text += "  always @(\(output)) if (counting) toggles = toggles + 1;\n"
    }
    let word = outputs.reversed().map { "n\($0.index)" }.joined(separator: ", ")
    return text + "  wire [\(outputs.count - 1):0] y = {\(word)};\n"
  }

  /// The name of the primitive with a gate's truth table.
  private static func primitive(_ gate: Gate) -> String {
    "table\(gate.inputs.count)_\(String(gate.truthTable, radix: 16))"
  }

  /// One user-defined primitive for each truth table: unlike an expression it changes at once, without
  /// pulses of no width inside.
  private static func primitives(_ netlist: Netlist) -> String {
    var text = ""
    var written: Set<String> = []
    for gate in netlist.gates where written.insert(primitive(gate)).inserted {
      let pins = gate.inputs.indices.map { "i\($0)" }.joined(separator: ", ")
      text += "primitive \(primitive(gate))(y, \(pins));\n  output y; input \(pins);\n  table\n"
      for pattern in 0..<1 << gate.inputs.count {
        let row = gate.inputs.indices.map { pattern >> $0 & 1 == 1 ? "1" : "0" }
        let value = gate.truthTable >> UInt64(pattern) & 1
        text += "    \(row.joined(separator: " ")) : \(value);\n"
      }
      text += "  endtable\nendprimitive\n"
    }
    return text
  }
}
