/// Writes a netlist as BLIF that `BLIFReader`, yosys and ABC read.
public enum BLIFWriter {
  /// How a gate is written.
  public enum Style: Sendable {
    /// A `.gate` line for each cell: the text keeps the cells of the library.
    case gates
    /// `.names` with the rows of each gate's truth table: the text needs no library.
    case names
  }

  /// The text of a netlist. Reading it again gives the same functions; as `.gates` also the same
  /// cells and gates in the same order, named by their lines. Ports are written bit by bit, `a[0]`,
  /// and a port of one bit as `a`; an output with the name of an input as `a_out`.
  ///
  /// - Parameters:
  ///   - library: for `.gates`, has the cells of the netlist with the pins that its gates name.
  ///     What neither it nor the 45 nm kit has is written as `.names`.
  ///   - header: lines of the comment at the top; line breaks within one are written as spaces.
  /// - Precondition: names are printable ASCII without blanks, `#`, `=` and `\`.
  public static func text(
    of netlist: Netlist, library: CellLibrary, style: Style, header: [String] = []
  ) -> String {
    let netlist = netlist.withDistinctPorts
    let nets = netNames(netlist)
    var text = ""
    for line in header {
      text += "# \(line.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    text += ".model \(checked(netlist.name))\n"
    text += ".inputs \(bits(of: netlist.inputs).joined(separator: " "))\n"
    text += ".outputs \(bits(of: netlist.outputs).joined(separator: " "))\n"
    let used = usedConstants(netlist)
    if used.zero { text += ".names \(nets[0])\n" }
    if used.one { text += ".names \(nets[1])\n1\n" }
    switch style {
    case .gates: text += cells(netlist, library, nets)
    case .names:
      for gate in netlist.gates { text += cover(gate, nets) }
    }
    for port in netlist.outputs {
      for (bit, net) in port.bits.enumerated() where nets[Int(net.index)] != name(port, bit) {
        text += ".names \(nets[Int(net.index)]) \(name(port, bit))\n1 1\n"
      }
    }
    return text + ".end\n"
  }

  private static func name(_ port: Port, _ bit: Int) -> String {
    port.bits.count == 1 ? checked(port.name) : "\(checked(port.name))[\(bit)]"
  }

  private static func bits(of ports: [Port]) -> [String] {
    ports.flatMap { port in port.bits.indices.map { name(port, $0) } }
  }

  private static func checked(_ name: String) -> String {
    let isWritable = name.utf8.allSatisfy { byte in
      (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "=")
        && byte != UInt8(ascii: "\\")
    }
    precondition(!name.isEmpty && isWritable, "a name has a character that BLIF cannot write")
    return name
  }

  /// The names of the nets: those of port bits, else `n` and the number of the gate.
  private static func netNames(_ netlist: Netlist) -> [String] {
    let taken = Set(bits(of: netlist.inputs) + bits(of: netlist.outputs))
    var prefix = "n"
    while taken.contains(where: { $0.hasPrefix(prefix) }) { prefix += "_" }
    var names = [String](repeating: "", count: netlist.netCount)
    names[0] = "\(prefix)zero"
    names[1] = "\(prefix)one"
    for (number, gate) in netlist.gates.enumerated() {
      names[Int(gate.output.index)] = "\(prefix)\(number)"
    }
    let driven = Set(netlist.gates.map(\.output))
    var named: Set<NetID> = []
    for port in netlist.outputs {
      for (bit, net) in port.bits.enumerated()
      where driven.contains(net) && named.insert(net).inserted {
        names[Int(net.index)] = name(port, bit)
      }
    }
    for port in netlist.inputs {
      for (bit, net) in port.bits.enumerated() { names[Int(net.index)] = name(port, bit) }
    }
    return names
  }

  private static func usedConstants(_ netlist: Netlist) -> (zero: Bool, one: Bool) {
    var used = [false, false]
    for gate in netlist.gates {
      for net in gate.inputs where net <= Netlist.constantOne { used[Int(net.index)] = true }
    }
    for port in netlist.outputs {
      for net in port.bits where net <= Netlist.constantOne { used[Int(net.index)] = true }
    }
    return (used[0], used[1])
  }

  // MARK: - Cells

  private static func cells(
    _ netlist: Netlist, _ library: CellLibrary, _ nets: [String]
  ) -> String {
    var text = ""
    for placed in netlist.connectedCells(in: library) {
      let connected = placed.nets
      guard let cell = placed.cell else {
        for gate in placed.gates { text += cover(gate, nets) }
        continue
      }
      // An input that no function reads may be any net: the first input's.
      let pins = (cell.inputs + cell.outputs.map(\.pin)).compactMap { pin -> String? in
        let net = connected[pin] ?? connected[cell.inputs.first { connected[$0] != nil } ?? ""]
        return net.map { "\(checked(pin))=\(nets[Int($0.index)])" }
      }
      text += ".gate \(checked(cell.name)) \(pins.joined(separator: " "))\n"
    }
    return text
  }

  /// The rows of a truth table, with the fewer of ones and zeros.
  private static func cover(_ gate: Gate, _ nets: [String]) -> String {
    let count = gate.inputs.count
    let patterns = 1 << count
    let isOnSet = gate.truthTable.nonzeroBitCount * 2 <= patterns
    var text = ".names "
    for net in gate.inputs { text += nets[Int(net.index)] + " " }
    text += nets[Int(gate.output.index)] + "\n"
    for pattern in 0..<patterns
    where (gate.truthTable >> UInt64(pattern) & 1 == 1) == isOnSet {
      for bit in 0..<count { text += pattern >> bit & 1 == 1 ? "1" : "0" }
      text += count == 0 ? (isOnSet ? "1\n" : "0\n") : (isOnSet ? " 1\n" : " 0\n")
    }
    return text
  }
}
