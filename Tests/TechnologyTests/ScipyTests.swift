import Files
import Fitting
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

/// `Tests/Golden/scipy_fits.csv` holds what scipy's `least_squares` makes of the same data, the laws
/// written anew, with exact Jacobians. To make it anew:
/// `python3 Tests/Tools/scipy_fits.py > Tests/Golden/scipy_fits.csv`.
@Suite("Fits equal scipy's")
struct ScipyTests {
  struct Recorded {
    let value: Double
    let error: Double?
  }

  /// By law, gate and parameter.
  typealias Fits = [String: Recorded]

  /// By technology and temperature.
  static func recorded() throws -> [String: Fits] {
    let table = try CSVTable(
      contentsOf: Repository.path("Tests/Golden/scipy_fits.csv"),
      requiring: [
        "technology", "temperature_k", "law", "gate", "parameter", "value", "standard_error",
      ])
    var fits: [String: Fits] = [:]
    for row in table.rows {
      let technology = try table.text(row, "technology") + "@" + table.text(row, "temperature_k")
      let key =
        try table.text(row, "law") + " " + table.text(row, "gate") + " "
        + table.text(row, "parameter")
      fits[technology, default: [:]][key] = Recorded(
        value: try table.number(row, "value"),
        error: Double(try table.text(row, "standard_error")))
    }
    return fits
  }

  static func expect(
    _ fit: FitResult, _ law: String, _ gate: String, in fits: Fits, _ technology: String
  ) throws -> Int {
    for (index, name) in fit.names.enumerated() {
      let key = "\(law) \(gate) \(name)"
      let recorded = try #require(fits[key], "\(technology) \(key)")
      let tolerance = 1e-5 * abs(recorded.value)
      #expect(
        abs(fit.parameters[index] - recorded.value) <= tolerance,
        "\(technology) \(key): \(fit.parameters[index]) against \(recorded.value)")
      guard let error = recorded.error else { continue }
      #expect(
        abs(fit.standardErrors[index] / error - 1) < 1e-3,
        "\(technology) \(key): error \(fit.standardErrors[index]) against \(error)")
    }
    return fit.names.count
  }

  @Test(
    "parameters to 1e-5, standard errors to 1e-3, for every law of every shipped technology",
    arguments: [
      ("ptm45_hp", [298.15]), ("ptm45_hp_0_85c", [273.15, 298.15, 358.15]),
      ("ptm45_lp", [273.15, 298.15, 358.15]), ("ptm32_hp", [298.15]), ("ptm32_lp", [298.15]),
      ("ptm22_hp", [298.15]), ("ptm22_lp", [298.15]), ("sky130_ss_n40c", [233.15]),
      ("sky130_ff_n40c", [233.15]),
    ])
  func technologies(name: String, temperatures: [Double]) throws {
    let all = try Self.recorded()
    for kelvin in temperatures {
      let key = "\(name)@" + CellValue.format(kelvin, digits: 6)
      let fits = try #require(all[key], "\(key)")
      let node = try TechnologyReader.read(
        Repository.path("HardwareSpecs/Technology/\(name).yaml"), needing: [],
        at: Temperature(kelvin)
      ).node
      var compared = 0
      for (gate, model) in node.gates {
        compared += try Self.expect(model.delay.fit, "delay", gate, in: fits, name)
        compared += try Self.expect(model.energy.fit, "energy", gate, in: fits, name)
        compared += try Self.expect(model.leakage.fit, "leakage", gate, in: fits, name)
      }
      if let response = node.variation?.response {
        compared += try Self.expect(response.leakageSlope, "slope", "", in: fits, name)
        compared += try Self.expect(response.alphaPower, "alpha", "", in: fits, name)
      }
      #expect(compared == fits.count, "\(key)")
      if let sram = node.sram {
        let memory = try #require(all["\(name)@"])
        var laws = try Self.expect(sram.failures.fit, "sram", "", in: memory, name)
        if let area = sram.area {
          laws += try Self.expect(area.fit, "sram_area", "", in: memory, name)
        }
        if let leakage = sram.macroLeakage {
          laws += try Self.expect(leakage.fit, "sram_leakage", "", in: memory, name)
        }
        #expect(laws == memory.count)
      }
    }
  }

  @Test(
    "parameters to 1e-5, standard errors to 1e-3, for every memory law",
    arguments: ["sram_vc707", "sram_kc705b", "sram_65nm", "sram_ptm45_hp", "sram_ptm45_lp"])
  func memories(name: String) throws {
    let fits = try #require(try Self.recorded()["\(name)@"])
    let fit = try MemoryLawTests.failures(of: name).fit
    #expect(try Self.expect(fit, "sram", "", in: fits, name) == fits.count)
  }
}
