import Netlists

/// A direction of change of a net.
public enum TimingEdge: Int, Hashable, Sendable, CaseIterable {
  case rise = 0
  case fall = 1
}

/// A value for each direction of change, in femtoseconds.
public struct EdgeTimes: Hashable, Sendable {
  public var rise: Double
  public var fall: Double

  public init(rise: Double, fall: Double) {
    self.rise = rise
    self.fall = fall
  }

  public subscript(edge: TimingEdge) -> Double {
    get { edge == .rise ? rise : fall }
    set { if edge == .rise { rise = newValue } else { fall = newValue } }
  }
}

/// Where the delays of a netlist's cells come from.
public enum TimingSource: Sendable {
  /// One delay a gate in femtoseconds, whatever pin and direction: a technology at a supply.
  case gateDelays([Int64])
  /// Tables of a Liberty library, at one corner or between two.
  case liberty(LibertyTiming)
}

/// Why a library cannot time a netlist.
public enum TimingError: Error, Equatable, CustomStringConvertible {
  /// A cell of the netlist is not in the library, or has another output pin there.
  case unknownCell(String, pin: String, library: String)
  /// The library has the cell, but no delay tables from one input pin to one output pin.
  case missingArc(cell: String, from: String, to: String, library: String)
  /// The library gives an input pin no capacitance.
  case missingCapacitance(cell: String, pin: String, library: String)

  public var description: String {
    switch self {
    case .unknownCell(let cell, let pin, let library):
      "library '\(library)' has no cell '\(cell)' with an output '\(pin)'"
    case .missingArc(let cell, let from, let to, let library):
      "library '\(library)' has no delay tables from '\(from)' to '\(to)' of cell '\(cell)'"
    case .missingCapacitance(let cell, let pin, let library):
      "library '\(library)' gives no capacitance for pin '\(pin)' of cell '\(cell)'"
    }
  }
}
