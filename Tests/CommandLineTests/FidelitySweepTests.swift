import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with simulated elements", .serialized)
struct FidelitySweepTests {
  /// One multiplier at two supplies, four hidden neurons, 90 images: gates are slow in a debug build.
  private func sweep(
    _ folder: TemporaryFolder, _ timing: String, jobs: Int = 2, output: String,
    editing edit: (String) -> String = { $0 }
  ) throws -> CSVTable {
    let outcome = try SmallSweep.run(folder, output: output, jobs: jobs) {
      Self.small(edit($0)) + "timing_errors: {\(timing)}\n"
    }
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try CSVTable(contentsOf: folder.file("\(output)/points.csv"))
  }

  private static func small(_ text: String) -> String {
    text.replacing("  - HardwareSpecs/Multipliers/mul8u_truncated_t6.v\n", with: "")
      .replacing("  - {clock: fixed, supply: [0.80 V]}\n", with: "")
      .replacing("hidden: [32]", with: "hidden: [4]")
      .replacing("test_fraction: 0.25", with: "test_fraction: 0.05")
  }

  private func column(_ name: String, of table: CSVTable) throws -> [String] {
    let index = try #require(table.header.firstIndex(of: name))
    return table.rows.map { $0.fields[index] }
  }

  @Test(
    "rows say how their errors came about; where none can come about all fidelities give one row")
  func fidelities() throws {
    let folder = try TemporaryFolder()
    var tables: [String: CSVTable] = [:]
    for (fidelity, more) in [
      ("statistical", ""), ("gate", ", steps: 32"), ("transition", ", steps: 16, variants: 1"),
    ] {
      tables[fidelity] = try sweep(folder, "fidelity: \(fidelity)\(more)", output: fidelity)
    }
    let statistical = try #require(tables["statistical"])
    for (fidelity, columns) in [
      ("gate", ["time_steps", "pulses"]), ("transition", ["die_variants", "time_steps", "pulses"]),
    ] {
      let table = try #require(tables[fidelity])
      #expect(statistical.header.last == "table_error_rate")
      #expect(table.header == statistical.header.dropLast() + columns)
      let names = try column("fidelity", of: table)
      #expect(Set(names) == [fidelity, "functional"])
      let rates = try column("timing_error_rate", of: table).compactMap(Double.init)
      let lows = try column("timing_error_rate_low", of: table)
      for (row, name) in names.enumerated() {
        if name == "functional" {
          #expect(
            table.rows[row].fields.prefix(statistical.header.count - 1)
              == statistical.rows[row].fields.dropLast())
        } else {
          #expect(lows[row].isEmpty == (fidelity == "transition"))
        }
      }
      // At 0.45 V gates miss the clock.
      let supplies = try column("supply_v", of: table)
      for row in names.indices where supplies[row] == "0.45" && fidelity == "gate" {
        #expect(rates[row] > 0.001 && rates[row] < 0.2)
      }
    }
  }

  @Test("rows of several draws of dies name them, and have intervals over them")
  func draws() throws {
    let folder = try TemporaryFolder()
    let timing = "fidelity: transition, steps: 16, variants: 1"
    let one = try sweep(folder, timing + ", draws: 1", output: "one")
    let three = try sweep(folder, timing + ", draws: 3", output: "three")
    #expect(three.header.filter { $0 != "timing_draws" } == one.header)
    let index = try #require(three.header.firstIndex(of: "timing_draws"))
    #expect(three.header[index - 1] == "die_variants")
    #expect(Set(try column("timing_draws", of: three)) == ["3"])
    #expect(try SmallSweep.read(folder, "three/manifest.json").contains("\"draws\": 3"))
    #expect(try SmallSweep.read(folder, "one/manifest.json").contains("\"draws\": 1"))
    let names = try column("fidelity", of: three)
    #expect(Set(names) == ["transition", "functional"])
    for (table, isOver) in [(one, false), (three, true)] {
      let lows = try column("timing_error_rate_low", of: table)
      for (row, name) in names.enumerated() where name == "transition" {
        #expect(lows[row].isEmpty != isOver)
      }
    }
    // Where nothing is late a draw changes nothing.
    for (row, name) in names.enumerated() where name == "functional" {
      var fields = three.rows[row].fields
      fields.remove(at: index)
      #expect(fields == one.rows[row].fields)
    }
  }

  @Test("the model of drawn errors stands in rows that rest on it alone")
  func model() throws {
    let folder = try TemporaryFolder()
    let table = try sweep(folder, "fidelity: gate, steps: 16, model: masks", output: "masks")
    let methods = try column("method", of: table)
    #expect(Set(methods) == ["conventional", "pas"])
    #expect(
      try column("timing_error_model", of: table) == methods.map { $0 == "pas" ? "masks" : "" })
    #expect(Set(try column("time_steps", of: table)) == ["16"])
  }

  @Test(
    "the same rows for one job and three",
    arguments: [
      "gate", "transition, variants: 1", "transition, variants: 1, draws: 3",
      "transition, variants: 1, training: transition, training_variants: 2",
    ])
  func jobs(fidelity: String) throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 3] {
      _ = try sweep(folder, "fidelity: \(fidelity), steps: 16", jobs: jobs, output: "jobs\(jobs)")
    }
    for file in ["points.csv", "manifest.json"] {
      #expect(
        try SmallSweep.read(folder, "jobs1/\(file)") == SmallSweep.read(folder, "jobs3/\(file)"))
    }
  }

  @Test(
    "the chips of a single point give the same rows on one thread and on three",
    arguments: ["statistical", "gate, steps: 16", "transition, variants: 1, steps: 16"])
  func chips(fidelity: String) throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 3] {
      let table = try sweep(folder, "fidelity: \(fidelity)", jobs: jobs, output: "jobs\(jobs)") {
        $0.replacing(/supply: \[0\.45 V,[^\]]*\]/, with: "supply: [0.45 V]")
          .replacing("methods: [conventional, pas]", with: "methods: [conventional]")
      }
      #expect(table.rows.count == 1)
      #expect(try table.number(table.rows[0], "chips") > 1)
      // The small tables that errors are drawn from have none.
      if fidelity != "statistical" {
        #expect(try table.number(table.rows[0], "timing_error_rate") > 0)
      }
    }
    #expect(
      try SmallSweep.read(folder, "jobs1/points.csv")
        == SmallSweep.read(folder, "jobs3/points.csv"))
  }

  @Test("--table-cache leaves every byte of a report as it is, for evaluation and for training")
  func tableCache() throws {
    let folder = try TemporaryFolder()
    let timing = "fidelity: transition, variants: 1, training: transition, training_variants: 1"
    for (output, more) in [
      ("without", []), ("made", ["--table-cache", folder.file("tables")]),
      ("read", ["--table-cache", folder.file("tables")]),
    ] {
      let outcome = try AxTrainProgram.run(
        try SmallSweep.arguments(folder, output: output, jobs: output == "read" ? 1 : 3) {
          Self.small($0) + "timing_errors: {\(timing), steps: 16}\n"
        } + more)
      #expect(outcome.status == 0 && !outcome.errors.contains(".wrong"), "\(outcome.errors)")
      for file in ["points.csv", "manifest.json"] {
        #expect(
          try SmallSweep.read(folder, "without/\(file)")
            == SmallSweep.read(folder, "\(output)/\(file)"))
      }
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("tables"))
    #expect(!files.isEmpty && files.allSatisfy { $0.hasSuffix(".wrong") }, "\(files)")
  }

  @Test("training captures products at each drawn supply: the same rows for one job and three")
  func drawnSupplies() throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 3] {
      let table = try sweep(
        folder, "training: transition, training_variants: 2, steps: 16", jobs: jobs,
        output: "jobs\(jobs)"
      ) {
        $0.replacing("methods: [conventional, pas]", with: "methods: [conventional, axtrain]")
          .replacing("pas_epochs: 1\n", with: "pas_epochs: 1\n  drawn_supplies: [0.45 V, 0.5 V]\n")
      }
      let methods = try column("method", of: table)
      #expect(Set(methods) == ["conventional", "axtrain"])
      // Rows name what they rest on: nothing of the conventional network is captured.
      for (name, value) in [
        ("training_variants", "2"), ("time_steps", "16"), ("pulses", "inertial"),
      ] {
        #expect(
          try column(name, of: table) == methods.map { $0 == "axtrain" ? value : "" }, "\(name)")
      }
    }
    for file in ["points.csv", "manifest.json", "timing_errors.csv"] {
      #expect(
        try SmallSweep.read(folder, "jobs1/\(file)") == SmallSweep.read(folder, "jobs3/\(file)"))
    }
    // A supply of no point has a table, whose training half is drawn from.
    let timing = try CSVTable(contentsOf: folder.file("jobs1/timing_errors.csv"))
    let supplies = try column("supply_v", of: timing)
    #expect(supplies.compactMap(Double.init) == [0.45, 0.5, 1])
  }
}
