import Files
import Foundation
import TestSupport
import Testing

@Suite("Messages of axtrain train")
struct TrainMessageTests {
  @Test("each refusal says exactly what the golden file has, on one line")
  func messages() throws {
    try GoldenMessages(file: "train_messages.txt").check(atLeast: 24, actual: said)
  }

  /// What a run says in a folder with the datasets `halves` (2 features, classes 0 and 1), `three`
  /// (classes 0 to 2), `tiny` and `wrong`, and the topologies `good.yaml` and `wrong.yaml`.
  private func said(_ options: String) throws -> String {
    let folder = try TemporaryFolder()
    let rows = (0..<40).map { "\(200 * ($0 % 2) + $0 % 7),\($0 * 11 % 50)" }
    for (name, classes) in [("halves", 2), ("three", 3)] {
      let lines = rows.enumerated().map { "\($1),\($0 % classes)" }
      _ = try folder.write("a,b,label\n" + lines.joined(separator: "\n") + "\n", to: "\(name).csv")
    }
    _ = try folder.write("a,b,label\n1,2,0\n3,4,1\n", to: "tiny.csv")
    _ = try folder.write("a,b,label\n1,2,0\n3,4\n", to: "wrong.csv")
    _ = try folder.write(
      "name: good\ninput: 2\nlayers:\n  - dense: {outputs: 2}\n", to: "good.yaml")
    _ = try folder.write(
      "name: wrong\ninput: 2\nlayers:\n  - dens: {outputs: 2}\n", to: "wrong.yaml")
    let arguments = options.replacing("FOLDER", with: folder.path)
    let run = try AxTrainProgram.run(
      ["train", "--data", folder.path, "-o", folder.file("out"), "--quiet"]
        + arguments.split(separator: " ").map(String.init))
    // Where a dataset is looked for depends on the environment.
    let errors = run.errors.replacing(folder.path, with: "FOLDER")
      .replacing(#/looked in .*?\. /#, with: "looked in …. ")
    return "\(run.status) \(errors)".trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test(
    "options that do not go together are wrong usage",
    arguments: [
      [], ["--preset", "lenet-5", "--topology", "x.yaml"], ["--preset", "lenet-6"],
      ["--preset", "lenet-5", "--seed", "1", "--seeds", "1,2"],
      ["--preset", "lenet-5", "--jobs", "0"], ["--preset", "lenet-5", "--method", "pas"],
      ["--preset", "lenet-5", "--epochs", "ten"],
    ])
  func usage(options: [String]) throws {
    let folder = try TemporaryFolder()
    let run = try AxTrainProgram.run(
      ["train", "--dataset", "digits", "-o", folder.file("out")] + options)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }
}
