import Files
import Foundation
import TestSupport
import Testing

@Suite("Output folders take the place of old ones whole")
struct OutputFolderTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("out") }

  init() throws { folder = try TemporaryFolder() }

  /// The process of all tests has read files of the numbers that new ones get.
  private static func takeAny(_ file: String) {}

  private func isOwn(_ name: String) -> Bool { ["a", "b"].contains(name) }

  /// Writes a text under some names.
  private func write(_ text: String, _ names: [String]) throws {
    try OutputFolder.write(to: path, replacing: isOwn, refuseInput: Self.takeAny) { made in
      for name in names { try OutputFile.write(text, to: "\(made)/\(name)") }
    }
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  private func refusal(_ body: () throws -> Void) -> InputError? {
    #expect(throws: InputError.self, performing: body)
  }

  @Test("files that the new folder does not have are gone with the old one; nothing is left beside")
  func replaces() throws {
    try write("old", ["a", "b"])
    try write("new", ["a"])
    #expect(try names(path) == ["a"] && names(folder.path) == ["out"])
    #expect(try InputFile.text(of: "\(path)/a") == "new")
  }

  @Test("the old folder is whole while the new one is written, and stays if that fails")
  func fails() throws {
    try write("old", ["a", "b"])
    let error = refusal {
      try OutputFolder.write(to: path, replacing: isOwn, refuseInput: Self.takeAny) { made in
        try OutputFile.write("new", to: "\(made)/a")
        #expect(try InputFile.text(of: "\(path)/a") == "old")
        throw InputError(.stopped, "stopped")
      }
    }
    #expect(error?.status == .stopped)
    #expect(try names(path) == ["a", "b"] && names(folder.path) == ["out"])
  }

  @Test("a link to nothing and the working directory are refused before anything is written")
  func unfit() throws {
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.file("none"))
    for (path, message) in [
      (link, "is a link to a place that is not there: name another output folder"),
      (
        ".",
        "is the working directory or above it, which no folder can replace: name a folder in it"
      ),
    ] {
      let error = refusal {
        try OutputFolder.write(to: path, replacing: isOwn, refuseInput: Self.takeAny) { _ in
          _ = Issue.record("something was written")
        }
      }
      #expect(error?.status == .cannotCreate && error?.message == message)
    }
    #expect(try names(folder.path) == ["link"])
  }

  @Test("through a link the folder that it leads to is replaced")
  func link() throws {
    try write("old", ["a"])
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try OutputFolder.write(to: link, replacing: isOwn, refuseInput: Self.takeAny) { made in
      try OutputFile.write("new", to: "\(made)/b")
    }
    #expect(try names(path) == ["b"] && names(folder.path) == ["link", "out"])
  }

  @Test("files of other names are never removed: from the folder, nor from those beside")
  func foreign() throws {
    for place in ["out", "out.partial", "out.replaced.partial"] {
      _ = try? FileManager.default.removeItem(atPath: path)
      try OutputFile.makeFolder(folder.file(place))
      let mine = try folder.write("mine", to: "\(place)/mine")
      let error = refusal { try write("new", ["a"]) }
      #expect(error?.status == .cannotCreate)
      #expect(
        error?.message
          == "holds 'mine', which this command does not write: name another output folder")
      #expect(try InputFile.text(of: mine) == "mine")
      try FileManager.default.removeItem(atPath: folder.file(place))
    }
    let file = try folder.write("mine", to: "out")
    #expect(refusal { try write("new", ["a"]) }?.status == .cannotCreate)
    #expect(try InputFile.text(of: file) == "mine")
  }

  @Test("what a killed run has left beside is removed, or put back where it was killed between")
  func leftBeside() throws {
    for place in ["out.partial", "out.replaced.partial"] {
      try write("old", ["a"])
      try OutputFile.makeFolder(folder.file(place))
      _ = try folder.write("half", to: "\(place)/a")
      _ = try folder.write("half", to: "\(place)/b.123.partial")
      try write("new", ["b"])
      #expect(try names(path) == ["b"] && names(folder.path) == ["out"])
    }
    try FileManager.default.moveItem(atPath: path, toPath: folder.file("out.replaced.partial"))
    _ = refusal {
      try OutputFolder.write(to: path, replacing: isOwn, refuseInput: Self.takeAny) { _ in
        #expect(try names(path) == ["b"])
        throw InputError(.stopped, "stopped")
      }
    }
    #expect(try names(path) == ["b"] && names(folder.path) == ["out"])
  }

  @Test("a second run for the same folder is refused while the first one writes")
  func second() throws {
    try OutputFolder.write(to: path, replacing: isOwn, refuseInput: Self.takeAny) { made in
      let error = refusal { try write("second", ["a"]) }
      #expect(error?.message.hasPrefix("another run is writing this folder") == true)
      try OutputFile.write("first", to: "\(made)/a")
    }
    #expect(try InputFile.text(of: "\(path)/a") == "first")
  }
}
