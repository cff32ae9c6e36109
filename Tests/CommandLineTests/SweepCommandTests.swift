import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep", .serialized)
struct SweepCommandTests {
  static let files = [
    "points.csv", "pareto.csv", "timing_errors.csv", "manifest.json", "report.html", "pareto.svg",
  ]

  @Test("one job and three give the same bytes in every file")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    for jobs in [1, 3] {
      let outcome = try SmallSweep.run(folder, output: "jobs\(jobs)", jobs: jobs)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    for file in Self.files {
      #expect(
        try SmallSweep.read(folder, "jobs1/\(file)") == SmallSweep.read(folder, "jobs3/\(file)"),
        "\(file)")
    }
    let rows = try SmallSweep.read(folder, "jobs1/points.csv").split(separator: "\n")
    #expect(rows.count == 1 + 2 * 3 * 2)
  }

  @Test("a second run computes nothing and writes the same report")
  func secondRun() throws {
    let folder = try TemporaryFolder()
    let first = try SmallSweep.run(folder, output: "out")
    try #require(first.status == 0, "\(first.errors)")
    let points = try SmallSweep.read(folder, "out/points.csv")
    let second = try SmallSweep.run(folder, output: "out")
    #expect(second.status == 0)
    #expect(
      second.output.contains(
        "12 points (12 from the store); networks: 0 trained, 6 from the store\n"))
    #expect(try SmallSweep.read(folder, "out/points.csv") == points)
  }

  @Test(
    "a voltage added to a finished sweep gives the bytes of a fresh sweep, and computes only it")
  func extended() throws {
    let folder = try TemporaryFolder()
    let longer: (String) -> String = { $0.replacing("[0.45 V,", with: "[0.45 V, 0.60 V,") }
    try #require(try SmallSweep.run(folder, output: "grown").status == 0)
    let grown = try SmallSweep.run(folder, output: "grown", editing: longer)
    // Two seeds of pas with two multipliers.
    #expect(
      grown.output.contains(
        "16 points (12 from the store); networks: 4 trained, 6 from the store\n"),
      "\(grown.output)")
    try #require(try SmallSweep.run(folder, output: "fresh", editing: longer).status == 0)
    for file in Self.files {
      #expect(
        try SmallSweep.read(folder, "grown/\(file)") == SmallSweep.read(folder, "fresh/\(file)"),
        "\(file)")
    }
  }

  @Test("killed at ten random moments and run again, it gives the bytes of an undisturbed run")
  func killed() throws {
    let folder = try TemporaryFolder()
    let (whole, seconds) = try AxTrainProgram.timed(SmallSweep.arguments(folder, output: "whole"))
    try #require(whole.status == 0, "\(whole.errors)")
    let arguments = try SmallSweep.arguments(folder, output: "killed")
    let kills = try AxTrainProgram.runs(
      killing: arguments, times: 10, within: seconds * 0.7, removing: folder.file("killed"))
    #expect(kills == 10)
    let last = try AxTrainProgram.run(arguments)
    #expect(last.status == 0, "\(last.errors)")
    for file in Self.files {
      #expect(
        try SmallSweep.read(folder, "killed/\(file)") == SmallSweep.read(folder, "whole/\(file)"),
        "\(file)")
    }
  }

  @Test("Ctrl-C ends with status 75 and says how to go on; going on completes")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let arguments = try SmallSweep.arguments(folder, output: "out", jobs: 1)
    let outcome = try AxTrainProgram.run(
      arguments.filter { $0 != "--quiet" }, signal: SIGINT, once: "training")
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("run again to go on"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/points.csv")))
    #expect(try AxTrainProgram.run(arguments).status == 0)
  }

  @Test("a disk that is full ends with status 74 and no file under its final name")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let arguments = try SmallSweep.arguments(folder, output: "out")
    let outcome = try AxTrainProgram.run(arguments, fileSizeLimit: 16)
    #expect(outcome.status == 74, "\(outcome.status) \(outcome.errors)")
    #expect(outcome.errors.contains(".sqlite: error:"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/points.csv")))
  }

  @Test("a store that is not ours, and one with a flipped bit, are refused")
  func foreignStore() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("out"), withIntermediateDirectories: true)
    _ = try folder.write("not a database, but long enough to look at\n", to: "out/small.sqlite")
    let foreign = try SmallSweep.run(folder, output: "out")
    #expect(foreign.status == 65)
    #expect(foreign.errors.contains("is not a sweep store"))

    try #require(try SmallSweep.run(folder, output: "good").status == 0)
    let store = folder.file("good/small.sqlite")
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: store)))
    // A digit of every stored row: SQLite itself does not notice.
    let needle = Array(#"{"cells":["#.utf8)
    let places = bytes.indices.dropLast(needle.count).filter {
      bytes[$0] == needle[0] && bytes[$0..<$0 + needle.count].elementsEqual(needle)
    }
    try #require(places.count >= 12)
    for place in places { bytes[place + needle.count] ^= 1 }
    try Data(bytes).write(to: URL(filePath: store))
    let damaged = try SmallSweep.run(folder, output: "good")
    #expect(damaged.status == 65, "\(damaged.errors)")
    #expect(damaged.errors.contains("is damaged"))
  }

  @Test("a generated multiplier gives the rows of its file, and the manifest names its text")
  func generated() throws {
    let folder = try TemporaryFolder()
    let file = try SmallSweep.run(folder, output: "file")
    let generated = try SmallSweep.run(folder, output: "generated") {
      $0.replacing(
        "HardwareSpecs/Multipliers/mul8u_truncated_t6.v",
        with: "{generate: truncated, columns: 6}")
    }
    #expect(file.status == 0 && generated.status == 0, "\(generated.errors)")
    #expect(
      try SmallSweep.read(folder, "file/points.csv")
        == SmallSweep.read(folder, "generated/points.csv"))
    let manifest = try SmallSweep.read(folder, "generated/manifest.json")
    #expect(manifest.contains("generate mul8u_truncated_t6"))
  }
}
