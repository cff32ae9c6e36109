import Accelerators
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Flip-flops made of measured inverters")
struct FlipFlopTests {
  /// `dfxtp_1` of sky130_fd_sc_hd at the fast corner, -40 degrees, from the Liberty data of
  /// skywater-pdk-libs-sky130_fd_sc_hd 7343e0e05fa0, at the ramp of a chain of inverters that drive four
  /// each: internal energy of both edges of the clock; of a change of the output, a mean of rise and
  /// fall, with C·V²/2 of four inverters' inputs, and of the change of the input before it; leakage.
  private static let published: [(volts: Double, clock: Double, change: Double, leakage: Double)] =
    [
      (1.56, 29.56, 1.71 + 14.085 + 10.435, 0.001007),
      (1.65, 33.04, 1.89 + 15.856 + 11.914, 0.001971),
      (1.76, 37.61, 2.13 + 17.934 + 13.853, 0.004304),
    ]

  @Test(
    "they cost more than a library's own: under twice for a clock cycle, 2.5 times for a change")
  func besideALibrary() throws {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/sky130_ff_n40c.yaml"), needing: []
    ).node
    for own in Self.published {
      let model = try FlipFlop(technology: technology, supply: Voltage(own.volts))
      let clock = model.clockEnergy.in(.femto) / own.clock
      let change = model.toggleEnergy.in(.femto) / own.change
      let leakage = model.leakage.value * 1e9 / own.leakage
      #expect((1.67...1.75).contains(clock), "\(own.volts) V: \(clock)")
      #expect((2.35...2.45).contains(change), "\(own.volts) V: \(change)")
      #expect((1.35...1.49).contains(leakage), "\(own.volts) V: \(leakage)")
    }
  }
}
