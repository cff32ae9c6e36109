import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

/// μ and σ are those of the reference file of the project's definitions, from an independent fit.
@Suite("SRAM failure laws")
struct MemoryLawTests {
  /// The 45 nm technology with another memory law, also one that its data reject.
  static func failures(of law: String) throws -> BitCellFailureModel {
    let folder = try TemporaryFolder()
    let path = try folder.technology("ptm45_hp_0_85c") {
      $0.replacing(
        "failures: sram_ptm45_hp.yaml", with: "failures: \(law).yaml\n  accept_poor_fit: true")
    }
    return try #require(try TechnologyReader.read(path).node.sram).failures
  }

  /// ½·erfc((V − μ)/(σ√2)).
  private static func probit(mean: Double, sigma: Double) -> (Double) -> Double {
    { 0.5 * erfc(($0 - mean) / (sigma * 2.0.squareRoot())) }
  }

  @Test(
    "the measured sets give the published mean and spread, each in its own range",
    arguments: [
      ("sram_vc707", 0.4334, 0.0334, 0.54...0.60), ("sram_kc705b", 0.3977, 0.0367, 0.53...0.59),
      ("sram_65nm", 0.341, 0.0736, 0.50...0.55),
    ])
  func measured(law: String, mean: Double, sigma: Double, range: ClosedRange<Double>) throws {
    let model = try Self.failures(of: law)
    #expect(model.law == .probit)
    #expect(model.fit.range == range)
    // KC705-B's stated law is of other weights: ours ends 1.0 mV lower (`kc705b`).
    #expect(abs(model.fit.parameters[0] - mean) < 0.0012)
    #expect(abs(model.fit.parameters[1] - sigma) < 0.0003)
    // What tells the laws apart where bits were counted: their rates.
    let stated = Self.probit(mean: mean, sigma: sigma)
    for supply in [range.lowerBound, range.upperBound] {
      let ratio = model.bitErrorRate(at: Voltage(supply)) / stated(supply)
      #expect(abs(ratio - 1) < 0.05, "\(law) at \(supply) V: \(ratio)")
    }
  }

  @Test("KC705-B's law by its counts is 1 mV from the stated one, less than half a standard error")
  func kc705b() throws {
    let fit = try Self.failures(of: "sram_kc705b").fit
    // scipy's `least_squares` with the same weights; the likeliest binomial law has 0.3973, 0.0368.
    #expect(abs(fit.parameters[0] - 0.39669) < 2e-5)
    #expect(abs(fit.parameters[1] - 0.03692) < 1e-5)
    #expect(abs(fit.parameters[0] - 0.3977) < 0.5 * fit.standardErrors[0])
    #expect(abs(fit.parameters[1] - 0.0367) < 0.5 * fit.standardErrors[1])
  }

  @Test("two published points give the law that passes through them, without an error")
  func exact() throws {
    let model = try Self.failures(of: "sram_65nm")
    #expect(abs(model.bitErrorRate(at: Voltage(0.55)) / 2.3e-3 - 1) < 1e-9)
    #expect(abs(model.bitErrorRate(at: Voltage(0.50)) / 1.56e-2 - 1) < 1e-9)
    #expect(model.fit.degreesOfFreedom == 0)
    let errors = model.fit.standardErrors
    #expect(errors.filter { $0.isNaN }.count == 2)
    #expect(model.fit.chiSquaredProbability == nil)
  }

  @Test("a law in a file of its own is the same as one in place")
  func ownFile() throws {
    let inPlace = try TechnologyReader.read(
      Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    ).node.sram
    #expect(try Self.failures(of: "sram_ptm45_hp") == inPlace?.failures)
  }

  @Test(
    "a law's own file has the parameters that a technology gets from it",
    arguments: ["sram_vc707", "sram_kc705b", "sram_65nm", "sram_ptm45_hp", "sram_ptm45_lp"])
  func alone(name: String) throws {
    let path = Repository.path("HardwareSpecs/Technology/\(name).yaml")
    #expect(MemoryLaw.isLaw(try StrictYAML(contentsOf: path)))
    let law = try MemoryLaw(contentsOf: path)
    // A law through as many points as it has parameters has no χ²: not equal to itself.
    #expect(try "\(law.failures)" == "\(Self.failures(of: name))")
    #expect(law.fitTable.rows.count == law.failures.fit.parameters.count)
    #expect((law.poorFit != nil) == (name == "sram_vc707"))
    let technology = Repository.path("HardwareSpecs/Technology/ptm45_hp.yaml")
    #expect(!MemoryLaw.isLaw(try StrictYAML(contentsOf: technology)))
  }

  @Test("one of the two 28 nm boards disagrees with any straight line of its counts")
  func chiSquared() throws {
    // Its counts are so large that it shows structure far below the law's precision.
    #expect(try #require(Self.failures(of: "sram_vc707").fit.chiSquaredProbability) < 1e-3)
    #expect(try #require(Self.failures(of: "sram_kc705b").fit.chiSquaredProbability) > 0.02)
    #expect(try #require(Self.failures(of: "sram_ptm45_lp").fit.chiSquaredProbability) > 0.5)
  }
}
