import DesignSpaceExploration
import Files
import Foundation
import GRDB
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Rows of searched gradient windows", .serialized)
struct GradientWindowRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ store: String, window: String = "search", seeds: String = "[1, 2]", chips: Int = 2
  ) throws -> SweepResult {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#:
        "methods: [conventional, difference_gradient]\n  gradient_window: \(window)",
      #"  - [^\n]*mul8u_exact_dadda.v"#: "  - {generate: truncated, columns: 6}",
      #"seeds: [^\n]*"#: "seeds: \(seeds)",
      #"epochs: 60"#: "epochs: 3",
      #"pas_epochs: 15"#: "pas_epochs: 1",
      #"bit_errors: [^\n]*\n"#: "",
      #"chips: \d+"#: "chips: \(chips)",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    let spec = try SweepSpec(contentsOf: folder.write(text, to: "s.yaml"), allowOutside: true)
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    return try SweepSession(spec: spec, store: store, build: "test").run(
      jobs: 2, progress: { _ in }, stopRequested: { false })
  }

  /// The windows of the second row, which is that of the difference gradient.
  private func windows(_ result: SweepResult) throws -> [Int] {
    let cells = try #require(result.table.cells("gradient_window"))
    try #require(cells.count == 2 && cells[0] == .missing)
    return cells[1].formatted.split(separator: " ").compactMap { Int($0) }
  }

  @Test("each network has its own, also when networks and windows come from the store")
  func stored() throws {
    let found = try windows(run("first.sqlite"))
    #expect(found.count == 2 && found.allSatisfy { (0...127).contains($0) })
    try FileManager.default.copyItem(
      atPath: folder.file("first.sqlite"), toPath: folder.file("bare.sqlite"))
    let again = try run("first.sqlite", chips: 3)
    #expect(again.networks.trained == 0)
    #expect(try windows(again) == found)
    // A store that lost the windows and kept the networks.
    let connection = try SweepSample.connection(folder.file("bare.sqlite"))
    let lost = try connection.write { database in
      try database.execute(sql: "DELETE FROM artifacts WHERE kind = 'gradient_window'")
      return database.changesCount
    }
    try connection.close()
    #expect(lost == 2)
    let healed = try run("bare.sqlite", chips: 3)
    #expect(healed.networks.trained == 0)
    #expect(healed.table.csv == again.table.csv)
  }

  @Test("a training that is given the window gives the network of the one that found it")
  func given() throws {
    let searched = try run("searched.sqlite", seeds: "[1]")
    let words = try #require(windows(searched).first)
    let given = try run("given.sqlite", window: "\(words)", seeds: "[1]")
    #expect(given.table.cells("gradient_window") == nil)
    let columns = given.table.columns.map(\.name)
    for column in columns {
      #expect(given.table.cells(column) == searched.table.cells(column), "\(column)")
    }
  }
}
