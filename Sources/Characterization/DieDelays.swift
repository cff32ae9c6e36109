import LogicSimulation
import Netlists
import Quantities
import Technology

/// The delay of each gate of a netlist, in whole femtoseconds, at a supply and on a die.
public enum DieDelays {
  /// The longest delay of a gate that is simulated: paths of a thousand such gates still fit the event
  /// queue's 47 bits of femtoseconds.
  private static let slowest = Delay(1e-4)

  /// The typical die: every threshold at its nominal value.
  ///
  /// - Throws: `TechnologyError` if the technology lacks a gate or was not fitted at this supply.
  public static func typical(
    of netlist: Netlist, technology: TechnologyNode, supply: Voltage
  ) throws(TechnologyError) -> [Int64] {
    try delays(
      of: netlist, technology: technology, supply: supply,
      shifts: [Double](repeating: 0, count: netlist.cells.count))
  }

  /// A die of a seed: each placed cell has a threshold shift of its own, which both outputs of a full
  /// adder share, and which is the same at every voltage.
  public static func die(
    _ die: UInt64, seed: UInt64, of netlist: Netlist, technology: TechnologyNode, supply: Voltage
  ) throws(TechnologyError) -> [Int64] {
    try delays(
      of: netlist, technology: technology, supply: supply,
      shifts: technology.thresholdShifts(die: die, seed: seed, count: netlist.cells.count))
  }

  /// Cells with given threshold shifts.
  ///
  /// - Parameter shifts: ΔVt in volts, one a placed cell.
  public static func delays(
    of netlist: Netlist, technology: TechnologyNode, supply: Voltage, shifts: [Double]
  ) throws(TechnologyError) -> [Int64] {
    var delays: [Int64] = []
    delays.reserveCapacity(netlist.gates.count)
    for gate in netlist.gates {
      let name = "\(netlist.cells[gate.cell].cell).\(gate.pin)"
      let shift = shifts[gate.cell]
      let delay = try technology.delay(of: name, at: supply, thresholdShift: shift)
      guard shift != 0 || delay <= slowest else { throw .tooSlow(gate: name, supply: supply) }
      // A slower gate of one die does not switch within any clock period of the typical one.
      delays.append(Int64(max(1, min(delay, slowest).value * 1e15).rounded()))
    }
    return delays
  }
}
