import Files
import Foundation
import TestSupport
import Testing

@Suite("axtrain datasets")
struct DatasetsCommandTests {
  /// A folder with one good dataset and one that is cut off.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write("a,b,label\n0,16,0\n3,4,1\n", to: "good.csv")
    _ = try folder.write("a,b,label\n0,16,0\n3,4\n", to: "wrong.csv")
    return folder
  }

  @Test("lists what it finds within 80 columns, where it looked, and what cannot be read")
  func table() throws {
    let folder = try folder()
    let run = try AxTrainProgram.run(["datasets", "--data", folder.path])
    #expect(run.status == ExitStatus.someFailed.rawValue)
    let lines = run.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains { $0.hasPrefix("digits ") && $0.contains(" 1797 ") })
    #expect(lines.contains { $0.hasPrefix("good ") && $0.contains(" csv ") })
    #expect(lines.contains { $0.hasPrefix("wrong ") && $0.contains("unreadable") })
    #expect(run.errors.contains("(--data)"))
    #expect(
      run.errors.contains(
        "wrong.csv:3:1: error: has 2 fields where the header has 3: is the file cut off?\n"))
    #expect(run.errors.hasSuffix(" datasets cannot be read\n"))
  }

  @Test("prints one dataset's sizes and the hash of its files as CSV and JSON")
  func formats() throws {
    let folder = try folder()
    let path = folder.file("good.csv")
    let csv = try AxTrainProgram.run(
      ["datasets", "good", "--data", folder.path, "--format", "csv"])
    let digest = Digest(of: try InputFile.bytes(of: path))
    #expect(
      csv.output == """
        name,training_examples,test_examples,features,feature_shape,classes,feature_maximum,\
        features_are,format,path,bytes,sha256,problem
        good,2,,2,2,2,16,kept,csv,\(path),23,\(digest),

        """)
    #expect(csv.status == 0 && csv.errors.isEmpty)
    let json = try AxTrainProgram.run(
      ["datasets", "good", "--data", folder.path, "--format", "json"])
    #expect(json.output.contains("\"feature_maximum\": 16"))
  }

  @Test("exits as its error says where one dataset is asked for")
  func failures() throws {
    let folder = try folder()
    let wrong = try AxTrainProgram.run(["datasets", "wrong", "--data", folder.path])
    #expect(wrong.status == ExitStatus.badData.rawValue && wrong.output.isEmpty)
    let missing = try AxTrainProgram.run(["datasets", "missing", "--data", folder.path])
    #expect(missing.status == ExitStatus.missingInput.rawValue)
    #expect(missing.errors.hasPrefix("error: dataset 'missing' is not there: looked in "))
    let column = try AxTrainProgram.run(
      ["datasets", "good", "--data", folder.path, "--label-column", "a"])
    #expect(column.status == 0)
    let name = try AxTrainProgram.run(["datasets", "../good", "--data", folder.path])
    #expect(name.status == ExitStatus.usage.rawValue)
  }
}
