import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@Suite("45 nm between 0 and 85 °C")
struct TemperatureTests {
  static let cold = Temperature(celsius: 0)
  static let room = Temperature(celsius: 25)
  static let hot = Temperature(celsius: 85)

  @Test("hot is faster below about 0.39 V and slower above (HP)")
  func inversion() throws {
    // Reference file of the project's definitions.
    let cold = try ShippedTechnologiesTests.read("ptm45_hp_0_85c", at: Self.cold)
    let hot = try ShippedTechnologiesTests.read("ptm45_hp_0_85c", at: Self.hot)
    func ratio(_ supply: Double) throws -> Double {
      try hot.delay(of: "INV.Y", at: Voltage(supply)) / cold.delay(of: "INV.Y", at: Voltage(supply))
    }
    var (low, high) = (0.30, 0.50)
    #expect(try ratio(low) < 0.6)
    #expect(try ratio(high) > 1.5)
    while high - low > 1e-4 {
      let middle = (low + high) / 2
      if try ratio(middle) < 1 { low = middle } else { high = middle }
    }
    #expect(abs(low - 0.39) < 0.01, "\(low)")
  }

  @Test(
    "25 °C from the rows at 0 and 85 °C: the RMS over all cells and supplies is small",
    arguments: [
      ("ptm45_hp_0_85c", 0.020, 0.010, 0.045), ("ptm45_lp", 0.025, 0.012, 0.16),
    ])
  func leaveOneOut(name: String, delay: Double, energy: Double, leakage: Double) throws {
    let folder = try TemporaryFolder()
    let path = try folder.technology(name) { $0 }
    let file = "\(name == "ptm45_lp" ? "ptm45_lp" : "ptm45_hp")_cells_0_85c.csv"
    let rows = try InputFile.text(of: folder.file(file)).split(separator: "\n")
    let kept = rows.filter { !$0.contains(",25,0.") && !$0.contains(",25,1") }
    #expect(rows.count - kept.count == 144)
    // `drain_coupled` looks at the rows of the colder temperature then; delays have no shift here.
    _ = try folder.write(kept.joined(separator: "\n") + "\n", to: file)
    let without = try TechnologyReader.read(path, at: Self.room).node
    let with = try ShippedTechnologiesTests.read(name)
    #expect(without.temperatures == [Self.cold, Self.hot])
    #expect(with.temperatures == [Self.room])
    var squares = (delay: 0.0, energy: 0.0, leakage: 0.0, count: 0.0)
    for (gate, expected) in with.gates {
      let predicted = try #require(without.gates[gate])
      for step in 0...17 {
        let supply = Voltage(0.25 + 0.05 * Double(step))
        let ratios = (
          predicted.delay.delay(at: supply) / expected.delay.delay(at: supply),
          predicted.energy.energy(at: supply) / expected.energy.energy(at: supply),
          predicted.leakage.power(at: supply) / expected.leakage.power(at: supply)
        )
        squares.delay += log(ratios.0) * log(ratios.0)
        squares.energy += log(ratios.1) * log(ratios.1)
        squares.leakage += log(ratios.2) * log(ratios.2)
        squares.count += 1
      }
    }
    #expect((squares.delay / squares.count).squareRoot() < delay)
    #expect((squares.energy / squares.count).squareRoot() < energy)
    #expect((squares.leakage / squares.count).squareRoot() < leakage)
  }

  @Test("a temperature between lies between its neighbors and meets them")
  func between() throws {
    let room = try ShippedTechnologiesTests.read("ptm45_lp", at: Self.room)
    let hot = try ShippedTechnologiesTests.read("ptm45_lp", at: Self.hot)
    let warm = try ShippedTechnologiesTests.read("ptm45_lp", at: Temperature(celsius: 50))
    let nearly = try ShippedTechnologiesTests.read("ptm45_lp", at: Temperature(celsius: 84.4))
    #expect(warm.temperatures == [Self.room, Self.hot] && nearly.temperatures.count == 2)
    let supply = Voltage(0.5)
    let delays = try [room, warm, hot].map { try $0.delay(of: "FA.S", at: supply).value }
    #expect(delays[0] > delays[1] && delays[1] > delays[2])
    let leakages = try [room, warm, hot].map {
      try $0.leakage(of: "NAND2", pins: ["Y"], at: supply).value
    }
    #expect(leakages[0] < leakages[1] && leakages[1] < leakages[2])
    let close = try nearly.delay(of: "FA.S", at: supply) / hot.delay(of: "FA.S", at: supply)
    #expect(abs(close - 1) < 0.01)
  }

  @Test("outside the measured temperatures there is no law")
  func outside() throws {
    let error = #expect(throws: InputError.self) {
      try ShippedTechnologiesTests.read("ptm45_lp", at: Temperature(celsius: 100))
    }
    #expect(
      error?.description.contains(
        "was measured at 273.15 … 358.15 K, not at the technology's 373.15 K: a law holds inside the "
          + "temperatures of its data") == true)
  }
}
