import LogicSimulation
import Netlists
import Quantities
import Technology

/// The delay of each gate of a netlist, in whole femtoseconds, at a supply and on a die.
public enum DieDelays {
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
      let delay = try technology.delay(
        of: "\(netlist.cells[gate.cell].cell).\(gate.pin)", at: supply,
        thresholdShift: shifts[gate.cell])
      // Beyond a second a gate does not switch within any clock period that is asked for here.
      delays.append(Int64(max(1, min(delay.value * 1e15, 1e15).rounded())))
    }
    return delays
  }
}
