import Files
import Foundation
import Testing

@Suite("Distinct outputs")
struct DistinctOutputsTests {
  @Test("two outputs on one path are refused, however the path is written")
  func samePath() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (path, file) = (folder.path, folder.path + "/a")
    let link = path + "/link"
    func refuse(_ first: String, _ second: String) throws {
      let error = try #require(throws: InputError.self, "\(first) and \(second)") {
        try DistinctOutputs.check(["--trace": first, "--html": nil, "--accesses": second])
      }
      #expect(error.status == .usage)
      #expect(error.message.hasPrefix("--trace and --accesses both write '\(second)'"))
    }
    for isThere in [false, true] {
      if isThere { try Data("x".utf8).write(to: URL(filePath: file)) }
      try refuse(file, file)
      try refuse(file, path + "/./a")
      try refuse(path + "//a", path + "/../" + folder.lastPathComponent + "/a")
      try DistinctOutputs.check(["--trace": file, "--accesses": path + "/b"])
    }
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    try refuse(link, file)
    // A link to what is not there yet leads to what the other one makes.
    let early = path + "/early"
    try FileManager.default.createSymbolicLink(atPath: early, withDestinationPath: "late")
    try refuse(early, path + "/late")
    try refuse(path + "/late", early)
    let endless = path + "/endless"
    try FileManager.default.createSymbolicLink(atPath: endless, withDestinationPath: endless)
    try DistinctOutputs.check(["--trace": endless, "--accesses": path + "/late"])
    try refuse("/no such folder/a", "/no such folder/a")
    try DistinctOutputs.check(["--trace": "/dev/null", "--accesses": "/dev/null"])
    try DistinctOutputs.check(["--trace": nil, "--accesses": nil])
  }
}
