import Quantities
import Technology

/// Energy and leakage of a D flip-flop, from the measured inverter that it is made of.
///
/// Master and slave latch of two inverters each, coupled by transmission gates, with two inverters for
/// the clock and one for the output (Weste, Harris, *CMOS VLSI Design*, 4th ed., section 10.3.2). A clock
/// cycle moves each clock inverter twice; new data moves the five others once. Each transition counts as
/// that of a measured inverter with its load of four. Not counted: the leakage of the transmission gates.
public struct FlipFlop: Sendable {
  /// Joules of a clock cycle in which the data stays, and what a change of the data adds.
  public let clockEnergy: Energy
  public let toggleEnergy: Energy
  public let leakage: Power

  /// Its transistors' area over the inverter's: seven inverters and four transmission gates of two such
  /// transistors each.
  public static let inverterAreas = 11.0

  /// - Throws: `TechnologyError` if the technology lacks INV or was not fitted at the supply.
  public init(technology: TechnologyNode, supply: Voltage) throws(TechnologyError) {
    let inverter = try technology.switchingEnergy(of: "INV.Y", at: supply)
    clockEnergy = 4 * inverter
    toggleEnergy = 5 * inverter
    leakage = 7 * (try technology.leakage(of: "INV", pins: ["Y"], at: supply))
  }
}
