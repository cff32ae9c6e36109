import Files
import Foundation
import HardwareExport
import TestSupport
import Testing

@Suite("Folders that are written whole")
struct ExportFolderTests {
  private let files = [("one.v", "module one; endmodule\n"), ("two.hex", "0\n")]

  @Test("a new folder, one below folders that are not there, and an empty one are filled")
  func fills() throws {
    let folder = try TemporaryFolder()
    try OutputFile.makeFolder(folder.file("empty"))
    for path in ["new", "new2/", "a/b/c", "empty"] {
      try ExportFolder.write(files, to: folder.file(path))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(path)).sorted()
      #expect(names == ["one.v", "two.hex"])
      #expect(try InputFile.text(of: "\(folder.file(path))/one.v") == files[0].1)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left == ["a", "empty", "new", "new2"])
  }

  @Test("a file, or a folder with something in it, is refused and left as it is")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "file")
    try OutputFile.makeFolder(folder.file("full"))
    _ = try folder.write("text", to: "full/mine")
    for path in [file, folder.file("full")] {
      #expect {
        try ExportFolder.write(files, to: path)
      } throws: { ($0 as? InputError)?.status == .cannotCreate }
    }
    #expect(try InputFile.text(of: file) == "text")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("full")) == ["mine"])
  }

  @Test("where a file cannot be written, no folder is left")
  func nothingLeft() throws {
    let folder = try TemporaryFolder()
    #expect(throws: InputError.self) {
      try ExportFolder.write(files + [("no/such/folder.v", "")], to: folder.file("out"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
