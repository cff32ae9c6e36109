import Accelerators
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Flip-flops made of measured inverters")
struct FlipFlopTests {
  /// A supply, and femtojoules and nanowatts of a flip-flop there.
  struct Own: Sendable {
    let volts: Double
    let clock: Double
    let change: Double
    let leakage: Double
  }

  /// `dfxtp_1` of sky130_fd_sc_hd at -40 degrees, from its Liberty data (skywater-pdk-libs-sky130_fd_sc_hd,
  /// 7343e0e05fa0 and 8fbd4642cf71), at the ramp of a chain of inverters that drive four each: internal
  /// energy of both edges of the clock; of a change of the output, a mean of rise and fall, with C·V²/2 of
  /// four inverters' inputs, and of the change of the input before it; leakage.
  static let published: [(corner: String, own: [Own])] = [
    (
      "ff",
      [
        Own(volts: 1.56, clock: 29.56, change: 1.71 + 14.085 + 10.435, leakage: 0.001007),
        Own(volts: 1.65, clock: 33.04, change: 1.89 + 15.856 + 11.914, leakage: 0.001971),
        Own(volts: 1.76, clock: 37.61, change: 2.13 + 17.934 + 13.853, leakage: 0.004304),
      ]
    ),
    (
      "ss",
      [
        Own(volts: 1.28, clock: 9.57, change: 1.23 + 12.911 + 6.203, leakage: 0.000150),
        Own(volts: 1.35, clock: 11.74, change: 1.38 + 13.915 + 6.962, leakage: 0.000223),
        Own(volts: 1.40, clock: 14.56, change: 1.48 + 14.135 + 7.640, leakage: 0.000310),
      ]
    ),
  ]

  @Test("they cost 1.7 to 3.2 times what a library's own does", arguments: published)
  func besideALibrary(corner: String, own: [Own]) throws {
    let technology = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/sky130_\(corner)_n40c.yaml"), needing: []
    ).node
    for own in own {
      let model = try FlipFlop(technology: technology, supply: Voltage(own.volts))
      let clock = model.clockEnergy.in(.femto) / own.clock
      let change = model.toggleEnergy.in(.femto) / own.change
      let leakage = model.leakage.value * 1e9 / own.leakage
      #expect((1.65...3.3).contains(clock), "\(own.volts) V: \(clock)")
      #expect((1.85...2.45).contains(change), "\(own.volts) V: \(change)")
      #expect((0.75...1.5).contains(leakage), "\(own.volts) V: \(leakage)")
    }
  }
}
