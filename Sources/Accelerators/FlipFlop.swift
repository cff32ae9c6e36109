import Quantities
import Technology

/// Energy and leakage of a D flip-flop, from the measured gates that it is made of.
///
/// Master and slave are gated D latches of four NAND gates each, with an inverter for the data and two
/// for the clock (Weste, Harris, *CMOS VLSI Design*, 4th ed., ch. 1.4 and 10.3). A clock cycle moves one
/// input NAND of each latch down and up, and each clock inverter; new data moves, beside that, the data
/// inverter and the four output NANDs. A transmission-gate flip-flop takes less: ours is an upper bound.
public struct FlipFlop: Sendable {
  /// Joules of a clock cycle in which the data stays, and what a change of the data adds.
  public let clockEnergy: Energy
  public let toggleEnergy: Energy
  public let leakage: Power

  /// - Throws: `TechnologyError` if the technology lacks INV or NAND2 or was not fitted at the supply.
  public init(technology: TechnologyNode, supply: Voltage) throws(TechnologyError) {
    let nand = try technology.switchingEnergy(of: "NAND2.Y", at: supply)
    let inverter = try technology.switchingEnergy(of: "INV.Y", at: supply)
    clockEnergy = 4 * nand + 4 * inverter
    toggleEnergy = 4 * nand + inverter
    let nandLeakage = try technology.leakage(of: "NAND2", pins: ["Y"], at: supply)
    let inverterLeakage = try technology.leakage(of: "INV", pins: ["Y"], at: supply)
    leakage = 8 * nandLeakage + 3 * inverterLeakage
  }
}
