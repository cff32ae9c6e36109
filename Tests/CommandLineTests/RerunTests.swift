import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain sweep from a report's manifest", .serialized)
struct RerunTests {
  private static func rerun(
    _ manifest: String, to output: String
  ) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run([
      "sweep", manifest, "--output", output, "--jobs", "2", "--quiet", "--allow-outside",
    ])
  }

  @Test("it gives the same rows; the same folder, other inputs and another version are told apart")
  func rerun() throws {
    let folder = try TemporaryFolder()
    let shipped = "HardwareSpecs/Multipliers/mul8u_truncated_t6.v"
    let netlist = try InputFile.text(of: Repository.path(shipped))
    let copy = try folder.write(netlist, to: "mul8u_truncated_t6.v")
    let first = try SmallSweep.run(folder, output: "first") {
      $0.replacing(shipped, with: copy)
    }
    try #require(first.status == 0, "\(first.errors)")
    let manifest = folder.file("first/manifest.json")
    let second = try Self.rerun(manifest, to: folder.file("second"))
    #expect(second.status == 0 && second.errors == first.errors, "\(second.errors)")
    #expect(second.output.contains("12 points (0 from the store)"), "\(second.output)")
    for file in ["points.csv", "pareto.csv", "timing_errors.csv"] {
      #expect(
        try SmallSweep.read(folder, "first/\(file)") == SmallSweep.read(folder, "second/\(file)"),
        "\(file)")
    }
    let other = try folder.write(
      InputFile.text(of: manifest).replacing(#/"version": "[^"]*"/#, with: "\"version\": \"0\""),
      to: "older.json")
    let older = try Self.rerun(other, to: folder.file("second"))
    #expect(older.status == 0 && older.output.contains("12 points (12 from the store)"))
    #expect(older.errors.contains("the manifest is of version 0, this is "), "\(older.errors)")

    let same = try Self.rerun(manifest, to: folder.file("first"))
    #expect(same.status == 64, "\(same.errors)")
    #expect(
      same.errors.contains(
        "is an input of this command, which its output would replace: name another folder by "
          + "--output"), "\(same.errors)")

    _ = try folder.write(netlist + "// changed\n", to: "mul8u_truncated_t6.v")
    let changed = try Self.rerun(manifest, to: folder.file("third"))
    #expect(changed.status == 65 && changed.errors.split(separator: "\n").count == 1)
    #expect(
      changed.errors.contains(#/manifest\.json:\d+:\d+: error: input '/#), "\(changed.errors)")
    #expect(changed.errors.contains("mul8u_truncated_t6.v' is not what it was"))
  }
}
