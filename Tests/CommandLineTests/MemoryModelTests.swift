import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with error models of its own", .serialized)
struct MemoryModelTests {
  private static let models = """
    timing_errors: {model: bits}
    memory:
      fault_maps: banded
      weights: {kind: stuck_at, block_words: 64, block_correlation: 0.1, protection: secded_72_64}
      activations: {protection: bit_masking}

    """

  @Test("rows name the models and what protection costs, the same for one job and three")
  func columns() throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 3] {
      let outcome = try SmallSweep.run(folder, output: "jobs\(jobs)", jobs: jobs) {
        $0 + Self.models
      }
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    for file in ["points.csv", "manifest.json"] {
      #expect(
        try SmallSweep.read(folder, "jobs1/\(file)") == SmallSweep.read(folder, "jobs3/\(file)"))
    }
    let points = try SmallSweep.read(folder, "jobs1/points.csv")
    let lines = points.split(separator: "\n")
    #expect(
      lines[0].hasSuffix(
        ",chip_seed,table_error_rate,timing_error_model,fault_maps,weight_memory,activation_memory,"
          + "weight_storage_overhead_percent,activation_storage_overhead_percent,"
          + "energy_protection_nj,weight_bits_wrong"))
    for line in lines.dropFirst() {
      #expect(line.contains(",bits,banded,\"stuck_at (1: 0.5), blocks of 64 words"))
      #expect(
        line.contains("secded_72_64, keep on a detected error\",\"flip, bit_masking\",12.5,0,"))
      let protection = line.split(separator: ",").suffix(2).compactMap { Double($0) }
      #expect(protection.count == 2 && protection[0] > 0)
    }
    let manifest = try SmallSweep.read(folder, "jobs1/manifest.json")
    #expect(manifest.contains("\"block_words\"") && manifest.contains("\"weight_bits_wrong\""))
    #expect(manifest.contains("Error tables of one die evaluate (characterization: {dies: 2}"))
  }

  @Test("what check bits and what hardened cells cost stand in columns of their own")
  func hardened() throws {
    let folder = try TemporaryFolder()
    let outcome = try SmallSweep.run(folder, output: "out") {
      $0.replacing("dies: 2,", with: "dies: 4,")
        + "memory: {weights: {protection: secded_72_64}}\n"
        + "hardened_bits: {shares: [0, 0.25], by: [random]}\n"
    }
    try #require(outcome.status == 0, "\(outcome.errors)")
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    let isPlain = try points.rows.map { try points.text($0, "hardened_by") == "none" }
    let plain = zip(points.rows, isPlain).filter(\.1).map(\.0)
    let hardened = zip(points.rows, isPlain).filter { !$0.1 }.map(\.0)
    try #require(!plain.isEmpty && plain.count == hardened.count)
    for (row, other) in zip(plain, hardened) {
      for column in ["multiplier", "clock", "supply_v"] {
        try #require(try points.text(row, column) == points.text(other, column))
      }
      let method = try points.text(row, "method")
      try #require(try points.text(other, "method") == "\(method)/random25%")
      #expect(try points.number(row, "energy_hardened_nj") == 0)
      let checkBits = try points.number(row, "energy_protection_nj")
      #expect(try checkBits > 0 && points.number(other, "energy_protection_nj") == checkBits)
      let cells = try points.number(other, "energy_hardened_nj")
      let more = try ["energy_sram_nj", "energy_memory_leakage_nj"].reduce(0) {
        try $0 + points.number(other, $1) - points.number(row, $1)
      }
      #expect(cells > 0 && abs(more / cells - 1) < 1e-3)
    }
    #expect(try !SmallSweep.read(folder, "out/manifest.json").contains("of one die evaluate"))
  }

  @Test(
    "a network that fits no longer, its vectors aligned to codewords, is an error of the buffer")
  func alignment() throws {
    let folder = try TemporaryFolder()
    // A vector of 67 words fits 71, but not one of 72, to which codewords of 8 align it.
    var accelerator = try String(
      contentsOfFile: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"), encoding: .utf8)
    for (pattern, size) in [("weight_words", 8192), ("activation_words", 71)] {
      accelerator = accelerator.replacingOccurrences(
        of: "\(pattern): \\d+", with: "\(pattern): \(size)", options: .regularExpression)
    }
    let path = try folder.write(accelerator, to: "array.yaml")
    for (protection, status) in [("none", Int32(0)), ("secded_72_64", 65)] {
      let outcome = try SmallSweep.run(folder, output: "out-\(protection)") {
        $0.replacing("HardwareSpecs/Accelerators/ntc16x16.yaml", with: path)
          .replacing("hidden: [32]", with: "hidden: [67]")
          + "memory: {activations: {protection: \(protection)}}\n"
      }
      #expect(outcome.status == status, "\(outcome.errors)")
      if status != 0 {
        #expect(
          outcome.errors.contains("too small for an image of 64-67-10, which needs 72"),
          "\(outcome.errors)")
      }
    }
  }
}
