import DesignSpaceExploration
import Files
import Foundation
import GRDB
import NetworkEvaluation
import TestSupport
import Testing

@Suite("Networks that a sweep takes from its store", .serialized)
struct NetworkReuseTests {
  /// Two methods, two rates of wrong bits and two seeds: six networks that points share, four of pas.
  private static let (shared, tuned) = (6, 4)

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func spec(_ edit: (String) -> String) throws -> SweepSpec {
    let shipped = try InputFile.text(of: Repository.path("Sweeps/memory-errors-small.yaml"))
      .replacing("HardwareSpecs/", with: Repository.path("HardwareSpecs/"))
    let text = try shipped.replacing(each: [
      #"methods:\n[^\n]*"#: "methods: [conventional, pas]",
      #"seeds: [^\n]*"#: "seeds: [1, 2]",
      #"epochs: 60"#: "epochs: 3",
      #"pas_epochs: 15"#: "pas_epochs: 1",
      #"rates: \[[^\]]*\]"#: "rates: [0, 0.05]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    return try SweepSpec(contentsOf: folder.write(edit(text), to: "s.yaml"), allowOutside: true)
  }

  private func run(
    _ store: String, jobs: Int = 2, build: String = "test",
    _ edit: (String) -> String = { $0 }
  ) throws -> SweepResult {
    let store = try SweepStore(path: folder.file(store))
    defer { store.close() }
    return try SweepSession(spec: try spec(edit), store: store, build: build).run(
      jobs: jobs, progress: { _ in }, stopRequested: { false })
  }

  /// A store that holds the sweep, under another name.
  private func copy(_ name: String) throws -> String {
    try FileManager.default.copyItem(
      atPath: folder.file("first.sqlite"), toPath: folder.file(name))
    return name
  }

  private static func moreChips(_ text: String) -> String {
    text.replacing("chips: 2", with: "chips: 3")
  }

  @Test("only networks are trained that nothing in the store stands for, and a fresh sweep agrees")
  func changes() throws {
    let first = try run("first.sqlite")
    #expect(
      first.networks == NetworkStore.Counts(trained: Self.shared + Self.tuned, reused: 0))
    let changes: [(from: String, to: String, trained: Int, reused: Int)] = [
      ("", "", 0, Self.shared),
      ("accuracy_loss_percent: 1", "accuracy_loss_percent: 2", 0, Self.shared),
      ("chips: 2", "chips: 3", 0, Self.shared + Self.tuned),
      ("chip_seed: 1000", "chip_seed: 2000", 0, Self.shared + Self.tuned),
      // The rates are given: the memory's supply is nothing that a training sees.
      ("memory_supply: follows_logic", "memory_supply: 0.80 V", 0, Self.shared + Self.tuned),
      ("pas_learning_rate: 0.005", "pas_learning_rate: 0.004", Self.tuned, Self.shared),
      ("rates: [0, 0.05]", "rates: [0.02, 0, 0.05]", 2, Self.shared),
      ("seeds: [1, 2]", "seeds: [1, 2, 3]", 5, Self.shared + Self.tuned),
      ("methods: [", "methods: [quantization_aware, ", 2, Self.shared),
      // Rows get a column, so that all are evaluated again.
      ("methods: [", "methods: [act, ", 4, Self.shared + Self.tuned),
      (
        "mul8u_exact_dadda.v", "mul8u_exact_dadda.v\n  - {generate: truncated, columns: 6}",
        Self.tuned, Self.shared
      ),
      (
        "supply: [1.00 V]}", "supply: [1.00 V]}\n  - {clock: fixed, supply: [0.60 V]}", Self.tuned,
        Self.shared
      ),
    ]
    for (index, change) in changes.enumerated() {
      let edit: (String) -> String = {
        change.from.isEmpty ? $0 : $0.replacing(change.from, with: change.to)
      }
      let grown = try run(copy("grown\(index).sqlite"), edit)
      #expect(
        grown.networks == NetworkStore.Counts(trained: change.trained, reused: change.reused),
        "\(change)")
      #expect(grown.outcome.failures.isEmpty)
      let fresh = try run("fresh\(index).sqlite", edit)
      #expect(fresh.networks.reused == 0)
      #expect(grown.table.csv == fresh.table.csv, "\(change)")
    }
    let rebuilt = try run(copy("rebuilt.sqlite"), build: "another")
    #expect(rebuilt.networks == first.networks)
    #expect(rebuilt.table.csv == first.table.csv)
  }

  @Test("one job and two give the same rows, from an empty store and from one with the networks")
  func jobs() throws {
    let cold = try [1, 2].map { try run("cold\($0).sqlite", jobs: $0, Self.moreChips) }
    _ = try run("first.sqlite")
    let warm = try [1, 2].map { try run(copy("warm\($0).sqlite"), jobs: $0, Self.moreChips) }
    #expect(Set((cold + warm).map(\.table.csv)).count == 1)
    #expect(Set(cold.map(\.networks)).count == 1 && Set(warm.map(\.networks)).count == 1)
    #expect(warm[0].networks.trained == 0)
  }

  @Test(
    "a flipped bit in a network ends the run and fails no point; without its row it alone is trained"
  )
  func flips() throws {
    _ = try run("first.sqlite")
    let expected = try run("fresh.sqlite", Self.moreChips).table.csv
    let keys = try SweepSample.connection(folder.file("first.sqlite")).read {
      try String.fetchAll($0, sql: "SELECT key FROM artifacts WHERE kind = 'network'")
    }
    #expect(keys.count == Self.shared + Self.tuned)
    for (index, key) in keys.enumerated() {
      let name = try copy("flipped\(index).sqlite")
      let connection = try SweepSample.connection(folder.file(name))
      try connection.write { database in
        var payload = try #require(
          try Data.fetchOne(
            database, sql: "SELECT payload FROM artifacts WHERE key = ?", arguments: [key]))
        payload[payload.count / 2] ^= 1
        try database.execute(
          sql: "UPDATE artifacts SET payload = ? WHERE key = ?", arguments: [payload, key])
      }
      let error = #expect(throws: InputError.self) { try run(name, Self.moreChips) }
      #expect(error?.status == .badData && error?.location?.file == folder.file(name))
      #expect(error?.message.contains(key) ?? false, "\(String(describing: error))")
      let failed = try connection.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM stored_points WHERE state = 'failed'")
      }
      #expect(failed == 0)
      try connection.write {
        try $0.execute(sql: "DELETE FROM artifacts WHERE key = ?", arguments: [key])
      }
      try connection.close()
      let healed = try run(name, Self.moreChips)
      #expect(healed.networks.trained == 1)
      #expect(healed.table.csv == expected)
    }
  }
}
