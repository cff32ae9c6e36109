import Netlists
import Quantities
import Technology

extension DieDelays {
  /// Refuses a clock period in which the slowest gate of the typical die does not switch: next to no
  /// product is captured right then, and what is counted says nothing of paths.
  ///
  /// - Parameter clockPeriod: taken to the nearest femtosecond, as delays are.
  /// - Throws: `TechnologyError.clockTooShort` that names the gate.
  public func check(clockPeriod: Delay) throws(TechnologyError) {
    guard let slowest = typical.indices.max(by: { typical[$0] < typical[$1] }),
      Double(typical[slowest]) > (clockPeriod.value * 1e15).rounded()
    else { return }
    let gate = netlist.gates[slowest]
    throw .clockTooShort(
      period: clockPeriod, gate: "\(netlist.cells[gate.cell].cell).\(gate.pin)",
      delay: Delay(Double(typical[slowest]) * 1e-15), supply: supply)
  }
}
