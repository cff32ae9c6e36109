import DesignSpaceExploration
import Files
import Foundation
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Rows of given rates of wrong bits", .serialized)
struct BitErrorRowTests {
  private func rows(extrapolating: Bool, _ bitErrors: String) throws -> ResultTable {
    let folder = try TemporaryFolder()
    var text = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    for (pattern, replacement) in [
      (#"methods:\n[^\n]*"#, "methods: [conventional]"), (#"seeds: [^\n]*"#, "seeds: [1]"),
      (#"epochs: 60"#, "epochs: 3"), (#"pas_epochs: 15"#, "pas_epochs: 1"),
      (#"bit_errors: [^\n]*\n"#, bitErrors), (#"chips: \d+"#, "chips: 2"),
      (#"dies: \d+, transitions: \d+"#, "dies: 2, transitions: 60"),
      ("extrapolate_memory_law: true", "extrapolate_memory_law: \(extrapolating)"),
      ("memory_supply: follows_logic", "memory_supply: 0.70 V"),
    ] {
      text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
    }
    let spec = try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
    let store = try SweepStore(path: folder.file("s.sqlite"))
    defer { store.close() }
    return try SweepSession(spec: spec, store: store, build: "test").run(
      jobs: 2, progress: { _ in }, stopRequested: { false }
    ).table
  }

  @Test("each has the supply at which the memory's law has its rate, and says if that is far off")
  func supplies() throws {
    let rates = "bit_errors: {rates: [0, 0.01, 0.05, 0.2, 0.5], buffers: weights}\n"
    for extrapolating in [true, false] {
      let table = try rows(extrapolating: extrapolating, rates)
      let supplies = try #require(table.cells("bit_error_supply_v"))
      let expected = [nil, 0.461768, 0.365468, extrapolating ? 0.193432 : nil, nil]
      try #require(supplies.count == expected.count)
      for (cell, value) in zip(supplies, expected) {
        switch (cell.number, value) {
        case (let supply?, let value?): #expect(abs(supply - value) < 1e-5)
        default: #expect(cell == .missing && value == nil)
        }
      }
      #expect(
        table.cells("extrapolated")
          == [false, false, false, extrapolating, false].map(CellValue.flag))
      // The rate is not that of the rail's own supply.
      #expect(table.cells("memory_supply_v") == [CellValue](repeating: .real(0.7), count: 5))
    }
  }

  @Test("without given rates there is no such column")
  func without() throws {
    let table = try rows(extrapolating: true, "")
    #expect(table.rows.count == 1 && table.cells("bit_error_supply_v") == nil)
  }
}
