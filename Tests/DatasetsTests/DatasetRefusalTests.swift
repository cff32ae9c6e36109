import Files
import TestSupport
import Testing

@testable import Datasets

@Suite("A dataset that is wrong")
struct DatasetRefusalTests {
  /// What `load` says of files in a folder `mine`, with the folder's path left out.
  private func message(
    _ files: [(name: String, bytes: [UInt8])], as name: String = "mine"
  ) throws -> String? {
    let folder = try TemporaryFolder()
    try SampleData.write(files, to: folder.file(name))
    let library = DatasetLibrary(places: [.init(folder.path, "test")])
    let error = #expect(throws: InputError.self) {
      try library.locate(name).load(testFraction: 0.5, splitSeed: 1)
    }
    return error?.description.replacing(folder.file(""), with: "")
  }

  private func images(_ index: Int, _ bytes: [UInt8]) -> [(name: String, bytes: [UInt8])] {
    var files = SampleData.images
    files[index].bytes = bytes
    return files
  }

  @Test("is refused where its parts do not fit")
  func parts() throws {
    #expect(
      try message(images(1, SampleData.idx([3], [0, 1, 1])))
        == "mine/train-labels-idx1-ubyte: error: has labels of the shape 3 for 4 examples")
    #expect(
      try message(images(0, SampleData.idx([4], [0, 1, 1, 0])))
        == "mine/train-images-idx3-ubyte: error: has the shape 4 where examples × features are needed"
    )
    #expect(
      try message(images(2, SampleData.idx([2, 3, 1], [0, 1, 2, 3, 4, 5])))
        == "mine/t10k-labels-idx1-ubyte: error: examples of the test part have 3 features, of the "
        + "training part 6")
    #expect(
      try message(images(3, SampleData.idx([2], [0, 2])))
        == "mine/t10k-labels-idx1-ubyte: error: the test part has label 2, the training part only 0 "
        + "to 1")
  }

  @Test("is refused where the columns of its test part are others, or in another order")
  func columns() throws {
    func said(_ test: String) throws -> String? {
      try message([
        ("train.csv", Array("# a\na,b,label\n1,2,0\n3,4,1\n".utf8)), ("test.csv", Array(test.utf8)),
      ])
    }
    #expect(
      try said("b,a,label\n2,1,0\n")
        == "mine/test.csv:1: error: column 1 is 'b', and 'a' in mine/train.csv: both files need the "
        + "same columns in the same order")
    #expect(
      try said("\n# note\na,label,b\n2,0,1\n")
        == "mine/test.csv:3: error: column 2 is 'label', and 'b' in mine/train.csv: both files need "
        + "the same columns in the same order")
    #expect(
      try said("a,b,label,c\n2,1,0,3\n")
        == "mine/test.csv: error: examples of the test part have 3 features, of the training part 2"
    )
  }

  @Test("is refused where a label is no class")
  func labels() throws {
    let features = SampleData.npy("|u1", "2, 1", [1, 2])
    for (value, shown) in [(1.5, "1.5"), (-1, "-1.0"), (300, "300.0")] as [(Float, String)] {
      let labels = SampleData.npy("<f4", "2,", SampleData.floats([0, value]))
      #expect(
        try message([("x_train.npy", features), ("y_train.npy", labels)])
          == "mine/y_train.npy: error: label \(shown) of example 1 is not a whole number from 0 to 255"
      )
    }
  }

  @Test("is refused where files are missing or too many")
  func files() throws {
    #expect(
      try message(Array(SampleData.images.dropLast()))
        == "mine/t10k-labels-idx1-ubyte: error: is missing (also with .gz), which belongs to the "
        + "other files of the folder")
    #expect(
      try message([("a.npz", []), ("b.npz", [])])
        == "mine: error: holds several archives (a.npz, b.npz): keep one, or name it mine.npz")
    #expect(
      try message([("a.npz", Array("PK".utf8))])
        == "mine/a.npz: error: at byte 2: the end record of a ZIP archive is missing: is the file cut "
        + "off?")
  }

  @Test("is refused where it has the name of a known one and is another")
  func known() throws {
    #expect(
      try message(SampleData.images, as: "mnist")
        == "mnist/train-images-idx3-ubyte: error: is not mnist: has 4 + 2 examples of 6 features in 2 "
        + "classes, not 60000 + 10000 examples of 784 features in 10 classes; give a dataset of your "
        + "own another name")
  }
}
