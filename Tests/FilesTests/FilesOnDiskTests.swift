import Files
import Foundation
import TestSupport
import Testing

@Suite("Files on disk")
struct FilesOnDiskTests {
  private func error(_ body: () throws -> Void) -> InputError? {
    do { try body() } catch { return error as? InputError }
    return nil
  }

  @Test("a folder, a missing file and a device are no input, and a large file is refused unread")
  func inputs() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("12345", to: "five.txt")
    #expect(error { _ = try InputFile.bytes(of: folder.path) }?.status == .missingInput)
    #expect(error { _ = try InputFile.bytes(of: folder.file("none")) }?.status == .missingInput)
    #expect(error { _ = try InputFile.bytes(of: "/dev/null") }?.status == .missingInput)
    #expect(try InputFile.bytes(of: file, limit: 5) == Array("12345".utf8))
    let large = error { _ = try InputFile.bytes(of: file, limit: 4) }
    #expect(large?.description == "\(file): error: has 5 bytes; at most 4 are read here")
    #expect(large?.status == .badData)
    #expect(try InputFile.bytes(of: folder.write("", to: "empty")) == [])
  }

  @Test("a named pipe is refused instead of waited for")
  func pipe() throws {
    let folder = try TemporaryFolder()
    try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(error { _ = try InputFile.text(of: folder.file("pipe")) }?.status == .missingInput)
  }

  @Test("bytes that are not UTF-8 are named with their line and column")
  func encoding() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("latin1.txt")
    try Data(Array("a\nb\n".utf8) + [0x63, 0xE9, 0x0A]).write(to: URL(filePath: path))
    #expect(
      error { _ = try InputFile.text(of: path) }?.description
        == "\(path):3:2: error: is not UTF-8 text: byte 0xe9; save it as UTF-8")
  }

  @Test("a link stays and its file is written; what is no file is written into")
  func linksAndPipes() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write("old", to: "target")
    let link = folder.file("link")
    #expect(symlink(target, link) == 0)
    try OutputFile.write("new", to: link)
    #expect(try InputFile.text(of: target) == "new")
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    // A link that leads nowhere is replaced.
    #expect(symlink(folder.file("nowhere"), folder.file("dangling")) == 0)
    try OutputFile.write("here", to: folder.file("dangling"))
    #expect(try InputFile.text(of: folder.file("dangling")) == "here")
    try OutputFile.write("gone", to: "/dev/null")
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(error { try OutputFile.write("y", to: "/dev/full") }?.status == .inputOutput)
    #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("a write that fails leaves neither a partial file nor a changed old one")
  func failedWrite() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("x", to: "plain")
    #expect(error { try OutputFile.write("y", to: "\(file)/below") }?.status == .cannotCreate)
    #expect(error { try OutputFile.makeFolder("\(file)/below") }?.status == .cannotCreate)
    // A folder stands where the file should go.
    try OutputFile.makeFolder(folder.file("taken/inside"))
    #expect(error { try OutputFile.write("y", to: folder.file("taken")) }?.status == .cannotCreate)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["plain", "taken"])
    #expect(try InputFile.text(of: file) == "x")
    try OutputFile.write("", to: file)
    #expect(try InputFile.text(of: file) == "")
  }

  @Test("pieces go to the disk while they come, and under the name only when all are there")
  func pieces() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("long.txt")
    let line = String(repeating: "x", count: 999) + "\n"
    let written = try OutputFile.writePieces(to: path) { file in
      for _ in 0..<1000 { file.write(line) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.count == 1 && names[0].hasSuffix(".partial"))
      var status = stat()
      #expect(stat(folder.file(names[0]), &status) == 0)
      // All but what waits for the next piece of 256 KiB.
      #expect(status.st_size > 1_000_000 - 262_144)
      file.write([UInt8](repeating: 10, count: 1 << 19))
      return 1000
    }
    #expect(written == 1000)
    let text = try InputFile.text(of: path)
    #expect(
      text == String(repeating: line, count: 1000) + String(repeating: "\n", count: 1 << 19))
    // What the body throws is thrown, and the old file stays.
    let refusal = InputError(.badData, "no more")
    let thrown = error {
      try OutputFile.writePieces(to: path) { file in
        file.write(line)
        throw refusal
      }
    }
    #expect(thrown?.description == refusal.description)
    #expect(try InputFile.text(of: path) == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["long.txt"])
  }

  @Test("a disk that takes no more gives status 74 and keeps the old file whole")
  func fullDisk() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("old", to: "report.html")
    await #expect(processExitsWith: .exitCode(74)) { [file = file as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      do {
        try OutputFile.write(String(repeating: "n", count: 5000), to: file)
      } catch let error as InputError {
        exit(error.location?.file == file ? error.status.rawValue : 1)
      }
    }
    #expect(try InputFile.text(of: file) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.html"])
  }

  @Test("paths that leave the working directory are refused, by dots, root or symbolic link")
  func paths() async throws {
    let folder = try TemporaryFolder()
    try OutputFile.makeFolder(folder.file("here/inside"))
    try OutputFile.write("", to: folder.file("here/inside/a.v"))
    try OutputFile.write("", to: folder.file("secret.v"))
    await #expect(processExitsWith: .exitCode(0)) { [path = folder.path as String] in
      guard chdir(path + "/here") == 0, symlink("..", "up") == 0, symlink("inside", "in") == 0,
        symlink("../later.v", "later.v") == 0, symlink("loop", "loop") == 0
      else { exit(1) }
      let place = SourceLocation(file: "s.yaml", line: 2, column: 3)
      for good in [
        "inside/a.v", "in/not yet/b.v", "./inside/../inside/a.v", "in/a.v",
        path + "/here/inside/a.v",
      ] {
        do { try PathRule.check(good, at: place) } catch { exit(2) }
      }
      let bad = [
        "..", "../x", "inside/../../x", "/etc/passwd", "up/x", "in/../../x", "inside/a.v\0/../..",
        path + "/here2/x", ".", "up/secret.v", "later.v", "loop", "none/../../x", "",
      ]
      for (index, path) in bad.enumerated() {
        do {
          try PathRule.check(path, at: place)
          exit(10 + Int32(index))
        } catch let error as InputError {
          guard error.location == place, error.status == .badData else { exit(3) }
        }
      }
      exit(0)
    }
  }
}
