/// Writes a netlist as structural Verilog that `VerilogReader`, iverilog and yosys read.
///
/// Reading the text again gives the same netlist: ports, cells and gates in the same order.
public enum VerilogWriter {
  /// The text of a netlist.
  ///
  /// Cells stand in the order of their first gate. A net that is one output bit is named by it;
  /// others are `n<number of the gate>`. An output with the name of an input is written `a_out`.
  ///
  /// - Parameters:
  ///   - library: has the cells of the netlist, with the pins that its gates name. What neither it
  ///     nor the 45 nm kit has is written as gate primitives and assigns.
  ///   - header: lines of the comment at the top; line breaks within one are written as spaces.
  public static func text(
    of netlist: Netlist, library: CellLibrary, header: [String]
  ) -> String {
    let netlist = netlist.withDistinctPorts
    let wires = WireNames(netlist)
    var text = ""
    for line in header {
      text += "// \(line.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    let ports =
      netlist.inputs.map { declaration("input", $0) }
      + netlist.outputs.map { declaration("output", $0) }
    text += "module \(identifier(netlist.name)) (\n"
    text += ports.map { "  \($0)" }.joined(separator: ",\n") + "\n);\n"
    for gate in netlist.gates where !wires.isOutputBit(gate.output) {
      text += "  wire \(wires[gate.output]);\n"
    }
    text += instances(netlist, library, wires)
    for port in netlist.outputs {
      for (bit, net) in port.bits.enumerated() where wires[net] != name(port, bit) {
        text += "  assign \(name(port, bit)) = \(wires[net]);\n"
      }
    }
    return text + "endmodule\n"
  }

  private static func declaration(_ direction: String, _ port: Port) -> String {
    let sign = port.isSigned ? " signed" : ""
    let range = port.bits.count == 1 ? "" : " [\(port.bits.count - 1):0]"
    return "\(direction)\(sign)\(range) \(identifier(port.name))"
  }

  private static func instances(
    _ netlist: Netlist, _ library: CellLibrary, _ wires: WireNames
  ) -> String {
    var text = ""
    for placed in netlist.connectedCells(in: library) {
      let (instance, nets) = (placed.instance, placed.nets)
      guard let cell = placed.cell else {
        for gate in placed.gates { text += primitive(gate, of: instance, wires) }
        continue
      }
      let pins = cell.inputs + cell.outputs.map(\.pin)
      // An input that no function reads is tied to 0.
      let connections = pins.map { ".\(identifier($0))(\(nets[$0].map { wires[$0] } ?? "1'b0"))" }
      text += "  \(identifier(cell.name)) \(identifier(instance.name)) "
      text += "(\(connections.joined(separator: ", ")));\n"
    }
    return text
  }

  /// A gate that no library has: a gate primitive of Verilog, or an assign of its truth table's
  /// ones.
  private static func primitive(
    _ gate: Gate, of instance: CellInstance, _ wires: WireNames
  ) -> String {
    let inputs = gate.inputs.map { wires[$0] }
    let count = inputs.count
    if (1...PrimitiveCells.maximumInputs).contains(count) {
      for function in PrimitiveCells.Function.allCases
      where PrimitiveCells.gate(function, inputs: count).name == instance.cell {
        let word = count == 1 ? instance.cell : function.rawValue
        let terminals = [wires[gate.output]] + inputs
        return "  \(word) \(identifier(instance.name)) (\(terminals.joined(separator: ", ")));\n"
      }
    }
    let rows = (0..<1 << count).filter { gate.truthTable >> UInt64($0) & 1 == 1 }.map { row in
      let literals = inputs.enumerated().map { (row >> $0.offset & 1 == 1 ? "" : "~") + $0.element }
      return literals.isEmpty ? "1'b1" : literals.joined(separator: " & ")
    }
    let value = rows.isEmpty ? "1'b0" : rows.joined(separator: " | ")
    return "  assign \(wires[gate.output]) = \(value);\n"
  }

  /// `p[3]`, or `p` for a port of one bit.
  static func name(_ port: Port, _ bit: Int) -> String {
    port.bits.count == 1 ? identifier(port.name) : "\(identifier(port.name))[\(bit)]"
  }

  /// A name as Verilog writes it: escaped where it is not a simple identifier.
  ///
  /// - Precondition: the name is printable ASCII without spaces.
  package static func identifier(_ name: String) -> String {
    precondition(
      !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) },
      "a name has a character that Verilog cannot write")
    let isSimple =
      name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
      && !(name.utf8.first?.isASCIIDigit ?? true) && !VerilogKeywords.all.contains(name)
    return isSimple ? name : "\\\(name) "
  }
}

/// The names of the nets of a netlist in Verilog.
private struct WireNames {
  private var names: [String]
  private var isOutput: [Bool]

  init(_ netlist: Netlist) {
    let taken = (netlist.inputs + netlist.outputs).map(\.name) + netlist.cells.map(\.name)
    var prefix = "n"
    while taken.contains(where: { $0.hasPrefix(prefix) && $0.dropFirst(prefix.count).isDigits }) {
      prefix += "_"
    }
    names = Array(repeating: "", count: netlist.netCount)
    isOutput = Array(repeating: false, count: netlist.netCount)
    names[Int(Netlist.constantZero.index)] = "1'b0"
    names[Int(Netlist.constantOne.index)] = "1'b1"
    for port in netlist.inputs {
      for (bit, net) in port.bits.enumerated() {
        names[Int(net.index)] = VerilogWriter.name(port, bit)
      }
    }
    for (number, gate) in netlist.gates.enumerated() {
      names[Int(gate.output.index)] = "\(prefix)\(number)"
    }
    let driven = Set(netlist.gates.map(\.output))
    for port in netlist.outputs {
      for (bit, net) in port.bits.enumerated()
      where driven.contains(net) && !isOutput[Int(net.index)] {
        isOutput[Int(net.index)] = true
        names[Int(net.index)] = VerilogWriter.name(port, bit)
      }
    }
  }

  subscript(net: NetID) -> String { names[Int(net.index)] }

  /// Whether a gate output is named by the port bit that it drives.
  func isOutputBit(_ net: NetID) -> Bool { isOutput[Int(net.index)] }
}

extension Substring {
  fileprivate var isDigits: Bool { !isEmpty && utf8.allSatisfy(\.isASCIIDigit) }
}
