import LogicSimulation
import Netlists
import Quantities
import Technology

/// The delay of each gate of a netlist, in whole femtoseconds, at a supply, on any die.
public struct DieDelays: Sendable {
  /// The longest delay of a gate that is simulated: paths of a thousand such gates still fit the event
  /// queue's 47 bits of femtoseconds.
  private static let slowest = Delay(1e-4)

  public let netlist: Netlist
  private let technology: TechnologyNode
  let supply: Voltage
  /// Each law that occurs, with its gates.
  private let laws: [(law: DelayModel, gates: [Int])]
  /// The typical die: every threshold at its nominal value.
  public let typical: [Int64]

  /// - Throws: `TechnologyError` if the technology lacks a gate, was not fitted at this supply, or has a
  ///   gate that takes more than 0.1 ms there.
  public init(
    _ netlist: Netlist, technology: TechnologyNode, supply: Voltage
  ) throws(TechnologyError) {
    self.netlist = netlist
    self.technology = technology
    self.supply = supply
    var gatesByName: [String: [Int]] = [:]
    for (index, gate) in netlist.gates.enumerated() {
      gatesByName["\(netlist.cells[gate.cell].cell).\(gate.pin)", default: []].append(index)
    }
    var laws: [(law: DelayModel, gates: [Int])] = []
    var typical = [Int64](repeating: 0, count: netlist.gates.count)
    // In the netlist's order, so that the error is that of its first gate.
    for (name, gates) in gatesByName.sorted(by: { $0.value[0] < $1.value[0] }) {
      let law = try technology.model(of: name, at: supply).delay
      let delay = law.delay(at: supply)
      guard delay <= Self.slowest else { throw .tooSlow(gate: name, supply: supply) }
      laws.append((law, gates))
      for gate in gates { typical[gate] = Self.femtoseconds(delay) }
    }
    self.laws = laws
    self.typical = typical
  }

  /// A die of a seed: each placed cell has a threshold shift of its own, which both outputs of a full
  /// adder share, and which is the same at every voltage.
  public func die(_ die: UInt64, seed: UInt64) -> [Int64] {
    delays(
      shifts: technology.thresholdShifts(die: die, seed: seed, count: netlist.cells.count))
  }

  public func delays(of die: Die) -> [Int64] { self.die(die.number, seed: die.seed) }

  /// Cells with given threshold shifts.
  ///
  /// - Parameter shifts: ΔVt in volts, one a placed cell.
  public func delays(shifts: [Double]) -> [Int64] {
    precondition(shifts.count == netlist.cells.count, "one shift a cell")
    var delays = typical
    for (law, gates) in laws {
      for gate in gates {
        delays[gate] = Self.femtoseconds(
          law.delay(at: supply, thresholdShift: shifts[netlist.gates[gate].cell]))
      }
    }
    return delays
  }

  /// A gate of one die that is slower than `slowest` does not switch within any clock period of the
  /// typical die.
  private static func femtoseconds(_ delay: Delay) -> Int64 {
    Int64(max(1, min(delay, slowest).value * 1e15).rounded())
  }
}
