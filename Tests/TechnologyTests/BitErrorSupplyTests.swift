import Files
import Fitting
import Quantities
import Technology
import TestSupport
import Testing

/// The inverse of a memory's failure law.
@Suite("The supply of a rate of wrong bits")
struct BitErrorSupplyTests {
  private static let laws = [
    "sram_vc707", "sram_kc705b", "sram_65nm", "sram_ptm45_hp", "sram_ptm45_lp",
  ]

  @Test(
    "every shipped law falls with the supply over its range, where it and its inverse agree",
    arguments: laws)
  func roundTrip(law: String) throws {
    let model = try MemoryLawTests.failures(of: law)
    #expect(model.isFalling)
    let range = model.fit.range
    for step in 0...20 {
      let supply =
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / 20
      let rate = model.bitErrorRate(at: Voltage(supply))
      let found = try #require(model.supply(ofBitErrorRate: rate))
      #expect(abs(found.value / supply - 1) < 1e-9, "\(supply) V")
    }
    for rate in [1e-12, 1e-6, 1e-4, 0.001, 0.01, 0.05, 0.1, 0.15, 0.2] {
      let supply = try #require(model.supply(ofBitErrorRate: rate))
      #expect(abs(model.bitErrorRate(at: supply) / rate - 1) < 1e-9, "\(rate) at \(supply)")
    }
  }

  /// By weighted least squares on the same data in numpy, and the quadratic formula.
  @Test(
    "the rates of the study of memory errors, at the supplies of an independent fit",
    arguments: [(0.001, 0.549307), (0.01, 0.461768), (0.05, 0.365468), (0.10, 0.300984)])
  func golden(rate: Double, supply: Double) throws {
    let node = try ShippedTechnologiesTests.read("ptm45_hp")
    let found = try #require(try node.memorySupply(ofBitErrorRate: rate, extrapolating: false))
    #expect(abs(found.supply.value - supply) < 1e-5)
    #expect(!found.isExtrapolated)
  }

  @Test("outside the fitted range a supply is given where that is asked for, and says so")
  func outside() throws {
    let node = try ShippedTechnologiesTests.read("ptm45_hp")
    #expect(try node.memorySupply(ofBitErrorRate: 0.2, extrapolating: false) == nil)
    let low = try #require(try node.memorySupply(ofBitErrorRate: 0.2, extrapolating: true))
    #expect(low.isExtrapolated && abs(low.supply.value - 0.193432) < 1e-5)
    let high = try #require(try node.memorySupply(ofBitErrorRate: 1e-12, extrapolating: true))
    #expect(high.isExtrapolated && high.supply > Voltage(0.8))
    #expect(try node.memorySupply(ofBitErrorRate: 0, extrapolating: true) == nil)
    // The parabola's vertex, at 0.02 V, has 28 % of bits wrong: no supply has more.
    for rate in [0.29, 0.4, 0.5] {
      #expect(try node.memorySupply(ofBitErrorRate: rate, extrapolating: true) == nil)
    }
    let none = try ShippedTechnologiesTests.read("asap7_rvt_tt")
    #expect(throws: TechnologyError.self) {
      try none.memorySupply(ofBitErrorRate: 0.1, extrapolating: true)
    }
  }

  @Test("half of all bits are wrong at the mean of a straight law; beyond 0 V there is no supply")
  func straight() throws {
    let model = try MemoryLawTests.failures(of: "sram_vc707")
    let middle = try #require(model.supply(ofBitErrorRate: 0.5))
    #expect(abs(middle.value - model.fit.parameters[0]) < 1e-12)
    let wide = try BitCellFailureModel(
      law: .probit, supplies: [0.1, 0.2], probabilities: [0.4, 0.3], sigmas: nil)
    #expect(wide.supply(ofBitErrorRate: 0.35) != nil && wide.supply(ofBitErrorRate: 0.9) == nil)
  }

  @Test("a law whose rate rises again within its range has no inverse")
  func rising() throws {
    let supplies = [0.3, 0.4, 0.5, 0.6]
    let bent = try BitCellFailureModel(
      law: .probitQuadratic, supplies: supplies,
      probabilities: [1.46, 1.05, 1.04, 1.45].map(Normal.upperTail),
      sigmas: nil)
    #expect(!bent.isFalling && bent.supply(ofBitErrorRate: 0.1) == nil)
  }
}
