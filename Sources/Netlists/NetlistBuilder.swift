import Files

/// Collects ports, cells and aliases in any order and turns them into a `Netlist`.
///
/// Nets are made first and driven later, so a cell may read a net whose driver comes after it. The
/// identifiers of nets are the builder's own: `finish()` renumbers them (constants, input bits in
/// the order of the ports, gate outputs in the order of the gates).
///
/// A cell of which no output reaches an output port is left out of the netlist, and nothing about
/// it is an error but its own pins. A cell that is kept keeps the gates of all its outputs, used or
/// not: its transistors are there.
public struct NetlistBuilder: Sendable {
  /// What drives a net.
  enum Driver: Sendable, Equatable {
    case none, constant, input
    case gate(Int)
    case alias(Int)
  }

  struct Net: Sendable {
    let name: IndexedName
    let location: SourceLocation?
    var driver: Driver
  }

  struct PlacedCell: Sendable {
    let name: IndexedName
    /// The name of the library cell.
    let cell: String
    let location: SourceLocation?
    /// The cell's gates, as a range of `gates`.
    let gates: Range<Int>
  }

  struct PlacedGate: Sendable {
    let cell: Int
    let pin: String
    let truthTable: UInt64
    let inputs: [Int]
    var output: Int
  }

  let name: String
  let location: SourceLocation?
  var nets: [Net]
  var cells: [PlacedCell] = []
  var gates: [PlacedGate] = []
  var inputPorts: [(name: String, bits: [Int], isSigned: Bool)] = []
  var outputPorts: [(name: String, bits: [Int], isSigned: Bool)] = []
  /// The further drivers of nets that have more than one; an error if the net is used.
  var conflicts: [Int: [(driver: Driver, location: SourceLocation?)]] = [:]
  private var inputNames: Set<String> = []
  private var outputNames: Set<String> = []

  /// Starts an empty netlist; the location is where its source begins, for messages.
  public init(name: String, at location: SourceLocation? = nil) {
    self.name = name
    self.location = location
    nets = ["1'b0", "1'b1"].map { Net(name: IndexedName($0), location: nil, driver: .constant) }
  }

  /// Makes a net that nothing drives yet; name and location are for messages.
  public mutating func addNet(_ name: String, at location: SourceLocation? = nil) -> NetID {
    addNet(IndexedName(name), at: location)
  }

  mutating func addNet(_ name: IndexedName, at location: SourceLocation?) -> NetID {
    nets.append(Net(name: name, location: location, driver: .none))
    return NetID(nets.count - 1)
  }

  /// Makes an input port; its nets are returned least significant bit first.
  ///
  /// - Precondition: no input port has this name; the width is at least 1.
  public mutating func addInput(_ name: String, width: Int) -> [NetID] {
    precondition(width >= 1, "a port has at least one bit")
    let bits = (0..<width).map { bit in
      addNet(IndexedName(name, index: width == 1 ? nil : bit), at: nil)
    }
    addInput(name, bits: bits)
    return bits
  }

  /// Declares nets that nothing drives yet as an input port, least significant bit first.
  public mutating func addInput(_ name: String, bits: [NetID], isSigned: Bool = false) {
    precondition(inputNames.insert(name).inserted, "two input ports have the same name")
    for bit in bits { drive(Int(bit.index), by: .input, at: nil) }
    inputPorts.append((name, bits.map { Int($0.index) }, isSigned))
  }

  /// Declares nets as an output port, least significant bit first. Its name may be that of an
  /// input port, as in BLIF.
  public mutating func addOutput(_ name: String, bits: [NetID], isSigned: Bool = false) {
    precondition(outputNames.insert(name).inserted, "two output ports have the same name")
    outputPorts.append((name, bits.map { Int($0.index) }, isSigned))
  }

  /// Places a cell on nets.
  ///
  /// - Parameters:
  ///   - inputs: a net for each of the cell's input pins.
  ///   - outputs: for each output pin the net that it drives, or nil where it is left open.
  public mutating func addCell(
    _ cell: LibraryCell, name: String, inputs: [NetID], outputs: [NetID?],
    at location: SourceLocation? = nil
  ) {
    addCell(cell, name: IndexedName(name), inputs: inputs, outputs: outputs, at: location)
  }

  mutating func addCell(
    _ cell: LibraryCell, name: IndexedName, inputs: [NetID], outputs: [NetID?],
    at location: SourceLocation?
  ) {
    precondition(inputs.count == cell.inputs.count, "one net for each input pin")
    precondition(outputs.count == cell.outputs.count, "one net for each output pin")
    let first = gates.count
    for (output, target) in zip(cell.outputs, outputs) {
      let net = target ?? addNet("\(name.shown).\(output.pin)", at: location)
      drive(Int(net.index), by: .gate(gates.count), at: location)
      gates.append(
        PlacedGate(
          cell: cells.count, pin: output.pin, truthTable: output.truthTable,
          inputs: output.inputs.map { Int(inputs[$0].index) }, output: Int(net.index)))
    }
    cells.append(
      PlacedCell(
        name: name, cell: cell.name, location: location, gates: first..<gates.count))
  }

  /// Makes a net another name of a source net, as `assign net = source;` does.
  public mutating func addAlias(
    _ net: NetID, of source: NetID, at location: SourceLocation? = nil
  ) {
    drive(Int(net.index), by: .alias(Int(source.index)), at: location)
  }

  private mutating func drive(_ net: Int, by driver: Driver, at location: SourceLocation?) {
    if case .none = nets[net].driver {
      nets[net].driver = driver
    } else {
      conflicts[net, default: []].append((driver, location))
    }
  }
}
