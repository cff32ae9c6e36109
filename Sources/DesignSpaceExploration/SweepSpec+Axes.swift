import Accelerators
import Files
import NetworkEvaluation
import Quantities

extension SweepSpec {
  /// What a sweep's file lists of the axes that points do not tell: in its order, with its places.
  struct Axes: Sendable {
    let logic: [(clock: ClockPolicy, supply: Voltage, location: SourceLocation)]
    /// Nil in place of a supply: the logic's; nil: no memory is modelled.
    let memory: [(supply: Voltage?, location: SourceLocation)]?
    let hardening: SpecReader.Hardening?
    let bitErrorRates: [Double]?
  }

  /// Where the file has a point's supply of the logic, or the supplies that its training draws.
  func location(of point: DesignPoint, isDrawn: Bool) -> SourceLocation? {
    isDrawn
      ? drawnSuppliesLocation
      : axes.logic.first { $0.clock == point.clock && $0.supply == point.logicSupply }?.location
  }

  /// Where it has that of the memory: its own, or the logic's that it follows.
  func memoryLocation(of point: DesignPoint, isDrawn: Bool) -> SourceLocation? {
    let own = axes.memory?.first { $0.supply == point.memorySupply }
    return point.memoryFollowsLogic ? location(of: point, isDrawn: isDrawn) : own?.location
  }

  /// Where it has a share of hardened bits.
  func location(of protection: BitProtection) -> SourceLocation? {
    axes.hardening?.shares.first { $0.share == protection.share }?.location
  }
}
