import Files
import LogicSimulation
import Netlists
import Quantities
import Technology

/// Where delay, leakage and switching energy of a library's cells come from: the library's own
/// tables where it has delays, else a technology.
public enum CostSource: Sendable {
  case technology(TechnologyNode, supply: Voltage)
  /// A supply of nil is the library's own.
  case liberty(LibertyCorners, supply: Voltage?)

  /// - Parameters:
  ///   - technology: path of the technology, read only where it is needed.
  ///   - supply: may be nil where the library has delay tables.
  /// - Throws: `InputError` as `TechnologyReader` does; 64 if the supply is missing or outside the
  ///   corners.
  public init(corners: LibertyCorners, technology: String, supply: Voltage?) throws {
    if Self.hasDelayTables(corners) {
      _ = try corners.bracket(at: supply)
      self = .liberty(corners, supply: supply)
    } else {
      guard let supply else {
        throw InputError(.usage, "the supply voltage is missing: give one, such as \"0.6 V\"")
      }
      self = .technology(try TechnologyReader.read(technology).node, supply: supply)
    }
  }

  /// Whether the cells bring delay tables of their own.
  public static func hasDelayTables(_ corners: LibertyCorners) -> Bool {
    corners.libraries[0].cells.contains { $0.characterization?.arcs.isEmpty == false }
  }

  /// The costs of a netlist of the library's cells.
  func costs(of netlist: Netlist, library: CellLibrary) throws -> NetlistCosts {
    switch self {
    case .technology(let node, let supply):
      NetlistCosts(of: netlist, library: library, node: node, supply: supply)
    case .liberty(let corners, let supply):
      try NetlistCosts(of: netlist, corners: corners, supply: supply)
    }
  }

  /// The delays of a netlist of the library's cells.
  ///
  /// - Throws: `TimingError` or `TechnologyError` where a cell cannot be timed.
  func timing(of netlist: Netlist) throws -> TimingSource {
    switch self {
    case .technology(let node, let supply):
      .gateDelays(try DieDelays(netlist, technology: node, supply: supply).typical)
    case .liberty(let corners, let supply):
      .liberty(try LibertyTiming(netlist, corners: try corners.bracket(at: supply)))
    }
  }
}
