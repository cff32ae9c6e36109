import ArrayFiles
import Files
import TestSupport
import Testing

@Suite("Array files that NumPy wrote")
struct RecordedArrayTests {
  @Test("are read with their shape and every value", arguments: RecordedArray.all)
  func values(_ recorded: RecordedArray) throws {
    let array = try recorded.read()
    #expect(array.shape == recorded.shape)
    #expect(array.floats == recorded.values)
  }

  @Test("are all there, and bytes stay bytes")
  func bytes() throws {
    #expect(RecordedArray.all.count == 41)
    let u1 = try RecordedArray.read(RecordedArray.bytes("u1.idx"), file: "u1.idx")
    #expect(u1.values == .bytes([0, 1, 2, 255, 16, 17, 128, 254, 7, 9, 11, 13]))
    let npz = try NPZFile(bytes: RecordedArray.bytes("stored.npz"), file: "stored.npz")
    #expect(npz.names == ["x_train", "y_train", "reals"])
  }

  @Test("are refused wherever they are cut off", arguments: RecordedArray.all)
  func cut(_ recorded: RecordedArray) throws {
    for count in 0..<recorded.bytes.count {
      let error = #expect(throws: InputError.self) {
        try RecordedArray.read(
          Array(recorded.bytes[..<count]), file: recorded.file, member: recorded.member)
      }
      #expect(error?.status == .badData)
    }
  }

  @Test(
    "with one bit wrong are refused or have the same shape as any other file",
    arguments: RecordedArray.all.filter { $0.member == nil || $0.member == "x_train" })
  func flipped(_ recorded: RecordedArray) throws {
    for bit in 0..<recorded.bytes.count * 8 {
      var bytes = recorded.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      do {
        let array = try RecordedArray.read(bytes, file: recorded.file, member: recorded.member)
        #expect(array.count <= NumericArray.maximumElements)
        // A checksum stands over what gzip and ZIP have packed.
        if recorded.file.contains(".gz") || recorded.file.contains(".npz") {
          #expect(array.floats == recorded.values, "bit \(bit)")
        }
      } catch let error as InputError {
        #expect(error.status == .badData)
      }
    }
  }
}

@Suite("Array files, with NumPy as the referee")
struct NumPyTests {
  static let hasNumPy = (try? Referee.run("python3", ["-c", "import numpy"])) != nil

  @Test("are those of Tests/Tools/array_files.py today", .enabled(if: NumPyTests.hasNumPy))
  func remade() throws {
    let folder = try TemporaryFolder()
    let made = folder.file("array_files.txt")
    _ = try Referee.run(
      "python3", [Repository.path("Tests/Tools/array_files.py"), made, folder.file("corpus")])
    // The packed bytes may depend on zlib's version; names, shapes and values do not.
    func content(_ path: String) throws -> [String] {
      try InputFile.text(of: path).split(separator: "\n").map {
        $0.split(separator: "\t").prefix(3).joined(separator: "\t")
      }
    }
    #expect(try content(made) == content(Repository.path("Tests/Golden/array_files.txt")))
  }

  @Test("of 20,000 random numbers keep each of them", .enabled(if: NumPyTests.hasNumPy))
  func large() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("large.npz")
    let program = """
      import numpy, sys
      r = numpy.random.default_rng(5)
      x = numpy.asfortranarray(r.standard_normal((400, 50)))
      numpy.savez_compressed(sys.argv[1], x=x, y=r.integers(0, 255, (400, 7, 9), numpy.uint8))
      z = numpy.load(sys.argv[1])
      print(*[repr(float(v)) for v in z["x"].astype("f4").flatten()])
      print(*z["y"].flatten())
      """
    let lines = try Referee.run("python3", ["-c", program, path]).split(separator: "\n")
    let file = try NPZFile(contentsOf: path)
    let (x, y) = (try file.array("x"), try file.array("y"))
    #expect(x.shape == [400, 50] && y.shape == [400, 7, 9])
    #expect(x.floats == lines[0].split(separator: " ").compactMap { Float($0) })
    #expect(y.floats == lines[1].split(separator: " ").compactMap { Float($0) })
  }
}
