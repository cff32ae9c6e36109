import Netlists

/// Evaluates a netlist for one vector, gate by gate, by looking patterns up in truth tables: the
/// reference of every fast simulator.
public enum NaiveNetlistEvaluation {
  /// A value for each net.
  public static func nets(of netlist: Netlist, inputs: [UInt64]) -> [Bool] {
    var nets = [Bool](repeating: false, count: netlist.netCount)
    nets[1] = true
    for (port, value) in zip(netlist.inputs, inputs) {
      for (bit, net) in port.bits.enumerated() { nets[Int(net.index)] = value >> bit & 1 == 1 }
    }
    for gate in netlist.gates {
      var pattern = 0
      for (bit, net) in gate.inputs.enumerated() where nets[Int(net.index)] { pattern |= 1 << bit }
      nets[Int(gate.output.index)] = gate.truthTable >> pattern & 1 == 1
    }
    return nets
  }

  /// A value for each output port.
  public static func outputs(of netlist: Netlist, inputs: [UInt64]) -> [UInt64] {
    let nets = nets(of: netlist, inputs: inputs)
    return netlist.outputs.map { port in
      port.bits.enumerated().reduce(0) {
        $0 | (nets[Int($1.element.index)] ? 1 : 0) << UInt64($1.offset)
      }
    }
  }
}
