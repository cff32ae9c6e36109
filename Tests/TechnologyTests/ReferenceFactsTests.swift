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

  @Test("the delay law is within 1.96 percent over a range of 2,000, and cannot tell K from theta")
  func delayLaw() throws {
    let fit = try #require(node.gates["INV.Y"]).delay.fit
    // The largest residual of ln t is 0.0194.
    #expect(abs(100 * (exp(fit.largestResidual) - 1) - 1.96) < 0.01)
    let observed = fit.observed
    #expect(abs(exp(try #require(observed.max()) - #require(observed.min())) - 2076) < 1)
    // Row of K, column of theta.
    #expect(abs(fit.correlation[3] + 0.9989) < 1e-3)
  }

  @Test("without theta the delay law is off by 11.9 percent RMS")
  func withoutVelocitySaturation() throws {
    let data = try #require(node.gates["INV.Y"]).delay.fit
    // kT/q at 25 °C.
    let thermal = 1.380649e-23 * 298.15 / 1.602176634e-19
    let fit = try NonlinearLeastSquares.bestFit(
      names: ["k_ps_per_v", "vt_v", "n"], starts: [[300, 0.45, 1.4], [1000, 0.40, 1.2]], x: data.x,
      y: data.observed
    ) { parameters, supply in
      let x = log1p(exp((supply - parameters[1]) / (2 * parameters[2] * thermal)))
      return log(parameters[0] * supply / (x * x))
    }
    #expect(abs(100 * fit.rootMeanSquare - 11.9) < 0.05)
    // The threshold that scipy's `least_squares` finds.
    #expect(abs(fit.parameters[1] - 0.38797) < 1e-4)
  }

  @Test(
    "an independent factor a gate, of the law's slope in Vt, gives the spread of a 4-gate chain within 7 percent from 0.35 to 0.70 V, 25 percent low at 1.0 V"
  )
  func independentFactors() throws {
    let parameters = try #require(node.gates["INV.Y"]).delay.fit.parameters
    let (threshold, theta) = (parameters[1], parameters[3])
    let width = 2 * parameters[2] * 1.380649e-23 * 298.15 / 1.602176634e-19
    // The mean of both transistors' sigmas; four gates: half of one gate's spread of ln t.
    func chain(_ supply: Double) -> Double {
      let u = (supply - threshold) / width
      let x = log1p(exp(u))
      let slope = (2 / x - theta / (1 + theta * x)) / (1 + exp(-u)) / width
      return 0.0295 * slope / 2
    }
    for (supply, sigma) in VariationTests.highPerformance {
      #expect(abs(chain(supply) / sigma - 1) < 0.07, "\(supply) V: \(chain(supply) / sigma)")
    }
    #expect(abs(chain(1) / 0.0456 - 0.74) < 0.02)
  }

  @Test(
    "read failures at 0.70 and 0.80 V stay near the simulated cells, and fall slower than silicon's"
  )
  func readFailures() throws {
    // ptm45_hp_sram_read.csv: 1.520e-6 and 3.287e-9 of either lobe, halved; the parabola in z is off by
    // 0.08 and 0.12 there.
    let failures = try #require(node.sram).failures
    for (supply, either) in [(0.70, 1.520e-6), (0.80, 3.287e-9)] {
      let ratio = failures.bitErrorRate(at: Voltage(supply)) / (either / 2)
      #expect(abs(log(ratio)) < log(2.2), "\(supply) V: \(ratio)")
    }
    // dz/dV at 0.60 V, where each measured set has data or lies below it.
    let slope = failures.fit.parameters[1] + 2 * failures.fit.parameters[2] * 0.60
    for law in ["sram_vc707", "sram_kc705b", "sram_65nm"] {
      let measured = try MemoryLawTests.failures(of: law).fit.parameters
      #expect(slope < 1 / measured[1], "\(law)")
    }
  }
}
