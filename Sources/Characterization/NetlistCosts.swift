import LogicSimulation
import Netlists
import Quantities
import Technology

/// What a netlist costs: area, delay, leakage and switching energy. A cost that the library or the
/// technology has no data for is nil, and `reasons` says why.
public struct NetlistCosts: Sendable, Hashable {
  /// The sum of the cells' areas, as the library counts them.
  public internal(set) var area: Area?
  /// The longest path of the typical die by static timing.
  public internal(set) var criticalPath: Delay?
  /// The leakage power of all cells.
  public internal(set) var leakage: Power?
  /// The mean energy of an operation under uniform random operands, each pair independent of the
  /// one before. Every net settles once (zero delay), so glitches are not counted: a lower bound of
  /// what the circuit takes.
  public internal(set) var switchingEnergy: Energy?
  /// Why costs are nil, one line each.
  public internal(set) var reasons: [String] = []
  /// Whether a table of a Liberty library was asked outside its axes.
  public internal(set) var isExtrapolated = false

  /// The transitions that switching energy is the mean of.
  public static let transitions = 4096

  /// The costs at a supply inside the technology's fitted range, at the technology's temperature.
  ///
  /// - Parameters:
  ///   - library: gives the areas.
  ///   - node: gives delay, leakage and energy of each library cell.
  ///   - transitions: pairs of operand pairs, rounded up to whole blocks of 512.
  ///   - seed: of the operands; the same seed gives the same costs.
  public init(
    of netlist: Netlist, library: CellLibrary, node: TechnologyNode, supply: Voltage,
    transitions: Int = NetlistCosts.transitions, seed: UInt64 = 1
  ) {
    setArea(of: netlist, library)
    criticalPath = cost("delay") {
      let delays = try DieDelays(netlist, technology: node, supply: supply).typical
      return Characterizer.criticalPath(netlist, delays)
    }
    leakage = cost("leakage") {
      try Characterizer.leakage(of: netlist, node, at: supply)
    }
    switchingEnergy = cost("switching energy") {
      let energies = try Characterizer.gateEnergies(of: netlist, node, at: supply)
      let toggles = SwitchingToggles(of: netlist, transitions: transitions, seed: seed)
      var sum = 0.0
      for (gate, energy) in zip(netlist.gates, energies) {
        sum += toggles.perOperation(gate.output) * energy
      }
      return Energy(sum)
    }
  }

  mutating func setArea(of netlist: Netlist, _ library: CellLibrary) {
    area = library.area(of: netlist)
    guard area == nil else { return }
    let cell = netlist.cells.first { library[$0.cell]?.area == nil }?.cell ?? ""
    reasons.append("no area: library '\(library.name)' gives none for cell '\(cell)'")
  }

  /// A cost, or nil with the reason noted.
  mutating func cost<Value>(_ name: String, _ value: () throws -> Value) -> Value? {
    do {
      return try value()
    } catch {
      reasons.append("no \(name): \(error)")
      return nil
    }
  }
}
