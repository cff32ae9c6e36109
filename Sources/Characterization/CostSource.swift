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

  private static let standardSupply = Voltage(1)

  /// - Parameters:
  ///   - technology: path of the technology, read only where it is needed.
  ///   - supply: nil for the library's own where it has delay tables, else 1 V.
  /// - Throws: `InputError` as `TechnologyReader` does; 64 if the supply is outside the corners or
  ///   the technology's fitted range.
  public init(corners: LibertyCorners, technology: String, supply: Voltage?) throws {
    if Self.hasDelayTables(corners) {
      _ = try corners.bracket(at: supply)
      self = .liberty(corners, supply: supply)
    } else {
      let supply = supply ?? Self.standardSupply
      let node = try TechnologyReader.read(technology, needing: []).node
      for gate in node.gates.keys.sorted() {
        do {
          _ = try node.model(of: gate, at: supply)
        } catch {
          throw InputError(.usage, "--supply: \(error)")
        }
      }
      self = .technology(node, supply: supply)
    }
  }

  /// What results must say of the technology's laws.
  public var poorFitNotes: [String] {
    switch self {
    case .technology(let node, _): node.poorFitNotes
    case .liberty: []
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
