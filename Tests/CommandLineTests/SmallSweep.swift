import Foundation
import TestSupport

/// A sweep of twelve points that takes a few seconds in a debug build: the quickstart with less of
/// everything.
enum SmallSweep {
  static let quickstart = Repository.path("Sweeps/quickstart.yaml")

  /// The quickstart's text with two multipliers, three operating points, two methods, and short training.
  static func text() throws -> String {
    var text = try String(contentsOfFile: quickstart, encoding: .utf8)
    for (pattern, replacement) in [
      (#"  - HardwareSpecs/Multipliers/mul8u_bam[^\n]*\n"#, ""),
      (#"  # just quantize more[^\n]*\n  - \{generate[^\n]*\n"#, ""),
      (
        #"operating_points:\n(  [^\n]*\n)+"#,
        """
        operating_points:
          - {clock: track, supply: [0.45 V, 1.00 V]}
          - {clock: fixed, supply: [0.80 V]}

        """
      ),
      (#"methods: [^\n]*"#, "methods: [conventional, pas]"),
      (#"seeds: [^\n]*"#, "seeds: [1, 2]"),
      (#"epochs: 120"#, "epochs: 5"),
      (#"pas_epochs: 30"#, "pas_epochs: 1"),
      (#"dies: \d+, transitions: \d+"#, "dies: 2, transitions: 60"),
      (#"chips: \d+"#, "chips: 3"),
      (#"timing_errors: [^\n]*\n"#, ""),
      (#"name: quickstart"#, "name: small"),
    ] {
      let changed = text.replacingOccurrences(
        of: pattern, with: replacement, options: .regularExpression)
      precondition(changed != text, "the quickstart has no \(pattern)")
      text = changed
    }
    return text
  }

  /// Writes the sweep into a folder, after an edit.
  static func write(
    into folder: TemporaryFolder, editing edit: (String) -> String = { $0 }
  ) throws -> String {
    try folder.write(edit(text()), to: "small.yaml")
  }

  /// Runs the sweep into a folder of its own.
  static func run(
    _ folder: TemporaryFolder, output: String, jobs: Int = 2,
    editing edit: (String) -> String = { $0 }
  ) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run(arguments(folder, output: output, jobs: jobs, editing: edit))
  }

  static func arguments(
    _ folder: TemporaryFolder, output: String, jobs: Int = 2,
    editing edit: (String) -> String = { $0 }
  ) throws -> [String] {
    [
      "sweep", try write(into: folder, editing: edit), "--output", folder.file(output), "--jobs",
      "\(jobs)", "--quiet", "--allow-outside",
    ]
  }

  static func read(_ folder: TemporaryFolder, _ file: String) throws -> String {
    try String(contentsOfFile: folder.file(file), encoding: .utf8)
  }
}
