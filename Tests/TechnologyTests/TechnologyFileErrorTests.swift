import Files
import Foundation
import Quantities
import Technology
import TestSupport
import Testing

@Suite("A technology file of another law, memory or variation that is wrong says where and how")
struct TechnologyFileErrorTests {
  private func message(
    of name: String, _ find: String, _ replace: String, dataFile: String? = nil,
    needing: Set<TechnologyPart> = []
  ) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.technology(name) {
      dataFile == nil ? $0.replacing(find, with: replace) : $0
    }
    if let dataFile {
      let text = try InputFile.text(of: folder.file(dataFile))
      #expect(text.contains(find))
      _ = try folder.write(text.replacing(find, with: replace), to: dataFile)
    }
    let error = #expect(throws: InputError.self) {
      try TechnologyReader.read(path, needing: needing)
    }
    return error?.description ?? "no error"
  }

  @Test(
    "in the YAML",
    arguments: [
      (
        "sky130_ss_n40c", "law: alpha_power", "law: alpha",
        "edited.yaml:12:8: error: 'alpha' is not known here: allowed: ekv_saturation, alpha_power, "
          + "single_supply"
      ),
      (
        "sky130_ss_n40c", "law: alpha_power", "law: single_supply",
        "the law 'single_supply' is for one supply, not 6: choose another law"
      ),
      (
        "sky130_ss_n40c", "law: alpha_power", "law: alpha_power\n  fit_to: 1.38 V",
        "2 points cannot determine 3 parameters and an error"
      ),
      (
        "sky130_ss_n40c", "law: alpha_power",
        "law: alpha_power\n  fit_from: 1.5 V\n  fit_to: 1.4 V", "'fit_from' is above 'fit_to'"
      ),
      (
        "sky130_ss_n40c", "law: alpha_power", "law: alpha_power\n  leakage_law: gidl",
        "'gidl' is not known here: allowed: quadratic, gate_induced, single_supply"
      ),
      (
        "sky130_ss_n40c", "threshold_variation: none", "threshold_variation: nothing",
        "write 'none' if there are no data, or a mapping with 'sigma' and 'source'"
      ),
      (
        "sky130_ss_n40c", "temperature: 233.15 K", "temperature: 298.15 K",
        "sky130_ss_n40c_cells.csv:6: error: was measured at 233.15 K, not at the technology's 298.15 K"
      ),
      (
        "asap7_rvt_tt", "threshold_variation: none",
        "threshold_variation: {sigma: 30 mV, source: guess}",
        "the delay law 'single_supply' has no threshold to shift: write 'none' here"
      ),
      (
        "ptm45_lp", "model: drain_coupled", "model: drain_couplet",
        "did you mean 'drain_coupled'? allowed: law_shift, drain_coupled"
      ),
      (
        "ptm45_lp", "  sigma_p: 24.4 mV\n", "",
        "write either 'sigma', or both 'sigma_n' and 'sigma_p'"
      ),
      (
        "ptm45_lp", "  sigma_p: 24.4 mV", "  sigma: 24.4 mV",
        "write either 'sigma', or both 'sigma_n' and 'sigma_p'"
      ),
      ("ptm45_lp", "  leakage_to: 0.40 V\n", "", "key 'leakage_to' is missing"),
      (
        "ptm45_lp", "leakage_to: 0.40 V", "leakage_to: 0.30 V",
        "threshold variation: 2 points cannot determine 2 parameters and an error"
      ),
      (
        "ptm45_lp", "reference_gate: INV.Y", "reference_gate: INV.Z",
        "'INV.Z' is not among the gates above"
      ),
      (
        "ptm45_lp", "transition_data: ptm45_lp_ramp.csv",
        "transition_data: sram_65nm_published.csv",
        "sram_65nm_published.csv:3: error: column 'transition_20_80_ps' is missing"
      ),
      (
        "ptm45_lp", "failures: sram_ptm45_lp.yaml", "failures: sram_none.yaml",
        "sram_none.yaml: error: cannot be read: No such file or directory"
      ),
      (
        "ptm45_lp", "failures: sram_ptm45_lp.yaml", "failures: ../sram.yaml",
        "leaves the technology's folder"
      ),
      (
        "ptm45_lp", "failures: sram_ptm45_lp.yaml",
        "failures: sram_ptm45_lp.yaml\n  law: probit", "unknown key 'law'"
      ),
      (
        "ptm45_lp", "    - {bytes: 32768, energy: 20 pJ}\n    - {bytes: 1048576, energy: 100 pJ}\n",
        "",
        "edited.yaml:41:5: error: needs two entries or more, between which energies are interpolated"
      ),
      (
        "ptm45_lp", "bytes: 32768", "bytes: 8192",
        "edited.yaml:42:15: error: bytes rise from one entry to the next"
      ),
      ("ptm45_lp", "bytes: 32768", "bytes: 0", "edited.yaml:42:15: error: 0 is outside"),
      ("ptm45_lp", "energy: 20 pJ", "energy: -20 pJ", "edited.yaml:42:30: error"),
      ("ptm45_lp", "bytes: 32768", "bits: 32768", "edited.yaml:42:8: error: unknown key 'bits'"),
      (
        "ptm45_lp", "macros: sram_macros_45nm.csv", "macros: ../macros.csv",
        "edited.yaml:47:11: error: '../macros.csv' leaves the technology's folder"
      ),
      (
        "ptm45_lp", "macros: sram_macros_45nm.csv", "macros: sram_none.csv",
        "sram_none.csv: error: cannot be read: No such file or directory"
      ),
      (
        "ptm45_lp", "leakage_cell: INV.Y", "leakage_cell: INV.Z", "'INV.Z' is not among the gates"
      ),
    ])
  func yaml(name: String, find: String, replace: String, expected: String) throws {
    let message = try message(of: name, find, replace)
    #expect(message.contains(expected), "\(message)")
  }

  @Test(
    "in the data",
    arguments: [
      (
        "sram_macros_45nm.csv", "fakeram45_32x64,32,64,", "fakeram45_32x64,32,32,",
        "sram_macros_45nm.csv:9: error: repeats the memory of line 8: keep one row a memory"
      ),
      (
        "sram_macros_45nm.csv", "fakeram45_32x64,32,64,", "fakeram45_32x64,32.5,64,",
        "sram_macros_45nm.csv:9:17: error: 'words' must be a whole number up to 2³², not 32.5"
      ),
      (
        "sram_macros_45nm.csv", "32,64,1754.536,", "32,64,0,",
        "sram_macros_45nm.csv:9:23: error: 'area_um2' must be positive, not 0.0"
      ),
      (
        "sram_macros_45nm.csv", "area_um2,write_fj", "area_mm2,write_fj",
        "sram_macros_45nm.csv:7: error: column 'area_um2' is missing"
      ),
      (
        "ptm45_lp_cells_0_85c.csv", "nand2,B,0,0.25,", "nand2,A,0,0.25,",
        "ptm45_lp_cells_0_85c.csv:8: error: repeats cell 'nand2', arc 'A', at 0.25 V of line 7: keep "
          + "one row an arc, temperature and supply"
      ),
      (
        "ptm45_lp_cells_0_85c.csv", "inv,A,25,0.5,", "inv,A,25,-0.5,",
        "error: 'supply_v' must be positive, not -0.5"
      ),
      (
        "ptm45_lp_cells_0_85c.csv", "inv,A,25,0.5,", "inv,A,nan,0.5,",
        "error: 'nan' in column 'temperature_c' is not a finite number"
      ),
      (
        "ptm45_lp_ramp.csv", "\n0.3,", "\n0.2,",
        "error: supplies must ascend: 0.2 V comes after 0.25 V"
      ),
      (
        "ptm45_lp_ramp.csv", "\n1.1,", "\n1.06,",
        "does not cover the delay law's range, 0.25 … 1.1 V"
      ),
      (
        "ptm45_lp_sram_read.csv", "\n0.35,", "\n0.3,",
        "error: repeats the supply 0.3 V of line 6: keep one row a supply"
      ),
      (
        "ptm45_lp_sram_read.csv", "\n0.35,", "\n0.3000000001,",
        "error: 0.3000000001 V and 0.3 V of line 6 are one supply in tables: give one of them"
      ),
      (
        "ptm45_lp_ramp.csv", "\n0.3,", "\n0.2500000001,",
        "error: 0.2500000001 V and 0.25 V of line "
      ),
      (
        "ptm45_lp_cells_0_85c.csv", "nand2,B,0,0.25,", "nand2,A,0,0.2500000001,",
        "ptm45_lp_cells_0_85c.csv:8:11: error: 0.2500000001 V and 0.25 V of line 7 are one supply in "
          + "tables: give one of them"
      ),
      (
        "ptm45_lp_cells_0_85c.csv", "nand2,B,25,0.25,", "nand2,C,25,0.25,",
        "ptm45_lp_cells_0_85c.csv:151: error: has cell 'nand2' at 0.25 V without arc 'B', which line 160 "
      ),
    ])
  func data(file: String, find: String, replace: String, expected: String) throws {
    let message = try message(of: "ptm45_lp", find, replace, dataFile: file)
    #expect(message.contains(expected), "\(message)")
  }

  @Test("each missing part is named where it is needed")
  func needed() throws {
    for part in TechnologyPart.allCases {
      let message = try message(
        of: "sky130_ff_n40c", "law: alpha_power", "law: alpha_power", needing: [part])
      #expect(
        message.hasSuffix(
          "edited.yaml: error: has no '\(part.rawValue)', which this needs: add it"
            + (part == .sram ? " (sram: {failures: FILE} takes another memory's law)" : "")
            + ", or choose a technology that has it"))
    }
  }

  @Test("an energy law that dips below zero between its points is refused")
  func negativeEnergy() throws {
    let folder = try TemporaryFolder()
    var rows = "cell,arc,temperature_c,supply_v,delay_ps,energy_per_transition_fj,leakage_nw\n"
    for (supply, energy) in [(0.5, 2.5), (0.6, 0.001), (0.7, 0.001), (0.8, 0.001), (0.9, 8.1)] {
      rows += "inv,A,25,\(supply),\(20 / (supply - 0.3)),\(energy),\(supply)\n"
    }
    _ = try folder.write(rows, to: "cells.csv")
    let path = try folder.write(
      """
      name: x
      source: made up
      temperature: 298.15 K
      cells:
        data: cells.csv
        law: alpha_power
        gates: {INV.Y: {measured: inv}}
      threshold_variation: none
      """, to: "x.yaml")
    let error = #expect(throws: InputError.self) { try TechnologyReader.read(path, needing: []) }
    #expect(error?.description.contains("x.yaml:5:3: error: 'INV.Y': its laws give -") == true)
    #expect(error?.description.contains("which must be positive: leave points out") == true)
  }

  @Test("two temperatures without a supply in common give an error, not a trap")
  func disjoint() throws {
    let folder = try TemporaryFolder()
    var rows = "cell,arc,temperature_c,supply_v,delay_ps,energy_per_transition_fj,leakage_nw\n"
    for step in 0..<6 {
      let supply = 0.5 + 0.02 * Double(step)
      rows += "inv,A,0,\(supply),\(20 / supply),\(supply * supply),\(supply)\n"
      rows += "inv,A,50,\(supply + 0.3),\(20 / supply),\(supply * supply),\(supply)\n"
    }
    _ = try folder.write(rows, to: "cells.csv")
    let path = try folder.write(
      """
      name: x
      source: made up
      temperature: 298.15 K
      cells:
        data: cells.csv
        gates: {INV.Y: {measured: inv}}
      threshold_variation: none
      """, to: "x.yaml")
    let error = #expect(throws: InputError.self) { try TechnologyReader.read(path, needing: []) }
    #expect(
      error?.description.contains("cell 'inv'") == true, "\(error?.description ?? "no error")")
  }
}
