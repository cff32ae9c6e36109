import Files
import Foundation
import Randomness
import TestSupport
import Testing

@Suite("axtrain characterize puts its folder in place whole", .serialized)
struct CharacterizeFolderTests {
  private let folder: TemporaryFolder
  private var out: String { folder.file("out") }

  init() throws {
    folder = try TemporaryFolder()
    let made = try AxTrainProgram.run([
      "generate", "exact_dadda", "--width", "4", "-o", folder.file("small.v"),
    ])
    #expect(made.status == 0)
  }

  private func arguments(seed: Int, _ more: [String] = []) -> [String] {
    [
      "characterize", folder.file("small.v"), "--supply", "0.45,0.5 V", "--dies", "3", "--track",
      "0.8", "--seed", "\(seed)", "-q", "-o", out,
    ] + more
  }

  /// The bytes of all files, by their names.
  private func contents() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out) {
      files[name] = try InputFile.bytes(of: "\(out)/\(name)")
    }
    return files
  }

  /// Whether the folder has the files that its manifest names, with their hashes, and no other.
  private func isWhole() throws -> Bool {
    var files = try contents()
    guard let manifest = files.removeValue(forKey: "manifest.json"),
      let object = try JSONSerialization.jsonObject(with: Data(manifest)) as? [String: Any],
      let outputs = object["outputs"] as? [[String: String]]
    else { return false }
    for output in outputs {
      guard let name = output["name"], let bytes = files.removeValue(forKey: name),
        output["sha256"] == "\(Digest(of: bytes))"
      else { return false }
    }
    return files.keys.allSatisfy { $0.hasSuffix(".npy.sha256") }
  }

  private func beside() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(
    "a disk that is full leaves no folder, or the old one as it was", arguments: [[], ["--tables"]])
  func fullDisk(more: [String]) throws {
    let first = try AxTrainProgram.run(arguments(seed: 1, more), fileSizeLimit: 8)
    #expect(first.status == 74, "\(first.errors)")
    #expect(try beside() == ["small.v"])
    let good = try AxTrainProgram.run(arguments(seed: 1, ["--tables"]))
    #expect(good.status == 0, "\(good.errors)")
    let before = try contents()
    let second = try AxTrainProgram.run(arguments(seed: 2, more), fileSizeLimit: 8)
    #expect(second.status == 74, "\(second.errors)")
    #expect(try contents() == before && beside() == ["out", "small.v"])
  }

  @Test("a folder that cannot be made is refused with status 73, before anything is simulated")
  func refused() throws {
    let proc = try AxTrainProgram.run(arguments(seed: 1).dropLast() + ["/proc/axtrain/out"])
    #expect(proc.status == 73 && proc.errors.split(separator: "\n").count == 1, "\(proc.errors)")
    try OutputFile.makeFolder(out)
    let mine = try folder.write("mine", to: "out/mine.txt")
    let foreign = try AxTrainProgram.run(arguments(seed: 1))
    #expect(foreign.status == 73 && foreign.errors.contains("holds 'mine.txt'"))
    #expect(try InputFile.text(of: mine) == "mine")
  }

  @Test(
    "stopped or killed at any moment the folder is one seed's, whole; the next run clears the rest",
    arguments: [SIGINT, SIGKILL])
  func stopped(number: Int32) throws {
    let first = try AxTrainProgram.run(arguments(seed: 1), signal: number, after: 0.05)
    // A signal may come after the folder is in place.
    if first.status != 0, FileManager.default.fileExists(atPath: out) { #expect(try isWhole()) }
    let (good, seconds) = try AxTrainProgram.timed(arguments(seed: 1, ["--tables"]))
    #expect(good.status == 0, "\(good.errors)")
    var random = RandomStream(seed: UInt64(number), purpose: .test)
    for seed in 2...9 {
      let run = try AxTrainProgram.run(
        arguments(seed: seed, seed.isMultiple(of: 2) ? ["--tables"] : []), signal: number,
        after: seconds * random.nextUniform())
      // Before the program listens, Ctrl-C ends it as it ends any other.
      #expect(run.wasKilled || [0, 75].contains(run.status), "\(run.errors)")
      // Between two renames only the old folder's other name is there.
      if FileManager.default.fileExists(atPath: out) { #expect(try isWhole(), "seed \(seed)") }
      if !run.wasKilled && number == SIGINT { #expect(try beside() == ["out", "small.v"]) }
    }
    let last = try AxTrainProgram.run(arguments(seed: 10))
    #expect(last.status == 0, "\(last.errors)")
    #expect(try isWhole() && beside() == ["out", "small.v"])
    #expect(try !contents().keys.contains { $0.hasSuffix(".npy") })
  }
}
