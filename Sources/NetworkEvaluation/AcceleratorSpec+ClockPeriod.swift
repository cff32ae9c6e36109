import Accelerators
import Characterization
import Netlists
import Quantities
import Technology

extension AcceleratorSpec {
  /// The clock period under a policy: guard band × the longer of the typical die's longest paths of the
  /// multiplier and of the accumulator's adder, at the supply, or at the nominal one of a fixed clock.
  ///
  /// - Throws: `TechnologyError` if the technology lacks a gate, or that supply is outside its fitted
  ///   range.
  func clockPeriod(
    _ clock: ClockPolicy, at supply: Voltage, multiplier: Netlist, adder: Netlist,
    technology: TechnologyNode
  ) throws(TechnologyError) -> Delay {
    func path(_ netlist: Netlist) throws(TechnologyError) -> Delay {
      try Characterizer.criticalPath(
        of: netlist, technology: technology, at: clock == .fixed ? nominalSupply : supply)
    }
    return guardBand * max(try path(multiplier), try path(adder))
  }
}
