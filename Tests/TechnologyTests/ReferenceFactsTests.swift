import Fitting
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

/// Facts of the reference file of the project's definitions, about the 45 nm HP cards at 25 °C. Delays
/// of the inverter against voltage and 0.50 V against 1.0 V are in `TechnologyNodeTests`.
@Suite("Facts of 45 nm")
struct ReferenceFactsTests {
  let node: TechnologyNode

  init() throws { node = try ShippedTechnologiesTests.read("ptm45_hp") }

  @Test("a 40-FO4 pipeline at activity 0.1 takes the least energy a cycle near 0.35 V")
  func minimumEnergy() throws {
    var best = (supply: 0.0, energy: Double.infinity)
    for step in 0...170 {
      let supply = Voltage(0.25 + 0.005 * Double(step))
      let cycle = 40 * (try node.delay(of: "INV.Y", at: supply))
      let switching = 0.1 * (try node.switchingEnergy(of: "INV.Y", at: supply).value)
      let leakage = try node.leakage(of: "INV", pins: ["Y"], at: supply) * cycle
      let energy = switching + leakage.value
      if energy < best.energy { best = (supply.value, energy) }
    }
    #expect(abs(best.supply - 0.35) < 0.03, "\(best.supply) V")
  }

  @Test("an inverter's transition takes 1.09 fJ at 1 V and follows V² within 4 percent RMS")
  func switchingEnergy() throws {
    let nominal = try node.switchingEnergy(of: "INV.Y", at: Voltage(1)).in(.femto)
    #expect(abs(nominal - 1.09) < 0.01)
    var factors: [Double] = []
    for step in 0...17 {
      let supply = 0.25 + 0.05 * Double(step)
      let energy = try node.switchingEnergy(of: "INV.Y", at: Voltage(supply)).in(.femto)
      factors.append(energy / (supply * supply))
    }
    // E/V² rises from 1.00 to 1.11 fF: an RMS below 4 percent of one V², 6.5 at the upper end.
    let mean = factors.reduce(0, +) / Double(factors.count)
    let square = factors.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) }
    #expect((square / Double(factors.count)).squareRoot() < 0.04)
    #expect(factors.allSatisfy { abs($0 / mean - 1) < 0.065 })
  }

  @Test("the alpha-power law holds to 1 percent from 0.55 V and diverges below")
  func alphaPower() throws {
    let data: [(Double, Double)] = [
      // ptm45_hp_cells.csv: supply, inverter delay in ps.
      (0.55, 80.022), (0.60, 50.89), (0.65, 36.634), (0.70, 28.613), (0.75, 23.676),
      (0.80, 20.316), (0.85, 18.018), (0.90, 16.274), (0.95, 14.911), (1.00, 13.816),
      (1.05, 12.928), (1.10, 12.222),
    ]
    let model = try DelayModel(
      law: .alphaPower, supplies: data.map(\.0), delays: data.map { $0.1 * 1e-12 },
      temperature: node.temperature)
    #expect(abs(100 * model.fit.rootMeanSquare - 0.96) < 0.05)
    #expect(model.range == 0.55...1.10)
    // At 0.50 V it is 40 % off, and from its threshold down the gate does not switch at all.
    let half = model.delay(at: Voltage(0.50)).in(.pico) / 149.12
    #expect(half > 1.2, "\(half)")
    #expect(model.delay(at: Voltage(0.45)).value == .infinity)
  }
}
