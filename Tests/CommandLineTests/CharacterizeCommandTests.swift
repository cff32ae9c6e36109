import ErrorTables
import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain characterize")
struct CharacterizeCommandTests {
  static let netlist = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"

  private func run(_ arguments: [String], to folder: String) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run(
      ["characterize", Self.netlist, "--dies", "3", "-q", "-o", folder] + arguments)
  }

  @Test("the same files, byte for byte, for 1, 2 and 8 threads; the manifest has their hashes")
  func files() throws {
    let folder = try TemporaryFolder()
    let names = [
      "bits.csv", "differences.csv", "dies.csv", "index.html", "masks.csv", "supplies.csv",
    ]
    var contents: [[String]] = []
    for jobs in ["1", "2", "8"] {
      let outcome = try run(
        ["--supply", "0.40:0.50:0.05 V", "--samples", "2000", "--track", "0.9", "--jobs", jobs],
        to: folder.file(jobs))
      #expect(outcome.status == 0, "\(outcome.errors)")
      contents.append(
        try (names + ["manifest.json"]).map { try InputFile.text(of: folder.file("\(jobs)/\($0)")) }
      )
    }
    #expect(contents[0] == contents[1] && contents[0] == contents[2])
    let manifest = contents[0][6]
    for (name, text) in zip(names, contents[0]) {
      #expect(manifest.contains("\"\(Digest(of: text))\""), "\(name)")
    }
    let supplies = try CSVTable(contentsOf: folder.file("1/supplies.csv"))
    #expect(try supplies.rows.map { try supplies.number($0, "supply_v") } == [0.4, 0.45, 0.5])
    #expect(try supplies.rows.map { try supplies.number($0, "transitions") } == [6000, 6000, 6000])
    let rates = try supplies.rows.map { try supplies.number($0, "error_rate") }
    #expect(rates[0] > rates[2] && rates[2] > 0)
    let masks = try CSVTable(contentsOf: folder.file("1/masks.csv"))
    let shares = try masks.rows.filter { try masks.number($0, "supply_v") == 0.4 }.map {
      try masks.number($0, "share_of_errors")
    }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-6)
  }

  @Test("a trace is read; what is wrong in it is named with its line")
  func trace() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write(
      "previous_a,previous_b,a,b\n0,255,255,255\n1,7,2,9\n", to: "good.csv")
    let outcome = try run(
      ["--supply", "0.45,0.5 V", "--trace", good, "--format", "csv"], to: folder.file("out"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").count == 3)
    #expect(outcome.output.contains(",6,trace,"))
    for (text, message) in [
      (
        "previous_a,previous_b,a,b\n0,1,2,256\n",
        ":2:7: error: b must be a whole number of 8 bits, not 256.0"
      ),
      (
        "previous_a,previous_b,a,b\n0,1,0.5,2\n",
        ":2:5: error: a must be a whole number of 8 bits, not 0.5"
      ),
      ("previous_a,previous_b,a\n0,1,2\n", ":1: error: column 'b' is missing"),
      ("previous_a,previous_b,a,b\n", ": error: has no transition"),
      (
        "previous_a,previous_b,a,b,a\n0,1,2,3,4\n",
        ":1: error: column 'a' stands there twice: which one is meant?"
      ),
    ] {
      let bad = try folder.write(text, to: "bad.csv")
      let outcome = try run(["--supply", "0.5 V", "--trace", bad], to: folder.file("out"))
      #expect(outcome.status == 65)
      #expect(outcome.errors == "\(bad)\(message)\n")
    }
  }

  @Test(
    "a wrong command line or operating point is one line with the documented status",
    arguments: [
      (["--supply", "0.5"], 64, "--supply: '0.5 ' has no unit"),
      (["--supply", "0.5,0.50 V"], 64, "--supply: 0.5 V stands there twice"),
      (
        ["--supply", "0.45 V,0.4500000000000001 V"], 64,
        "--supply: 0.45 V and 0.4500000000000001 V are one supply in tables: give one of them"
      ),
      (["--supply", "0.6:0.5:0.1 V"], 64, "--supply: a range rises by a positive step"),
      (["--supply", "0.4:0.5 V"], 64, "--supply: a range is FROM:TO:STEP, such as 0.4:0.6:0.05 V"),
      (
        ["--supply", "0.1 V"], 65,
        "ptm45_hp.yaml: error: mul8u_truncated_t6: 0.1 V is outside 0.25…1.1 V, where the delay law was fitted"
      ),
      (
        ["--supply", "0.5 V", "--clock-period", "10 ps"], 65,
        "a clock period of 0.01 ns is shorter than 'FA."
      ),
      (
        ["--supply", "0.5 V", "--clock-period", "10 V"], 64,
        "--clock-period: 'V' is not a unit of this value"
      ),
      (
        ["--supply", "0.5 V", "--clock-period", "1 ns", "--track", "1"], 64,
        "--clock-period and --track exclude each other"
      ),
      (
        ["--supply", "0.5 V", "--carry-state", "--samples", "5000"], 64,
        "--samples must be 2, 3 … times 2048"
      ),
      (
        ["--supply", "0.5 V", "--steps", "8", "--track", "0.11"], 64,
        "is less than one time step at 0.5 V: raise --steps"
      ),
      (["--supply", "0.5 V", "--steps", "7"], 64, "--steps must be 8 to 4,096"),
      (["--supply", "0.5 V", "--tables", "--samples", "9"], 64, "--tables needs all transitions"),
      (["--supply", "0.5 V", "--trace", "/none.csv"], 66, "/none.csv: error: cannot be read"),
      (
        ["--supply", "0.5 V", "--trace", "/none.csv", "--stationary", "a"], 64,
        "--trace gives the transitions: leave out --stationary"
      ),
      (
        ["--supply", "0.5 V", "--technology", "/none.yaml"], 66, "/none.yaml: error: cannot be read"
      ),
    ])
  func refusals(arguments: [String], status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try run(
      ["--samples", "100"].filter { _ in
        !arguments.contains("--trace") && !arguments.contains("--samples")
      } + arguments, to: folder.file("out"))
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  @Test("without threshold variation the typical die is characterized, and more dies are refused")
  func typicalDie() throws {
    let folder = try TemporaryFolder()
    let technology = "HardwareSpecs/Technology/sky130_ss_n40c.yaml"
    func run(dies: String, to out: String) throws -> AxTrainProgram.Outcome {
      try AxTrainProgram.run([
        "characterize", Self.netlist, "--technology", technology, "--supply", "1.4 V", "--track",
        "0.8", "--samples", "2000", "--dies", dies, "-q", "-o", folder.file(out),
      ])
    }
    let several = try run(dies: "3", to: "several")
    #expect(several.status == 64)
    #expect(
      several.errors
        == "error: --dies: \(technology) has no 'threshold_variation', so that all 3 dies are the "
        + "typical one: say --dies 1, or choose a technology that has it\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("several/supplies.csv")))
    let one = try run(dies: "1", to: "one")
    #expect(one.status == 0, "\(one.errors)")
    let supplies = try CSVTable(contentsOf: folder.file("one/supplies.csv"))
    let row = supplies.rows[0]
    #expect(try supplies.number(row, "dies") == 1)
    let path = try supplies.number(row, "critical_path_ns")
    #expect(try supplies.number(row, "slowest_critical_path_ns") == path)
    #expect(try supplies.number(row, "error_rate") > 0)
    let words =
      "No threshold variation is in these results: technology 'sky130_ss_n40c' states none"
    #expect(one.output.replacing("\n", with: " ").contains(words))
    let manifest = try InputFile.text(of: folder.file("one/manifest.json"))
    #expect(manifest.contains(words) && manifest.contains("\"threshold_variation\": \"none\""))
  }

  @Test("one die's intervals say that they know no other die; those of two do not")
  func oneDie() throws {
    let folder = try TemporaryFolder()
    let words = "Intervals hold nothing of how dies differ: they are of one die's transitions."
    for dies in ["1", "2"] {
      let outcome = try AxTrainProgram.run([
        "characterize", Self.netlist, "--technology", "HardwareSpecs/Technology/ptm45_hp.yaml",
        "--supply", "0.5 V", "--track", "0.8", "--samples", "2000", "--dies", dies, "-q", "-o",
        folder.file(dies),
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.replacing("\n", with: " ").contains(words) == (dies == "1"))
      let manifest = try InputFile.text(of: folder.file("\(dies)/manifest.json"))
      #expect(manifest.contains(words) == (dies == "1"))
    }
  }

  @Test("a law that the points reject ends with 65 and the page's path; its tables stand")
  func poorFit() throws {
    let folder = try TemporaryFolder()
    // Down to the typical die's own errors, which no erfc has.
    let options = ["--supply", "0.35:0.85:0.05 V", "--track", "0.9", "--samples", "3000"]
    for (more, status) in [([], Int32(65)), (["--accept-poor-fit"], 0)] {
      let out = folder.file("out\(more.count)")
      let outcome = try run(options + ["--dies", "30"] + more, to: out)
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(FileManager.default.fileExists(atPath: "\(out)/manifest.json"))
      let supplies = try CSVTable(contentsOf: "\(out)/supplies.csv")
      #expect(supplies.rows.count == 11)
      let isRefused = status == 65
      #expect(
        outcome.errors.hasPrefix(
          "\(Self.netlist): error: the tables are written, but no law p(V) is fitted: ")
          == isRefused)
      #expect(
        outcome.errors.hasSuffix(
          "; see \(out)/index.html, and choose other supplies or say --accept-poor-fit\n")
          == isRefused)
      #expect(outcome.errors.split(separator: "\n").count == (isRefused ? 1 : 0))
      let page = try InputFile.text(of: "\(out)/index.html")
      #expect(page.contains(isRefused ? "rejected law" : "fitted law"))
    }
  }

  @Test(
    "the captured products come from the pass that counts their errors, and are in the manifest")
  func tables() throws {
    let folder = try TemporaryFolder()
    let netlist = folder.file("small.v")
    #expect(
      try AxTrainProgram.run(["generate", "exact_dadda", "--width", "4", "-o", netlist]).status == 0
    )
    var contents: [[String]] = []
    for jobs in ["1", "3"] {
      let outcome = try AxTrainProgram.run([
        "characterize", netlist, "--supply", "0.45,0.5 V", "--dies", "3", "--track", "0.8",
        "--tables", "--jobs", jobs, "-q", "-o", folder.file(jobs),
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      contents.append(
        try ["manifest.json", "dies.csv", "supplies.csv"].map {
          try InputFile.text(of: folder.file("\(jobs)/\($0)"))
        })
    }
    #expect(contents[0] == contents[1])
    let dies = try CSVTable(contentsOf: folder.file("1/dies.csv"))
    var someErrors = false
    for row in dies.rows {
      let name =
        "transitions_\(try dies.number(row, "supply_v"))V_die\(Int(try dies.number(row, "die"))).npy"
      #expect(contents[0][0].contains("\"\(name)\""))
      let table = try TransitionTable(
        mapping: folder.file("1/\(name)"),
        sha256: "\(Digest(of: try InputFile.bytes(of: folder.file("1/\(name)"))))",
        stationaryWidth: 4, movingWidth: 4, remedy: "")
      var errors = 0
      for held in 0..<16 {
        for before in 0..<16 {
          for after in 0..<16 where Int(table[held, before, after]) != held * after { errors += 1 }
        }
      }
      #expect(errors == Int(try dies.number(row, "errors")), "\(name)")
      someErrors = someErrors || errors > 0
    }
    #expect(dies.rows.count == 6 && someErrors)
  }

  @Test("a 16-bit multiplier has too many transitions for all, and says so")
  func wide() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("wide.v")
    #expect(
      try AxTrainProgram.run(["generate", "exact_dadda", "--width", "16", "-o", path]).status == 0)
    let all = try AxTrainProgram.run([
      "characterize", path, "--supply", "0.5 V", "-o", folder.file("o"),
    ])
    #expect(all.status == 64)
    #expect(all.errors.contains("there are 2^48 transitions, too many for all: give --samples"))
    let sampled = try AxTrainProgram.run([
      "characterize", path, "--supply", "0.5 V", "--dies", "2", "--samples", "300", "-q", "-o",
      folder.file("o"),
    ])
    #expect(sampled.status == 0, "\(sampled.errors)")
  }
}
