import Quantities

/// Energy and time of one operator (a multiplier, an adder) at one supply voltage.
public struct OperatorProfile: Hashable, Sendable, Codable {
  /// Volts.
  public let supply: Double
  /// Switching energy of one operation in joules, glitches included, leakage excluded; the mean over
  /// dies and operand transitions.
  public let energyPerOperation: Double
  /// Output transitions of gates in one operation, glitches included.
  public let transitionsPerOperation: Double
  /// Of the whole operator, in watts.
  public let leakagePower: Double
  /// The longest path of the typical die (no threshold shifts), in seconds.
  public let criticalPath: Double
  /// The longest path of the slowest instance, in seconds: of all that the evaluated chips have.
  public let slowestDieCriticalPath: Double

  /// Whether no instance has a path longer than the clock period.
  public func meetsTiming(_ clockPeriod: Delay) -> Bool {
    slowestDieCriticalPath <= clockPeriod.value
  }

  public init(
    supply: Double, energyPerOperation: Double, transitionsPerOperation: Double,
    leakagePower: Double, criticalPath: Double, slowestDieCriticalPath: Double
  ) {
    self.supply = supply
    self.energyPerOperation = energyPerOperation
    self.transitionsPerOperation = transitionsPerOperation
    self.leakagePower = leakagePower
    self.criticalPath = criticalPath
    self.slowestDieCriticalPath = slowestDieCriticalPath
  }
}
