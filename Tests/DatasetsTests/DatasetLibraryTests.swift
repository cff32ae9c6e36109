import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Small datasets in each of the forms.
enum SampleData {
  /// An IDX file of bytes.
  static func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, UInt8($0)] } + values
  }

  /// An NPY file, version 1.0.
  static func npy(_ type: String, _ shape: String, _ bytes: [UInt8]) -> [UInt8] {
    let text = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape))}".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text + bytes
  }

  static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
  }

  /// Four images of 2 × 3 pixels in two classes, and two for tests.
  static let images: [(name: String, bytes: [UInt8])] = [
    ("train-images-idx3-ubyte", idx([4, 2, 3], (0..<24).map { UInt8($0 * 5) })),
    ("train-labels-idx1-ubyte", idx([4], [0, 1, 1, 0])),
    ("t10k-images-idx3-ubyte", idx([2, 2, 3], (0..<12).map { UInt8(255 - $0) })),
    ("t10k-labels-idx1-ubyte", idx([2], [1, 0])),
  ]

  static func write(_ files: [(name: String, bytes: [UInt8])], to folder: String) throws {
    try OutputFile.makeFolder(folder)
    for file in files { try OutputFile.write(file.bytes, to: "\(folder)/\(file.name)") }
  }
}

@Suite("The library of datasets")
struct DatasetLibraryTests {
  private func library(_ folders: String...) -> DatasetLibrary {
    DatasetLibrary(places: folders.map { DatasetLibrary.Place($0, "test") })
  }

  @Test("looks in --data, $AXTRAIN_DATA, Data and Debian's folder, in this order")
  func order() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    let all = try DatasetLibrary(data: first.path, variable: second.path)
    #expect(all.places.map(\.folder) == [first.path, second.path, "Data", "/usr/share/datasets"])
    #expect(all.places.map(\.reason) == ["--data", "$AXTRAIN_DATA", "here", "Debian's packages"])
    #expect(try DatasetLibrary(data: nil, variable: "").places.count == 2)
    try SampleData.write(SampleData.images, to: second.file("mine"))
    #expect(try all.locate("mine").paths[0].hasPrefix(second.path))
    try SampleData.write(SampleData.images, to: first.file("mine"))
    #expect(try all.locate("mine").paths[0].hasPrefix(first.path))
    let error = #expect(throws: InputError.self) { try DatasetLibrary(data: "/nonexistent") }
    #expect(
      error?.description
        == "/nonexistent: error: is no folder: --data names one that holds datasets, such as Data")
  }

  @Test("reads IDX files with the names of MNIST's, and keeps their bytes")
  func idx() throws {
    let folder = try TemporaryFolder()
    try SampleData.write(SampleData.images, to: folder.file("mine"))
    let files = try library(folder.path).locate("mine")
    #expect(files.format == .idx)
    #expect(files.labels == SampleData.images.map { "mine/\($0.name)" })
    let parts = try files.load(testFraction: 0, splitSeed: 0)
    #expect(parts.training.features == (0..<24).map { UInt8($0 * 5) })
    #expect(parts.training.featureShape == [2, 3] && parts.training.featureMaximum == 255)
    #expect(parts.training.labels == [0, 1, 1, 0] && parts.test.labels == [1, 0])
    #expect(parts.hasOwnTest && parts.scale == nil && parts.test.count == 2)
  }

  @Test("reads the arrays of an NPZ archive that NumPy wrote")
  func npz() throws {
    let folder = try TemporaryFolder()
    let archive = Repository.path("Fuzzing/Corpus/NPZ/deflated.npz")
    try SampleData.write(
      [("any.npz", try InputFile.bytes(of: archive))], to: folder.file("mine"))
    let files = try library(folder.path).locate("mine")
    #expect(files.format == .npz && files.labels == ["mine/any.npz"])
    let parts = try files.load(testFraction: 0, splitSeed: 0)
    // As Tests/Tools/array_files.py has them.
    #expect(parts.training.features == [0, 1, 2, 255, 16, 17, 128, 254, 7, 9, 11, 13])
    #expect(parts.training.labels == [3, 0, 9] && parts.training.featureShape == [2, 2])
    #expect(parts.training.classCount == 10 && parts.test.count == 0 && !parts.hasOwnTest)
  }

  @Test("splits a dataset without a test part as any other, by class and seed")
  func split() throws {
    let folder = try TemporaryFolder()
    try SampleData.write(Array(SampleData.images.prefix(2)), to: folder.file("mine"))
    let files = try library(folder.path).locate("mine")
    let parts = try files.load(testFraction: 0.5, splitSeed: 3)
    let whole = try files.load(testFraction: 0, splitSeed: 0).training
    let (training, test) = whole.split(testFraction: 0.5, seed: 3)
    #expect(parts.training == training && parts.test == test && !parts.hasOwnTest)
    #expect(test.count == 2 && Set(test.labels) == [0, 1])
  }

  @Test("encodes real features by the training split alone, whichever rows that has")
  func encoded() throws {
    let folder = try TemporaryFolder()
    let values: [Float] = [0, 1, 2, 3, 40, 50, 60, 70]
    try SampleData.write(
      [
        ("x_train.npy", SampleData.npy("<f4", "8, 1", SampleData.floats(values))),
        ("y_train.npy", SampleData.npy("|u1", "8,", [0, 0, 0, 0, 1, 1, 1, 1])),
      ], to: folder.file("mine"))
    let files = try library(folder.path).locate("mine")
    #expect(files.format == .npy)
    for seed in 0..<8 as Range<UInt64> {
      let parts = try files.load(testFraction: 0.5, splitSeed: seed)
      let rows = Dataset.splitPositions(
        of: [0, 0, 0, 0, 1, 1, 1, 1], classCount: 2, testFraction: 0.5, seed: seed)
      let seen = rows.training.map { Double(values[$0]) }
      #expect(parts.scale?.low.first == seen.min() && parts.scale?.high.first == seen.max())
      #expect(parts.training.features.min() == 0 && parts.training.features.max() == 255)
    }
  }

  @Test("takes the largest training value of whole numbers for 1.0, and limits the test part to it")
  func maximum() throws {
    let folder = try TemporaryFolder()
    try SampleData.write(
      [
        ("train.csv", Array("a,b,label\n0,16,0\n3,4,1\n".utf8)),
        ("test.csv", Array("a,b,label\n17,2,1\n".utf8)),
      ], to: folder.file("mine"))
    let parts = try library(folder.path).locate("mine").load(testFraction: 0, splitSeed: 0)
    #expect(parts.training.featureMaximum == 16 && parts.test.featureMaximum == 16)
    #expect(parts.test.features == [16, 2])
  }

  @Test("finds NAME.npz and NAME.csv, and lists everything by name after the known ones")
  func lists() throws {
    let folder = try TemporaryFolder()
    try SampleData.write(SampleData.images, to: folder.file("zebra"))
    _ = try folder.write("a,label\n1,0\n2,1\n", to: "apple.csv")
    _ = try folder.write("nothing", to: "notes.txt")
    try OutputFile.makeFolder(folder.file("empty"))
    let found = library(folder.path).all()
    #expect(found.map(\.name) == ["digits", "apple", "zebra"])
    #expect(try library(folder.path).locate("apple").format == .csv)
  }

  @Test("gives the digits as they were split before")
  func digits() throws {
    let parts = try library().locate("digits").load(testFraction: 0.25, splitSeed: 3)
    let (training, test) = try Dataset.digits().split(testFraction: 0.25, seed: 3)
    #expect(parts.training == training && parts.test == test)
  }

  @Test("says where it looked and how to get what is missing")
  func missing() throws {
    let folder = try TemporaryFolder()
    try SampleData.write(SampleData.images, to: folder.file("zebra"))
    func message(_ name: String) -> String? {
      #expect(throws: InputError.self) { try library(folder.path).locate(name) }?.description
    }
    #expect(
      message("zebr")
        == "error: dataset 'zebr' is not there: looked in \(folder.path). Did you mean 'zebra'? "
        + "'axtrain datasets' lists what is found")
    #expect(
      message("isolet")
        == "error: dataset 'isolet' is not there: looked in \(folder.path). To get it: get "
        + "https://archive.ics.uci.edu/dataset/54/isolet and make Data/isolet/isolet.npz as "
        + "Documentation/FileFormats.md shows")
    for name in ["", ".", "..", "a/b", "../mnist", ".hidden", "a b"] {
      #expect(
        message(name)
          == "error: '\(name)' is no name of a dataset: letters, digits, '-', '_' and '.' form one")
    }
  }
}
