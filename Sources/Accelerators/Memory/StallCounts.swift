/// Cycles in which the array stands still: none of its registers gets a clock edge.
public struct StallCounts: Hashable, Sendable {
  /// Until words have come from DRAM or gone there.
  public var dramCycles = 0
  /// Until banks have served all accesses of a cycle.
  public var bankCycles = 0

  public init() {}

  public var cycles: Int { dramCycles + bankCycles }

  public static func += (total: inout StallCounts, more: StallCounts) {
    total.dramCycles += more.dramCycles
    total.bankCycles += more.bankCycles
  }

  /// Of work that is done so often.
  func times(_ count: Int) -> StallCounts {
    var result = self
    result.dramCycles *= count
    result.bankCycles *= count
    return result
  }
}
