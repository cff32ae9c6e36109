import Files
import TestSupport
import Testing

/// Tests that run `axtrain simulate`.
protocol SimulateSuite {}

extension SimulateSuite {
  /// A run with options that have no spaces in them.
  func run(_ options: String) throws -> AxTrainProgram.Outcome {
    try AxTrainProgram.run(["simulate"] + options.split(separator: " ").map(String.init))
  }

  /// The table of a run that succeeds.
  func table(_ options: String) throws -> CSVTable {
    let run = try run(options + " --format csv")
    #expect(run.status == 0, "\(run.errors)")
    return try CSVTable(text: run.output, file: "out")
  }
}
