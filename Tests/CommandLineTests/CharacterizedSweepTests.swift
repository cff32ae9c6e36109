import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep with tables of axtrain characterize", .serialized)
struct CharacterizedSweepTests {
  private static let netlist = "HardwareSpecs/Multipliers/mul8u_exact_dadda.v"

  /// Characterizes the exact multiplier at 0.45 V into `tables`, where the sweep's clock has 1.1
  /// longest paths.
  private func characterize(_ folder: TemporaryFolder, _ more: [String]) throws {
    let outcome = try AxTrainProgram.run(
      ["characterize", Self.netlist, "--supply", "0.45 V", "--output", folder.file("tables")]
        + more)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func sweep(
    _ folder: TemporaryFolder, _ lines: String, output: String = "out",
    editing edit: (String) -> String = { $0 }
  ) throws -> AxTrainProgram.Outcome {
    try SmallSweep.run(folder, output: output) {
      edit($0).replacing("  - HardwareSpecs/Multipliers/mul8u_truncated_t6.v\n", with: "")
        .replacing("  - {clock: fixed, supply: [0.80 V]}\n", with: "")
        .replacing("hidden: [32]", with: "hidden: [4]")
        + lines.replacing("TABLES", with: folder.file("tables"))
    }
  }

  private func guardBand() throws -> String {
    let text = try String(
      contentsOfFile: Repository.path("HardwareSpecs/Accelerators/ntc16x16.yaml"), encoding: .utf8)
    let match = try #require(text.firstMatch(of: #/guard_band: ([0-9.]+)/#))
    return String(match.1)
  }

  @Test("rows at a characterized supply have its counts and name its folder, others the sweep's")
  func statistical() throws {
    let folder = try TemporaryFolder()
    try characterize(folder, ["--track", try guardBand(), "--dies", "4", "--samples", "4096"])
    let outcome = try sweep(folder, "characterized: [TABLES]\n")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors
        == "note: \(folder.file("tables")) has no tables of mul8u_exact_dadda at 1.0 V: rows there have "
        + "the sweep's own\n")
    let made = try CSVTable(contentsOf: folder.file("tables/supplies.csv"))
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    for row in points.rows {
      let isThere = try points.text(row, "supply_v") == "0.45"
      #expect(
        try points.text(row, "error_tables") == (isThere ? folder.file("tables") : "own"))
      if isThere {
        #expect(
          try points.text(row, "table_error_rate") == made.text(made.rows[0], "error_rate"))
        // Where operands are 0 a difference below 0 changes no product.
        let ratio =
          try points.number(row, "timing_error_rate") / points.number(row, "table_error_rate")
        #expect(ratio > 0.3 && ratio < 1)
        let high = try made.number(made.rows[0], "error_rate_high") * ratio
        #expect(abs(try points.number(row, "timing_error_rate_high") / high - 1) < 1e-6)
      }
    }
    let manifest = try SmallSweep.read(folder, "out/manifest.json")
    #expect(manifest.contains("tables/manifest.json"))
  }

  @Test("a folder of no point's supply is refused with what it has and what is asked for")
  func unused() throws {
    let folder = try TemporaryFolder()
    try characterize(folder, ["--track", try guardBand(), "--dies", "2", "--samples", "64"])
    let outcome = try sweep(folder, "characterized: [TABLES]\n") {
      $0.replacing("supply: [0.45 V, 1.00 V]", with: "supply: [0.47 V, 1.00 V]")
    }
    #expect(outcome.status == 65, "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    for text in [
      "\(folder.file("tables"))/manifest.json: error: is of no point: it has mul8u_exact_dadda at ",
      "(clock period) 0.45 V (", " s), the sweep asks for 0.47 V (", " s), 1.0 V (",
      " s): characterize at one of these supplies, or leave the folder out\n",
    ] {
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
  }

  @Test("transition tables are taken from the folder; too few dies end the sweep at its start")
  func transition() throws {
    let folder = try TemporaryFolder()
    try characterize(folder, ["--track", try guardBand(), "--dies", "2", "--tables"])
    let lines = "characterized: [TABLES]\ntiming_errors: {fidelity: transition, variants: 2}\n"
    let outcome = try sweep(folder, lines)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let points = try CSVTable(contentsOf: folder.file("out/points.csv"))
    let taken = try points.rows.filter { try points.text($0, "supply_v") == "0.45" }
    #expect(!taken.isEmpty)
    for row in taken {
      #expect(try points.text(row, "fidelity") == "transition")
      #expect(try points.text(row, "error_tables") == folder.file("tables"))
      #expect(try points.number(row, "timing_error_rate") > 0)
    }
    let few = try sweep(folder, lines.replacing("variants: 2", with: "variants: 3"), output: "few")
    #expect(few.status == 65 && few.errors.split(separator: "\n").count == 1, "\(few.errors)")
    #expect(few.errors.contains("has transition tables of 2 dies, the sweep takes 3"))
    // Two draws of one die each are the same two dies, of chips that can be dealt out to both.
    func even(_ text: String) -> String { text.replacing("chips: 3", with: "chips: 4") }
    let draws = try sweep(
      folder, lines.replacing("variants: 2", with: "variants: 1, draws: 2"), output: "draws",
      editing: even)
    #expect(draws.status == 0, "\(draws.errors)")
    let many = try sweep(
      folder, lines.replacing("variants: 2", with: "variants: 2, draws: 2"), output: "many",
      editing: even)
    #expect(many.status == 65, "\(many.errors)")
    #expect(
      many.errors.contains(
        "the sweep takes 4: characterize with --tables --dies 4, or lower 'variants' or 'draws'"))
    // A product of the second die is another, or its table is the first one's, with its `.sha256`: its
    // row is not evaluated with it.
    let name = "tables/transitions_0.45V_die1.npy"
    var bytes = try InputFile.bytes(of: folder.file(name))
    bytes[bytes.count / 2] ^= 1
    try OutputFile.write(bytes, to: folder.file(name))
    let damaged = try sweep(folder, lines, output: "damaged")
    #expect(damaged.status == 2, "\(damaged.errors)")
    #expect(damaged.errors.contains("die1.npy"), "\(damaged.errors)")
    for end in ["", ".sha256"] {
      let first = try InputFile.bytes(of: folder.file("tables/transitions_0.45V_die0.npy\(end)"))
      try OutputFile.write(first, to: folder.file(name + end))
    }
    let foreign = try sweep(folder, lines, output: "foreign")
    #expect(foreign.status == 2, "\(foreign.errors)")
    #expect(foreign.errors.contains("die1.npy"), "\(foreign.errors)")
  }

  @Test("tables of another period, seed, netlist or version, and damaged ones, are one clear line")
  func refused() throws {
    let folder = try TemporaryFolder()
    try characterize(folder, ["--clock-period", "9 ns", "--dies", "2", "--samples", "64"])
    let manifest = try SmallSweep.read(folder, "tables/manifest.json")
    let masks = try SmallSweep.read(folder, "tables/masks.csv")
    let netlist = try #require(manifest.firstMatch(of: #/"sha256": "([0-9a-f]{64})"/#)).1
    for (edit, text) in [
      ({ $0 }, "captures at 9"), ({ $0 }, ": characterize with --track \(try guardBand())"),
      (
        { $0.replacing(#/"version": "[^"]*"/#, with: "\"version\": \"0.0.1\"") },
        "tables/manifest.json: error: was written by axtrain 0.0.1, this is "
      ),
      ({ $0.replacing("timing tables 3", with: "timing tables 2") }, "this program reads"),
      ({ $0.replacing("\"seeds\"", with: "\"sods\"") }, "is not the manifest"),
      (
        { $0.replacing("\"dies_and_samples\": 1", with: "\"dies_and_samples\": 45") },
        "has the dies that pas trains on"
      ),
      ({ $0.replacing("\"stationary\": \"b\"", with: "\"stationary\": \"a\"") }, "held first"),
      ({ $0.replacing(netlist, with: String(repeating: "0", count: 64)) }, "run"),
    ] as [((String) -> String, String)] {
      _ = try folder.write(edit(manifest), to: "tables/manifest.json")
      let outcome = try sweep(folder, "characterized: [TABLES]\n")
      #expect(outcome.status == 65 && outcome.errors.contains(text), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    _ = try folder.write(manifest, to: "tables/manifest.json")
    _ = try folder.write(masks + "0.45,1,1,1\n", to: "tables/masks.csv")
    for (lines, text) in [
      ("characterized: [TABLES]\n", "masks.csv: error: is damaged"),
      ("characterized: [TABLES, nowhere]\n", "damaged"),
      ("characterized: [nowhere]\n", "nowhere/manifest.json: error: cannot be read"),
    ] {
      let outcome = try sweep(folder, lines)
      #expect([65, 66].contains(outcome.status), "\(outcome.errors)")
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
    _ = try folder.write(masks, to: "tables/masks.csv")
    let gate = try sweep(folder, "characterized: [TABLES]\ntiming_errors: {fidelity: gate}\n")
    #expect(gate.status == 65 && gate.errors.contains("is not used by fidelity gate"))
    let other = try sweep(
      folder, "characterized: [TABLES]\ntiming_errors: {fidelity: transition, steps: 64}\n")
    #expect(
      other.status == 65
        && other.errors.contains("has 128 inertial time steps, the sweep 64 inertial"))
  }
}
