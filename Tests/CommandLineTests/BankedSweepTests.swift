import Accelerators
import Files
import Foundation
import Netlists
import TestSupport
import Testing

@Suite(
  "axtrain sweep on accelerators with banks, an adder of their own and a vector unit", .serialized)
struct BankedSweepTests {
  /// The only row of a sweep of one point on the quickstart's accelerator with edits.
  private func row(
    _ folder: TemporaryFolder, _ name: String, editing edit: (String) -> String
  ) throws -> [String: String] {
    let file = "HardwareSpecs/Accelerators/ntc16x16.yaml"
    let array = try folder.write(
      edit(InputFile.text(of: Repository.path(file))), to: name + ".yaml")
    let outcome = try SmallSweep.run(folder, output: name) {
      $0.replacing(file, with: array)
        .replacing(#/  - HardwareSpecs\/Multipliers\/mul8u_truncated\S+\n/#, with: "")
        .replacing("  - {clock: fixed, supply: [0.80 V]}\n", with: "")
        .replacing("supply: [0.45 V, 1.00 V]", with: "supply: [0.60 V]")
        .replacing("methods: [conventional, pas]", with: "methods: [conventional]")
    }
    try #require(outcome.status == 0, "\(outcome.errors)")
    let table = try CSVTable(contentsOf: folder.file(name + "/points.csv"))
    try #require(table.rows.count == 1)
    return Dictionary(uniqueKeysWithValues: zip(table.header, table.rows[0].fields))
  }

  private func number(_ row: [String: String], _ column: String) throws -> Double {
    try #require(row[column].flatMap(Double.init))
  }

  @Test(
    "cycles grow by the waits of the closed form, whole words are charged, accuracy is the same")
  func banks() throws {
    let folder = try TemporaryFolder()
    let plain = try row(folder, "plain") { $0 }
    let banked = try row(folder, "banked") {
      $0.replacing(
        "buffers: {",
        with: "buffers: {weight_banks: 2, activation_banks: 3, activation_word_bits: 32, ")
    }
    let spec = try AcceleratorSpec(contentsOf: folder.file("banked.yaml"))
    // Batches of 32 images, as many as the accumulator bank has vectors: 64-32-10.
    let layers = try [(64, 32), (32, 10)].map { k, n in
      try AnalyticalModel(spec: spec).estimate(GEMM(name: "l", m: 32, k: k, n: n), .physical)
    }
    let waits = layers.reduce(0) { $0 + $1.stalls.bankCycles }
    let cycles = try number(plain, "cycles_per_inference")
    #expect(waits > 0)
    #expect(
      try abs((number(banked, "cycles_per_inference") - cycles) * 32 - Double(waits)) < 1e-6)
    #expect(banked["accuracy_percent"] == plain["accuracy_percent"])
    #expect(banked["energy_multiplier_nj"] == plain["energy_multiplier_nj"])
    #expect(banked["clock_period_ns"] == plain["clock_period_ns"])
    // Leakage lasts as much longer.
    let longer = try number(banked, "cycles_per_inference") / cycles
    func leakage(_ rail: String) throws -> Double {
      let column = "energy_\(rail)_leakage_nj"
      return try number(banked, column) / number(plain, column)
    }
    #expect(try abs(leakage("logic") / longer - 1) < 1e-6)
    // And, of the memory, of as many more cells as the last words of banks have unused.
    let plainSpec = try AcceleratorSpec(contentsOf: folder.file("plain.yaml"))
    func cells(_ spec: AcceleratorSpec) -> Double {
      spec.memories.reduce(0) { $0 + $1.memory.cells }
    }
    #expect(cells(spec) > cells(plainSpec))
    #expect(try abs(leakage("memory") / (longer * cells(spec) / cells(plainSpec)) - 1) < 1e-6)
    #expect(banked["energy_sram_nj"] != plain["energy_sram_nj"])
    // The array stands still while it waits, clock and all.
    for column in ["registers", "interconnect", "clock_tree"] {
      let name = "energy_\(column)_nj"
      #expect(try number(plain, name) > 0 && banked[name] == plain[name], "\(name)")
    }
  }

  @Test("an adder's own netlist sets clock and energy; a vector unit of no use only leaks")
  func adder() throws {
    let folder = try TemporaryFolder()
    let plain = try row(folder, "plain") { $0 }
    let adder = try folder.write(AdderFamily.ripple.verilog(width: 24), to: "adder.v")
    let own = try row(folder, "own") {
      $0.replacing("overflow: wrap", with: "overflow: wrap, netlist: \(adder)")
    }
    #expect(try number(own, "clock_period_ns") > number(plain, "clock_period_ns"))
    #expect(own["energy_accumulator_nj"] != plain["energy_accumulator_nj"])
    #expect(own["energy_multiplier_nj"] == plain["energy_multiplier_nj"])
    let wide = try row(folder, "wide") { $0 + "vector_unit: {lanes: 16}\n" }
    #expect(wide["cycles_per_inference"] == plain["cycles_per_inference"])
    #expect(wide["energy_output_stage_nj"] == plain["energy_output_stage_nj"])
    #expect(
      try number(wide, "energy_logic_leakage_nj") > number(plain, "energy_logic_leakage_nj"))
    let wrong = try folder.write(
      AdderFamily.lowerPartOR(bits: 4).verilog(width: 24), to: "wrong.v")
    let outcome = try SmallSweep.run(folder, output: "wrong") {
      let file = "HardwareSpecs/Accelerators/ntc16x16.yaml"
      let text = (try? InputFile.text(of: Repository.path(file))) ?? ""
      let array = try? folder.write(
        text.replacing("overflow: wrap", with: "overflow: wrap, netlist: \(wrong)"),
        to: "wrong.yaml")
      return $0.replacing(file, with: array ?? "")
    }
    #expect(outcome.status == 65 && outcome.errors.contains("so that the adder must be exact"))
  }
}
