import Files

/// The index of a net in its netlist.
public struct NetID: Hashable, Sendable, Comparable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(index) }
  public static func < (left: NetID, right: NetID) -> Bool { left.index < right.index }
}

/// A named bundle of nets at the boundary of a netlist, least significant bit first.
public struct Port: Hashable, Sendable {
  public let name: String
  public let bits: [NetID]
  /// Whether the source declares the bundle a number in two's complement. Nothing here computes
  /// with it.
  public let isSigned: Bool
  public init(name: String, bits: [NetID], isSigned: Bool = false) {
    self.name = name
    self.bits = bits
    self.isSigned = isSigned
  }
}

/// A cell of the library, placed in a netlist.
public struct CellInstance: Hashable, Sendable {
  /// The instance's name in the source.
  public let name: String
  /// The name of the library cell: `NAND2`, `FA` …
  public let cell: String
  public init(name: String, cell: String) {
    self.name = name
    self.cell = cell
  }
}

/// One output of a placed cell: a function of the cell's input nets, with a delay of its own.
///
/// A full adder is one `CellInstance` and two `Gate`s, its carry and its sum.
public struct Gate: Hashable, Sendable {
  /// Index into `Netlist.cells`.
  public let cell: Int
  /// The name of the output pin: `Y`, `CO`, `S`. With the cell's name it selects the timing arc.
  public let pin: String
  /// Bit i is the output for the input pattern i, where `inputs[k]` gives bit k of the pattern.
  public let truthTable: UInt64
  /// At most six nets.
  public let inputs: [NetID]
  public let output: NetID
  public init(cell: Int, pin: String, truthTable: UInt64, inputs: [NetID], output: NetID) {
    precondition(inputs.count <= 6, "a gate has at most six inputs")
    self.cell = cell
    self.pin = pin
    self.truthTable = truthTable
    self.inputs = inputs
    self.output = output
  }
}

/// A flat combinational netlist: nets are indices, gates stand in topological order.
///
/// Nets 0 and 1 are the constants 0 and 1. Each other net is a bit of an input port or is driven by
/// exactly one gate that stands before every gate that reads it. Built by `NetlistBuilder`, by the
/// readers and by the generators, all of which establish this.
public struct Netlist: Hashable, Sendable {
  public static let constantZero = NetID(0)
  public static let constantOne = NetID(1)

  public let name: String
  public let inputs: [Port]
  public let outputs: [Port]
  public let cells: [CellInstance]
  public let gates: [Gate]
  /// How many nets there are, the two constants included.
  public let netCount: Int
  /// The level of each gate: 1 + the largest level of the gates that it reads, 1 for those that
  /// read inputs
  /// and constants only.
  public let levels: [Int]

  /// What the reader of the source took for granted, a sentence each without its full stop.
  public internal(set) var notes: [String] = []

  /// The depth: the most gates on a path from an input to an output.
  public var depth: Int { levels.max() ?? 0 }

  /// Wraps gates that are in topological order already.
  init(
    name: String, inputs: [Port], outputs: [Port], cells: [CellInstance], gates: [Gate],
    netCount: Int
  ) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.cells = cells
    self.gates = gates
    self.netCount = netCount
    var netLevel = [Int](repeating: 0, count: netCount)
    var levels: [Int] = []
    levels.reserveCapacity(gates.count)
    for gate in gates {
      let level = 1 + (gate.inputs.map { netLevel[Int($0.index)] }.max() ?? 0)
      netLevel[Int(gate.output.index)] = level
      levels.append(level)
    }
    self.levels = levels
  }
}
