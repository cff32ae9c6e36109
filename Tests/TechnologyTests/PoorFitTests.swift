import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@Suite("Laws that do not follow their data")
struct PoorFitTests {
  /// The alpha-power law from sub-threshold on, where it does not hold.
  private static func alphaPower(_ key: String) -> (String) -> String {
    { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        !["reference_gate:", "transition_data:", "leakage_to:", "alpha_from:"].contains {
          line.hasPrefix("  " + $0)
        }
      }
      return lines.joined(separator: "\n")
        .replacing("model: drain_coupled", with: "model: law_shift")
        .replacing(
          "  data: ptm45_hp_cells.csv",
          with: "  data: ptm45_hp_cells.csv\n  law: alpha_power\n  fit_from: 0.30 V\n"
            + "  fit_to: 0.85 V\(key)")
    }
  }

  private static func rejected(_ key: String) -> (String) -> String {
    { $0.replacing("failures: sram_ptm45_hp.yaml", with: "failures: sram_vc707.yaml\(key)") }
  }

  private static func read(
    _ name: String = "ptm45_hp", editing edit: (String) -> String
  ) throws -> TechnologyNode {
    let folder = try TemporaryFolder()
    return try TechnologyReader.read(folder.technology(name, editing: edit), needing: []).node
  }

  /// What the reader says of a technology, from the file's name on.
  private static func message(
    _ name: String = "ptm45_hp", editing edit: (String) -> String
  ) -> String {
    let error = #expect(throws: InputError.self) { try read(name, editing: edit) }
    guard let text = error?.description, let file = text.range(of: "edited.yaml") else { return "" }
    return String(text[file.lowerBound...])
  }

  @Test("the bound of each quantity is twice the worst shipped fit, rounded up to a percent")
  func bounds() throws {
    var worst: [PoorFit.Quantity: Double] = [:]
    let temperatures = ["ptm45_hp_0_85c": [273.15, 298.15, 358.15], "ptm45_lp": [273.15, 358.15]]
    for name in [
      "ptm45_hp", "ptm45_hp_0_85c", "ptm45_lp", "ptm32_hp", "ptm32_lp", "ptm22_hp", "ptm22_lp",
      "sky130_ss_n40c", "sky130_ff_n40c",
    ] {
      for kelvin in temperatures[name] ?? [.nan] {
        let node = try ShippedTechnologiesTests.read(
          name, at: kelvin.isNaN ? nil : Temperature(kelvin))
        #expect(node.poorFits.isEmpty)
        for gate in node.gates.values {
          for (quantity, fit) in [
            (PoorFit.Quantity.delay, gate.delay.fit), (.energy, gate.energy.fit),
            (.leakage, gate.leakage.fit),
          ] {
            worst[quantity] = max(worst[quantity] ?? 0, quantity.deviation(of: fit))
          }
        }
      }
    }
    for quantity in PoorFit.Quantity.allCases {
      let percent = try (2 * 100 * #require(worst[quantity])).rounded(.up)
      #expect(abs(percent / 100 - quantity.largestDeviation) < 1e-9, "\(quantity): \(percent) %")
    }
  }

  @Test("a delay that its cell cannot have leaves the law undetermined, which no key accepts")
  func undetermined() throws {
    for key in ["", "\n  accept_poor_fit: true"] {
      let folder = try TemporaryFolder()
      let path = try folder.technology {
        $0.replacing("  data: ptm45_hp_cells.csv", with: "  data: ptm45_hp_cells.csv\(key)")
      }
      let text = try InputFile.text(of: folder.file("ptm45_hp_cells.csv"))
      #expect(text.contains("inv,A,25,0.5,149.12,"))
      _ = try folder.write(
        text.replacing("inv,A,25,0.5,149.12,", with: "inv,A,25,0.5,0.001,"),
        to: "ptm45_hp_cells.csv")
      let error = #expect(throws: InputError.self) { try TechnologyReader.read(path) }
      #expect(
        error?.description
          == "\(path):\(key.isEmpty ? 11 : 12):23: error: 'INV.Y' (cell 'inv'): delay law "
          + "'ekv_saturation': the points do not determine 'k_ps_per_v' (its standard error is more "
          + "than ten times its value): give more points, or choose a law with fewer parameters")
    }
  }

  @Test("a law of cells that is off its data is refused at its cell, unless 'cells' accepts it")
  func deviation() throws {
    let message = Self.message(editing: Self.alphaPower(""))
    #expect(
      message
        == "edited.yaml:14:23: error: 'INV.Y' (cell 'inv'): the delay law 'alpha_power' is off its data "
        + "by 18.8 % (root mean square), more than the 5 % that it may be; choose another law or "
        + "range, or accept it by 'accept_poor_fit: true' under 'cells'")
    let node = try Self.read(editing: Self.alphaPower("\n  accept_poor_fit: true"))
    #expect(node.poorFits.count == 6 && node.poorFits.allSatisfy(\.isAccepted))
    #expect(node.poorFitNotes.count == 1)
    let note = try #require(node.poorFitNotes.first)
    #expect(
      note.hasPrefix("A poor fit is accepted: '") && note.contains("(the worst of 6 such laws)"))
    let wrong = Self.message(editing: Self.alphaPower("\n  accept_poor_fit: maybe"))
    #expect(wrong.hasSuffix("'maybe' is not true or false"))
  }

  @Test("a memory law that its data reject is refused, unless 'sram', not 'cells', accepts it")
  func rejection() throws {
    let words =
      "SRAM failures: the data reject the law 'probit': chi-squared 79.26 with 5 degrees of freedom "
      + "has a probability of 1.2e-15"
    #expect(
      Self.message("ptm45_hp_0_85c", editing: Self.rejected(""))
        == "edited.yaml:33:13: error: \(words); choose another law or range, or accept it by "
        + "'accept_poor_fit: true' under 'sram'")
    let elsewhere = Self.message("ptm45_hp_0_85c") {
      Self.rejected("")($0).replacing("cells:\n", with: "cells:\n  accept_poor_fit: true\n")
    }
    #expect(elsewhere.contains(words))
    let node = try Self.read(
      "ptm45_hp_0_85c", editing: Self.rejected("\n  accept_poor_fit: true"))
    #expect(node.poorFitNotes == ["A poor fit is accepted: \(words)."])
    let probability = try #require(node.rejectedMemoryLawProbability)
    #expect(abs(probability / 1.19656e-15 - 1) < 1e-3)
    #expect(
      try ShippedTechnologiesTests.read("ptm45_hp").rejectedMemoryLawProbability == nil)
  }
}
