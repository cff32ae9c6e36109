import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@Suite("The shipped technologies")
struct ShippedTechnologiesTests {
  static func read(_ name: String, at temperature: Temperature? = nil) throws -> TechnologyNode {
    try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/\(name).yaml"), needing: [], at: temperature
    ).node
  }

  /// What a technology's laws must hold.
  struct Expected: Sendable {
    let name: String
    let range: ClosedRange<Double>
    let gates: Int
    /// Largest RMS of ln t, of E/V² over its mean, and of ln(P/V).
    let delay: Double
    let energy: Double
    let leakage: Double
  }

  @Test(
    "each law stays near its data, in its own range",
    arguments: [
      Expected(
        name: "ptm45_hp_0_85c", range: 0.25...1.10, gates: 6, delay: 0.0112, energy: 0.016,
        leakage: 0.021),
      Expected(
        name: "ptm45_lp", range: 0.25...1.10, gates: 6, delay: 0.0148, energy: 0.039,
        leakage: 0.019),
      Expected(
        name: "ptm32_hp", range: 0.25...1.10, gates: 6, delay: 0.0117, energy: 0.012,
        leakage: 0.024),
      Expected(
        name: "ptm32_lp", range: 0.30...1.10, gates: 6, delay: 0.0104, energy: 0.028,
        leakage: 0.043),
      Expected(
        name: "ptm22_hp", range: 0.25...1.10, gates: 6, delay: 0.0134, energy: 0.0095,
        leakage: 0.025),
      Expected(
        name: "ptm22_lp", range: 0.35...1.10, gates: 6, delay: 0.0101, energy: 0.025,
        leakage: 0.055),
      Expected(
        name: "sky130_ss_n40c", range: 1.28...1.76, gates: 33, delay: 0.0237, energy: 0.075,
        leakage: 0.105),
      Expected(
        name: "sky130_ff_n40c", range: 1.56...1.95, gates: 35, delay: 0.0013, energy: 0.035,
        leakage: 0.018),
      Expected(
        name: "asap7_rvt_tt", range: 0.70...0.70, gates: 32, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_lvt_tt", range: 0.70...0.70, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_slvt_tt", range: 0.70...0.70, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_rvt_ss", range: 0.63...0.63, gates: 32, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_rvt_ff", range: 0.77...0.77, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_lvt_ss", range: 0.63...0.63, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_lvt_ff", range: 0.77...0.77, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_slvt_ss", range: 0.63...0.63, gates: 29, delay: 0, energy: 0, leakage: 0),
      Expected(
        name: "asap7_slvt_ff", range: 0.77...0.77, gates: 29, delay: 0, energy: 0, leakage: 0),
    ])
  func residuals(expected: Expected) throws {
    let node = try Self.read(expected.name)
    #expect(node.gates.count == expected.gates)
    for (name, gate) in node.gates {
      #expect(gate.delay.range == expected.range, "\(name)")
      #expect(gate.delay.fit.rootMeanSquare <= expected.delay, "\(name)")
      #expect(gate.leakage.fit.rootMeanSquare <= expected.leakage, "\(name)")
      let middle = (expected.range.lowerBound + expected.range.upperBound) / 2
      let capacitance =
        gate.energy.energy(at: Voltage(middle)).in(.femto) / (middle * middle)
      #expect(gate.energy.fit.rootMeanSquare / capacitance <= expected.energy, "\(name)")
    }
    #expect(throws: TechnologyError.self) {
      try node.delay(of: "INV.Y", at: Voltage(expected.range.lowerBound - 0.01))
    }
    #expect(throws: TechnologyError.self) {
      try node.delay(of: "INV.Y", at: Voltage(expected.range.upperBound + 0.01))
    }
  }

  @Test("every technology file of the folder is read by these tests")
  func complete() throws {
    let folder = Repository.path("HardwareSpecs/Technology")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let names = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(
      Set(names) == [
        "ptm45_hp", "ptm45_hp_0_85c", "ptm45_lp", "ptm32_hp", "ptm32_lp", "ptm22_hp", "ptm22_lp",
        "sky130_ss_n40c", "sky130_ff_n40c", "asap7_rvt_tt", "asap7_lvt_tt", "asap7_slvt_tt",
        "asap7_rvt_ss", "asap7_lvt_ss", "asap7_slvt_ss", "asap7_rvt_ff", "asap7_lvt_ff",
        "asap7_slvt_ff",
        "sram_vc707", "sram_kc705b", "sram_65nm", "sram_ptm45_hp", "sram_ptm45_lp",
      ])
    let licences = try InputFile.text(of: folder + "/asap7_LICENSE.txt")
    #expect(licences.contains("Redistributions of source code must retain the above copyright"))
  }

  @Test("45 nm HP from 0 to 85 °C at 25 °C is the 25 °C technology, gate by gate")
  func sameAtRoomTemperature() throws {
    let one = try Self.read("ptm45_hp")
    let three = try Self.read("ptm45_hp_0_85c")
    for (name, gate) in one.gates {
      #expect(gate.delay.fit == three.gates[name]?.delay.fit)
      #expect(gate.energy == three.gates[name]?.energy)
      #expect(gate.leakage == three.gates[name]?.leakage)
    }
  }

  @Test("sky130's gates do not scale alike: 1.76 to 1.28 V, inverter x3.2, full-adder carry x4.7")
  func skywater() throws {
    // Reference file of the project's definitions, slow corner.
    let node = try Self.read("sky130_ss_n40c")
    func ratio(_ gate: String) throws -> Double {
      try node.delay(of: gate, at: Voltage(1.28)) / node.delay(of: gate, at: Voltage(1.76))
    }
    #expect(abs(try ratio("INV.Y") / 3.2 - 1) < 0.03)
    #expect(abs(try ratio("FA.CO") / 4.7 - 1) < 0.03)
    let generic = try ratio("FA.CO")
    #expect(try ratio("sky130_fd_sc_hd__fa_1.COUT") == generic)
    // 1.498 fJ internal and 6.203 fJ of the load.
    let energy = try node.switchingEnergy(of: "INV.Y", at: Voltage(1.28)).in(.femto)
    #expect(abs(energy / 7.701 - 1) < 0.01)
  }

  @Test(
    "ASAP7's corners are ordered: slow, typical, fast at their own supplies and temperatures",
    arguments: ["rvt", "lvt", "slvt"])
  func corners(threshold: String) throws {
    let delays = try [("ss", 0.63, 373.15), ("tt", 0.70, 298.15), ("ff", 0.77, 273.15)].map {
      corner, supply, kelvin in
      let node = try Self.read("asap7_\(threshold)_\(corner)")
      #expect(node.temperature == Temperature(kelvin))
      return try node.delay(of: "INV.Y", at: Voltage(supply)).in(.pico)
    }
    #expect(delays[0] > 1.2 * delays[1] && delays[1] > 1.2 * delays[2], "\(delays)")
    // The mean of the rise and the fall of INVx1 in the kit's slow RVT file, 31.4829 and 27.1963 ps.
    #expect(threshold != "rvt" || abs(delays[0] - 29.3396) < 1e-6)
  }

  @Test("a gate or a part that a technology lacks is named")
  func lacking() throws {
    let node = try Self.read("asap7_rvt_tt")
    let unknown = #expect(throws: TechnologyError.self) {
      try node.delay(of: "FA.S", at: Voltage(0.7))
    }
    #expect(
      unknown?.description
        == "the technology has no data for 'FA.S': it knows AND2x2_ASAP7_75t_R.Y, "
        + "AOI21xp33_ASAP7_75t_R.Y, AOI21xp5_ASAP7_75t_R.Y, AOI22xp33_ASAP7_75t_R.Y, "
        + "BUFx2_ASAP7_75t_R.Y, FAx1_ASAP7_75t_R.CON, FAx1_ASAP7_75t_R.SN, HAxp5_ASAP7_75t_R.CON …")
    let near = #expect(throws: TechnologyError.self) {
      try node.delay(of: "INV1.Y", at: Voltage(0.7))
    }
    #expect(near?.description.contains("'INV1.Y' (nearest is 'INV.Y'): it knows") == true)
    let memory = #expect(throws: TechnologyError.self) {
      try node.bitErrorRate(at: Voltage(0.7), extrapolating: true)
    }
    #expect(
      memory?.description
        == "technology 'asap7_rvt_tt' has no 'sram', which this needs: add it to its file, or choose "
        + "a technology that has it")
    #expect(throws: TechnologyError.self) { try node.bitCellLeakage(at: Voltage(0.7)) }
    let path = Repository.path("HardwareSpecs/Technology/ptm22_hp.yaml")
    let refused = #expect(throws: InputError.self) { try TechnologyReader.read(path) }
    #expect(
      refused?.description
        == "\(path): error: has no 'sram', no 'dram', no 'output_stage', which this needs: add them "
        + "(sram: {failures: FILE} takes another memory's law), or choose a technology that has "
        + "them")
  }
}
