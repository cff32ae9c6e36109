import Files
import Foundation
import TestSupport
import Testing

/// Options, and what `axtrain train` says, as `Tests/Golden/train_messages.txt` has them.
private struct TrainCase {
  let options: String
  let message: String

  static func all(in golden: String) -> [TrainCase] {
    golden.components(separatedBy: "\n=== ").dropFirst().compactMap { part in
      guard let end = part.firstIndex(of: "\n") else { return nil }
      return TrainCase(
        options: String(part[..<end]),
        message: part[end...].trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// Runs in a folder with the datasets `halves` (2 features, classes 0 and 1), `three` (classes 0 to
  /// 2), `tiny` and `wrong`, and the topologies `good.yaml` and `wrong.yaml`.
  var actual: String {
    get throws {
      let folder = try TemporaryFolder()
      let rows = (0..<40).map { "\(200 * ($0 % 2) + $0 % 7),\($0 * 11 % 50)" }
      for (name, classes) in [("halves", 2), ("three", 3)] {
        let lines = rows.enumerated().map { "\($1),\($0 % classes)" }
        _ = try folder.write(
          "a,b,label\n" + lines.joined(separator: "\n") + "\n", to: "\(name).csv")
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
  }
}

@Suite("Messages of axtrain train")
struct TrainMessageTests {
  @Test("each refusal says exactly what the golden file has, on one line")
  func messages() throws {
    let path = Repository.path("Tests/Golden/train_messages.txt")
    let golden = try InputFile.text(of: path)
    if ProcessInfo.processInfo.environment["AXTRAIN_REMAKE"] != nil {
      let head = golden.components(separatedBy: "\n=== ")[0]
      let cases = try TrainCase.all(in: golden).map { "\n=== \($0.options)\n\(try $0.actual)\n" }
      try OutputFile.write(head + cases.joined(), to: path)
    }
    let all = TrainCase.all(in: try InputFile.text(of: path))
    #expect(all.count >= 24)
    for item in all {
      let actual = try item.actual
      #expect(actual == item.message, "\(item.options)")
      #expect(actual.split(separator: "\n").count == 1)
    }
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
