import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

/// What `HardwareSpecs/Technology/ptm45_hp.yaml` must reproduce. The expected figures are those of an
/// independent fit of the same data with scipy's `least_squares` and of the data themselves.
@Suite("The 45 nm technology")
struct TechnologyNodeTests {
  let node: TechnologyNode

  init() throws {
    node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
  }

  @Test(
    "GSL finds scipy's delay parameters",
    arguments: [
      // gate, K ps/V, Vt V, n, theta, and their standard errors, RMS of ln t in percent
      (
        "INV.Y", [134.029, 0.48342, 1.38183, 0.61496], [21.835, 0.0064129, 0.0055594, 0.110768],
        1.0177
      ),
      (
        "NAND2.Y", [210.352, 0.47239, 1.37991, 0.44292], [22.939, 0.0045470, 0.0059212, 0.055833],
        1.0101
      ),
      (
        "NOR2.Y", [173.666, 0.48476, 1.38716, 0.54846], [24.262, 0.0056296, 0.0056105, 0.086108],
        1.0183
      ),
      (
        "XOR2.Y", [428.687, 0.46623, 1.36410, 0.32755], [34.098, 0.0034294, 0.0056057, 0.031838],
        0.9725
      ),
      (
        "FA.CO", [632.210, 0.46942, 1.39885, 0.29500], [54.400, 0.0038438, 0.0065988, 0.031928],
        1.1122
      ),
      (
        "FA.S", [750.336, 0.46881, 1.40081, 0.23657], [49.940, 0.0030509, 0.0057892, 0.021022],
        0.9944
      ),
    ])
  func delayParameters(gate: String, parameters: [Double], errors: [Double], rms: Double) throws {
    let fit = try #require(node.gates[gate]).delay.fit
    for index in 0..<4 {
      #expect(abs(fit.parameters[index] / parameters[index] - 1) < 1e-4)
      #expect(abs(fit.standardErrors[index] / errors[index] - 1) < 1e-2)
    }
    #expect(abs(100 * fit.rootMeanSquare - rms) < 0.001)
    #expect(fit.range == 0.25...1.10)
  }

  @Test(
    "the inverter's delay stays within 2 percent of the simulated one, from 0.30 V to 1.0 V",
    arguments: [
      (0.30, 7870.0), (0.35, 2540), (0.40, 876), (0.45, 335), (0.50, 149), (0.60, 50.9),
      (0.70, 28.6), (0.80, 20.3), (1.00, 13.8),
    ])
  func inverterDelay(supply: Double, picoseconds: Double) throws {
    let delay = try node.delay(of: "INV.Y", at: Voltage(supply))
    #expect(abs(delay.in(.pico) / picoseconds - 1) < 0.021)
  }

  @Test("0.50 V against 1.0 V: ten times the delay, a quarter of the energy")
  func nearThreshold() throws {
    let (low, high) = (Voltage(0.5), Voltage(1))
    let delay = try node.delay(of: "INV.Y", at: low) / node.delay(of: "INV.Y", at: high)
    #expect(abs(delay / 10.8 - 1) < 0.03)
    let energy =
      try node.switchingEnergy(of: "INV.Y", at: low)
      / node.switchingEnergy(of: "INV.Y", at: high)
    #expect(abs(energy / 0.236 - 1) < 0.02)
  }

  @Test("energy and leakage laws stay near every datum")
  func energyResiduals() throws {
    for (name, gate) in node.gates {
      let c0 = gate.energy.fit.parameters[0]
      #expect(gate.energy.fit.largestResidual / c0 < 0.025, "\(name)")
      #expect(gate.leakage.fit.largestResidual < 0.04, "\(name)")
    }
  }

  @Test("a full adder whose carry and sum both switch takes the energy measured for both")
  func fullAdderEnergy() throws {
    // ptm45_hp_cells.csv at 1.0 V: fa_co 6.2963 fJ (both switch), fa_s 3.2394 fJ (the sum alone).
    let carry = try node.switchingEnergy(of: "FA.CO", at: Voltage(1)).in(.femto)
    let sum = try node.switchingEnergy(of: "FA.S", at: Voltage(1)).in(.femto)
    #expect(abs(sum / 3.2394 - 1) < 0.02)
    #expect(abs((carry + sum) / 6.2963 - 1) < 0.02)
  }

  @Test(
    "read failures follow the simulated cells, halved for random data",
    arguments: [
      (0.30, 1.927e-1), (0.35, 1.255e-1), (0.40, 6.546e-2), (0.45, 2.663e-2), (0.50, 8.326e-3),
      (0.55, 1.816e-3), (0.60, 2.606e-4),
    ])
  func readFailures(supply: Double, eitherLobe: Double) throws {
    let (rate, isExtrapolated) = try node.bitErrorRate(at: Voltage(supply), extrapolating: false)
    #expect(!isExtrapolated)
    #expect(abs(rate / (eitherLobe / 2) - 1) < 0.25)
  }

  @Test("the SRAM law's chi-squared accepts the parabola and rejects the straight line")
  func readFailureLaw() throws {
    #expect(try #require(node.sram).failures.fit.reducedChiSquared < 1)
    let folder = try TemporaryFolder()
    let copied = try folder.technology {
      $0.replacing("law: probit_quadratic", with: "law: probit\n  accept_poor_fit: true")
    }
    let straight = try #require(TechnologyReader.read(copied).node.sram).failures.fit
    #expect(abs(straight.reducedChiSquared - 4.75) < 0.3)
  }

  @Test("the measured silicon set gives its published law")
  func measuredSilicon() throws {
    let folder = try TemporaryFolder()
    let copied = try folder.technology {
      $0.replacing("law: probit_quadratic", with: "law: probit\n  accept_poor_fit: true")
        .replacing("ptm45_hp_sram_read.csv", with: "sram_vc707_measured.csv")
        .replacing("fit_from: 0.30 V", with: "fit_from: 0.54 V")
    }
    let fit = try #require(TechnologyReader.read(copied).node.sram).failures.fit
    // mean 0.4334 V, sigma 0.0334 V by an independent fit.
    #expect(abs(fit.parameters[0] - 0.4334) < 0.002)
    #expect(abs(fit.parameters[1] - 0.0334) < 0.001)
  }

  @Test("a supply outside the fitted range is an error, or marked where it was asked for")
  func outsideRange() throws {
    #expect(throws: TechnologyError.self) { try node.delay(of: "INV.Y", at: Voltage(0.2)) }
    #expect(throws: TechnologyError.self) {
      try node.bitErrorRate(at: Voltage(1), extrapolating: false)
    }
    let (rate, isExtrapolated) = try node.bitErrorRate(at: Voltage(1), extrapolating: true)
    #expect(isExtrapolated && rate < 1e-12)
    #expect(throws: TechnologyError.self) { try node.delay(of: "MUX2.Y", at: Voltage(1)) }
  }
}
