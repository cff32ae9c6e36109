import Foundation
import Quantities
import Technology
import TestSupport
import Testing

/// Own ngspice runs of 200 dies on the 45 nm cards (σ 34.6 mV n, 24.4 mV p): σ of ln t of a chain of
/// four inverters. Their own standard error is 5 %, the same dies at every voltage.
@Suite("Path spread over dies")
struct VariationTests {
  static let highPerformance = [
    (supply: 0.35, sigma: 0.3629), (0.40, 0.3346), (0.45, 0.2961), (0.50, 0.2446), (0.55, 0.1896),
    (0.60, 0.1445), (0.70, 0.0918),
  ]
  static let monteCarlo: [String: [(supply: Double, sigma: Double)]] = [
    "ptm45_hp": highPerformance, "ptm45_hp_0_85c": highPerformance,
    "ptm45_lp": [
      (0.35, 0.4106), (0.40, 0.3986), (0.45, 0.3798), (0.50, 0.3553), (0.55, 0.3252),
      (0.60, 0.2859), (0.70, 0.1864),
    ],
  ]

  /// σ of ln t of a chain of inverters, each with a shift of its own.
  static func spread(_ node: TechnologyNode, supply: Double, gates: Int, dies: Int) throws -> Double
  {
    let law = try node.model(of: "INV.Y", at: Voltage(supply)).delay
    var logarithms: [Double] = []
    for die in 0..<dies {
      let shifts = node.thresholdShifts(die: UInt64(die), seed: 7, count: gates)
      let delay = shifts.reduce(0.0) {
        $0 + law.delay(at: Voltage(supply), thresholdShift: $1).value
      }
      logarithms.append(log(delay))
    }
    let mean = logarithms.reduce(0, +) / Double(dies)
    let square = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (square / Double(dies - 1)).squareRoot()
  }

  @Test(
    "agrees with the Monte Carlo runs within 10 percent from 0.35 to 0.70 V, nothing fitted on dies",
    arguments: ["ptm45_hp", "ptm45_hp_0_85c", "ptm45_lp"])
  func pathSpread(name: String) throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/\(name).yaml")
    ).node
    for (supply, sigma) in try #require(Self.monteCarlo[name]) {
      let ratio = try Self.spread(node, supply: supply, gates: 4, dies: 8000) / sigma
      #expect(ratio > 0.90 && ratio < 1.10, "\(name) at \(supply) V: \(ratio)")
    }
  }

  /// The same technology with nothing but a shift of its laws, σ the mean of both transistors'.
  static func plain() throws -> TechnologyNode {
    let folder = try TemporaryFolder()
    let path = try folder.technology { text in
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      lines.removeAll { line in
        ["model:", "sigma_p:", "reference_gate:", "transition_data:", "leakage_to:", "alpha_from:"]
          .contains { line.hasPrefix("  " + $0) }
      }
      return lines.joined(separator: "\n").replacing("sigma_n: 34.6 mV", with: "sigma: 29.5 mV")
    }
    return try TechnologyReader.read(path).node
  }

  @Test("a plain shift of the laws spreads more below 0.6 V, at most 16 percent: the safe side")
  func plainSpread() throws {
    // Independent gates overstate it where the slow edge of one gate smooths the next.
    let node = try Self.plain()
    for (supply, sigma) in Self.highPerformance {
      let ratio = try Self.spread(node, supply: supply, gates: 4, dies: 8000) / sigma
      #expect(ratio > 0.98 && ratio < 1.16, "\(supply) V: \(ratio)")
    }
  }

  @Test(
    "high-performance dies still agree within 12 percent at 1.0 V, where a plain shift is 25 low")
  func nominal() throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let plain = try Self.plain()
    let sigma = 0.0456
    let ratio = try Self.spread(node, supply: 1, gates: 4, dies: 8000) / sigma
    #expect(ratio > 0.88 && ratio < 1, "\(ratio)")
    #expect(try Self.spread(plain, supply: 1, gates: 4, dies: 8000) / sigma < 0.80)
  }

  @Test("barrier lowering and the ramp are those of the typical die's rows")
  func response() throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp_0_85c.yaml")
    ).node
    let response = try #require(node.variation?.response)
    // ln(0.050005/0.40 / (0.016298/0.25))/0.15 V = 4.34/V; times n·φT = 1.3818·25.693 mV.
    #expect(abs(response.leakageSlope.parameters[1] - 4.34) < 0.02)
    #expect(abs(response.coupling - (1 - 4.34 * 1.3818 * 0.025693)) < 0.001)
    // 134.3 ps from 20 to 80 %, 149.12 ps delay at 0.50 V.
    #expect(abs(response.transitionRatio(at: 0.5) - 134.3 / 0.6 / 149.12) < 1e-9)
    let between = (response.transitionRatio(at: 0.5) + response.transitionRatio(at: 0.55)) / 2
    #expect(abs(response.transitionRatio(at: 0.525) - between) < 1e-9)
    let square = (34.6 * 34.6 + 24.4 * 24.4) / 2
    #expect(abs(node.thresholdSigma - 1e-3 * square.squareRoot()) < 1e-9)
  }

  @Test("a gate without a shift has the law's own delay, and the effect of a shift is monotone")
  func monotone() throws {
    let node = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node
    let plain = try Self.plain()
    for supply in [0.25, 0.35, 0.5, 0.8, 1.1] {
      let volts = Voltage(supply)
      let expected = try plain.delay(of: "INV.Y", at: volts)
      #expect(try node.delay(of: "INV.Y", at: volts) == expected)
      var last = 0.0
      for step in -20...20 {
        let delay = try node.delay(
          of: "INV.Y", at: volts, thresholdShift: Double(step) * 0.01
        ).value
        #expect(delay > last)
        last = delay
      }
    }
  }
}
