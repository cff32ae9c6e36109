import Foundation
import TestSupport

/// Sweeps of two points, weight clipping and method external, with a trainer of a few lines of shell.
///
/// Sweeps of one value share a store, so that what does not depend on the trainer is computed once.
struct ExternalSweep {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The text of the sweep, with this command.
  static func text(_ command: String, limit: String = "60 s") throws -> String {
    let shipped = try String(
      contentsOfFile: Repository.path("Sweeps/external-trainer-small.yaml"), encoding: .utf8)
    let text = try shipped.replacing(each: [
      #"command: \[.*\], time_limit: 600 s"#: "command: \(command), time_limit: \(limit)",
      #"methods: [^\n]*"#: "methods: [weight_clipping, external]",
      #"seeds: [^\n]*"#: "seeds: [1]",
      #"epochs: 60"#: "epochs: 3",
      #"pas_epochs: 15"#: "pas_epochs: 1",
      #"rates: \[[^\]]*\]"#: "rates: [0.05]",
      #"chips: \d+"#: "chips: 2",
      #"dies: \d+, transitions: \d+"#: "dies: 2, transitions: 60",
    ])
    return text
  }

  /// Runs it with a command, or a shell script, which gets the folder of the task as its last argument
  /// and the test's folder as the first.
  func run(
    command: String? = nil, script: String = "", limit: String = "60 s",
    editing edit: (String) -> String = { $0 }
  ) throws -> AxTrainProgram.Outcome {
    let path = try folder.write(script, to: "trainer.sh")
    let text = try Self.text(command ?? "[/bin/sh, \(path), \(folder.path)]", limit: limit)
    return try AxTrainProgram.run([
      "sweep", folder.write(edit(text), to: "external.yaml"), "--output", folder.file("out"),
      "--jobs", "2", "--quiet", "--allow-outside",
    ])
  }

  func read(_ file: String) throws -> String {
    try String(contentsOfFile: folder.file(file), encoding: .utf8)
  }

  func isThere(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.file(file))
  }

  /// The process whose number a script wrote into a file.
  func process(_ file: String) throws -> Int? {
    Int(try read(file).trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
