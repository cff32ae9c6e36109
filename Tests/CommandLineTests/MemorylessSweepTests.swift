import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep without a memory", .serialized)
struct MemorylessSweepTests {
  private static let without = """
    memory_supply: none
    extrapolate_memory_law: false
    """
  private static let following = """
    memory_supply: follows_logic
    # above 0.80 V the failure law is used outside the range of its fit; such rows say so
    extrapolate_memory_law: true
    """

  /// The small sweep's text at 22 nm, of which there are no data of memories.
  private static func at22nm(_ text: String) -> String {
    text.replacing("ptm45_hp.yaml", with: "ptm22_hp.yaml")
      .replacing("ntc16x16.yaml", with: "ntc16x16-22nm.yaml")
      .replacing("[0.45 V, 1.00 V]", with: "[0.40 V, 0.80 V]")
      .replacing("supply: [0.80 V]}", with: "supply: [0.70 V]}")
  }

  private func points(_ folder: TemporaryFolder, _ output: String) throws -> CSVTable {
    try CSVTable(contentsOf: folder.file("\(output)/points.csv"))
  }

  private func column(_ name: String, of table: CSVTable) throws -> [String] {
    let index = try #require(table.header.firstIndex(of: name), "\(name)")
    return table.rows.map { $0.fields[index] }
  }

  @Test("a technology without one is swept; rows, findings and manifest say what is not counted")
  func otherNode() throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "r") {
      Self.at22nm($0).replacing(Self.following, with: Self.without)
    }
    try #require(outcome.status == 0, "\(outcome.errors)")
    let table = try points(folder, "r")
    #expect(table.rows.count == 12)
    for empty in [
      "memory_supply_v", "energy_sram_nj", "energy_memory_leakage_nj", "energy_leakage_nj",
      "energy_output_stage_nj", "energy_dram_nj", "energy_interconnect_nj",
    ] {
      #expect(try column(empty, of: table).allSatisfy(\.isEmpty), "\(empty)")
    }
    for zero in ["weight_bit_error_rate", "activation_bit_error_rate"] {
      #expect(try column(zero, of: table).allSatisfy { Double($0) == 0 }, "\(zero)")
    }
    for names in try column("energy_not_counted", of: table) {
      let parts = Set(names.split(separator: ";"))
      #expect(parts.isSuperset(of: ["wires", "sram", "memory_leakage", "output_stage", "dram"]))
    }
    // The clock of 0.8 V is too fast for 0.7 V; late products are the only errors.
    let late = try column("timing_error_rate", of: table).compactMap(Double.init)
    let clocks = try column("clock", of: table)
    #expect(zip(clocks, late).contains { $0 == "fixed" && $1 > 0 })
    let note =
      "No memory is modelled (memory_supply: none): its bits are read right, and no energy is "
      + "counted for it."
    #expect(outcome.output.replacing(#/\s+/#, with: " ").contains(note))
    #expect(!outcome.output.contains("DRAM adds"))
    #expect(try InputFile.text(of: folder.file("r/manifest.json")).contains(note))
    #expect(!(try InputFile.text(of: folder.file("r/report.html")).contains("Memory bit errors")))
  }

  @Test("the memory alone is left out: errors as at a rate of 0, energies without its parts")
  func memoryAlone() throws {
    let folder = try TemporaryFolder()
    for (output, memory) in [
      ("none", Self.without),
      ("rates", "bit_errors: {rates: [0], buffers: both}\n" + Self.following),
      ("given", "bit_errors: {rates: [0.05], buffers: both}\n" + Self.without),
    ] {
      let outcome = try SmallSweep.run(folder, output: output) {
        $0.replacing("name: small", with: "name: \(output)")
          .replacing(Self.following, with: memory)
      }
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let (none, rates) = (try points(folder, "none"), try points(folder, "rates"))
    for name in [
      "accuracy_percent", "accuracy_low_percent", "timing_error_rate", "clock_period_ns",
      "energy_multiplier_nj", "energy_output_stage_nj", "energy_dram_nj",
    ] {
      #expect(try column(name, of: none) == column(name, of: rates), "\(name)")
    }
    func energies(_ name: String, _ table: CSVTable) throws -> [Double] {
      try column(name, of: table).compactMap(Double.init)
    }
    let memory = zip(
      try energies("energy_sram_nj", rates), try energies("energy_memory_leakage_nj", rates)
    ).map(+)
    let (less, more) = (
      try energies("energy_on_chip_nj", none), try energies("energy_on_chip_nj", rates)
    )
    try #require(memory.count == 12 && less.count == 12 && more.count == 12)
    for row in memory.indices {
      #expect(abs(more[row] - memory[row] - less[row]) < 1e-8 * more[row])
    }
    // Given rates hold, and there is no supply that has them.
    let given = try points(folder, "given")
    #expect(try energies("weight_bit_error_rate", given) == [Double](repeating: 0.05, count: 12))
    #expect(try column("bit_error_supply_v", of: given).allSatisfy(\.isEmpty))
    let (wrong, right) = (
      try energies("accuracy_percent", given), try energies("accuracy_percent", none)
    )
    #expect(zip(wrong, right).allSatisfy { $0 < $1 })
  }

  @Test(
    "what says something of the memory is refused at its place, and a technology without one says how",
    arguments: [
      (
        "memory: {fault_maps: per_cell}\n" + without, "memory does nothing with memory_supply: none"
      ),
      (
        "hardened_bits: {shares: [0.01], by: [random]}\n" + without,
        "hardened_bits does nothing with memory_supply: none"
      ),
      (
        without + "\ntiming_errors: {fidelity: transition, variants: 1, draws: 2}",
        "3 chips cannot be dealt out evenly to 2 draws"
      ),
      (
        without.replacing("false", with: "true"),
        "there is no memory law to extrapolate with memory_supply: none: write false"
      ),
    ])
  func refused(memory: String, message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "r") {
      $0.replacing(Self.following, with: memory)
    }
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains(#/small\.yaml:\d+:\d+: error: /#))
  }

  @Test("a sweep with a memory of a technology that has none says how to leave it out")
  func lacking() throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "r", editing: Self.at22nm)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "ptm22_hp.yaml: error: has no 'sram', which this needs: add it (sram: {failures: FILE} takes "
          + "another memory's law), or choose a technology that has it, or leave the memory out: "
          + "memory_supply: none"), "\(outcome.errors)")
  }
}
