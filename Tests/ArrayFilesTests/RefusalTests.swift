import ArrayFiles
import Files
import TestSupport
import Testing

/// What is wrong with a file, and the line that says so.
struct Refusal: CustomTestStringConvertible {
  let what: String
  let file: String
  let bytes: [UInt8]
  let message: String
  var testDescription: String { what }

  init(_ what: String, _ file: String, _ bytes: [UInt8], _ message: String) {
    self.what = what
    self.file = file
    self.bytes = bytes
    self.message = message
  }

  /// A recorded file with some bytes put over others.
  init(
    _ what: String, _ file: String, at place: Int, _ patch: [UInt8], _ message: String
  ) {
    var bytes = RecordedArray.bytes(file)
    bytes.replaceSubrange(place..<place + patch.count, with: patch)
    self.init(what, file, bytes, message)
  }

  /// An NPY file of one element with this dictionary.
  init(_ what: String, header: String, _ message: String) {
    let text = Array(header.utf8)
    let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0]
    self.init(what, "a.npy", head + text + [1, 2, 3, 4, 5, 6, 7, 8], message)
  }

  var actual: String {
    get throws {
      let error = #expect(throws: InputError.self) { try RecordedArray.read(bytes, file: file) }
      return error.map(\.description) ?? "no error"
    }
  }
}

@Suite("An array file that is wrong")
struct ArrayRefusalTests {
  static let u1 = RecordedArray.bytes("u1.idx")

  static let idx: [Refusal] = [
    Refusal(
      "an IDX file of another kind", "u1.idx", at: 0, Array("PNG8".utf8),
      "u1.idx: error: at byte 0: is no IDX file: begins with 50 4e 47 38 where 0 0, a type and a "
        + "number of dimensions are needed"),
    Refusal(
      "an unknown type of elements", "u1.idx", at: 2, [0x0A],
      "u1.idx: error: at byte 0: is no IDX file: begins with 0 0 a 3 where 0 0, a type and a number "
        + "of dimensions are needed"),
    Refusal(
      "no dimensions", "u1.idx", at: 3, [0],
      "u1.idx: error: at byte 3: 0 dimensions where 1 to 8 are read"),
    Refusal(
      "255 dimensions", "u1.idx", at: 3, [255],
      "u1.idx: error: at byte 3: 255 dimensions where 1 to 8 are read"),
    Refusal(
      "dimensions whose product overflows", "u1.idx", at: 4, [UInt8](repeating: 255, count: 12),
      "u1.idx: error: at byte 16: an array of 4294967295 × 4294967295 × 4294967295 elements is too "
        + "large: at most 268435456 in 8 dimensions are read"),
    Refusal(
      "dimensions that overflow behind a zero", "u1.idx", at: 4,
      [0, 0, 0, 0] + [UInt8](repeating: 255, count: 8),
      "u1.idx: error: at byte 16: an array of 0 × 4294967295 × 4294967295 elements is too large: at "
        + "most 268435456 in 8 dimensions are read"),
    Refusal(
      "more elements than the file has", "u1.idx", at: 7, [100],
      "u1.idx: error: at byte 16: 400 bytes of elements do not fit in the 12 at most that follow"),
    Refusal(
      "fewer elements than the file has", "u1.idx", at: 7, [2],
      "u1.idx: error: at byte 24: bytes follow where the data should end"),
    Refusal(
      "an empty file", "u1.idx", [],
      "u1.idx: error: at byte 0: 4 bytes of the magic number do not fit in the 0 at most that follow"
    ),
    Refusal(
      "a NaN among floats", "f4.idx", at: 20, [0x7F, 0xC0, 0, 0],
      "f4.idx: error: at byte 20: nan is not a finite number of single precision"),
    Refusal(
      "a double beyond single precision", "f8.idx", at: 16, [0x7F, 0xE0, 0, 0, 0, 0, 0, 0],
      "f8.idx: error: at byte 16: inf is not a finite number of single precision"),
    Refusal(
      "a gzip file that is cut off", "pixels.idx.gz",
      Array(RecordedArray.bytes("pixels.idx.gz").dropLast(12)),
      "pixels.idx.gz: error: at unpacked byte 25: the packed data end too early: is the file cut "
        + "off?"),
    Refusal(
      "a gzip file with a wrong checksum", "pixels.idx.gz",
      Array(RecordedArray.bytes("pixels.idx.gz").dropLast(8)) + [1, 2, 3, 4, 28, 0, 0, 0],
      "pixels.idx.gz: error: at unpacked byte 28: the packed data are damaged (incorrect data check)"
    ),
    Refusal(
      "bytes after a gzip file", "pixels.idx.gz", RecordedArray.bytes("pixels.idx.gz") + [0, 0],
      "pixels.idx.gz: error: 2 bytes follow the end of the packed data"),
    Refusal(
      "a whole gzip file with fewer elements than it declares", "short.idx.gz", short,
      "short.idx.gz: error: at unpacked byte 20: ends where 8 bytes of elements are missing: is it "
        + "cut off?"),
    Refusal(
      "a small gzip file that declares a quarter of a gigabyte", "bomb.idx.gz", declaring(0x10),
      "bomb.idx.gz: error: at unpacked byte 16: 268435456 bytes of elements in 39 packed ones look "
        + "like a bomb: above 64 MiB at most 100 times the packed size is unpacked; store it unpacked"
    ),
    Refusal(
      "a small gzip file that declares 16 megabytes", "bomb.idx.gz", declaring(1),
      "bomb.idx.gz: error: at unpacked byte 16: 16777216 bytes of elements do not fit in the 16512 at "
        + "most that follow"),
  ]

  /// A whole gzip file of an IDX file that declares 20 elements and has 12.
  static let short: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 16, 97, 64, 2, 0, 142, 50, 156,
    235, 20, 0, 0, 0,
  ]

  /// The head of an IDX file of `pages` × 2²⁴ bytes, packed without compression.
  static func declaring(_ pages: UInt8) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0, 24, 0, 0xE7, 0xFF]
      + [0, 0, 8, 3, 0, 1, 0, 0, 0, 0, pages, 0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 8)
  }

  static let npy: [Refusal] = [
    Refusal(
      "an NPY file of another kind", "u1.npy", at: 0, [0x92],
      "u1.npy: error: at byte 0: is no NPY file: it does not begin with '\\x93NUMPY'"),
    Refusal(
      "an unknown version", "u1.npy", at: 6, [4, 1],
      "u1.npy: error: at byte 6: version 4.1 is not read: 1.0, 2.0 and 3.0 are"),
    Refusal(
      "a header that is longer than the file", "u1.npy", at: 8, [0, 4],
      "u1.npy: error: at byte 10: 1024 bytes of the header do not fit in the 130 at most that follow"
    ),
    Refusal(
      "a header that is too long", "u1.npy", at: 8, [0xFF, 0xFF],
      "u1.npy: error: at byte 8: a header of 65535 bytes is too long: at most 10000 are read"),
    Refusal(
      "Python objects", header: "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
      "a.npy: error: at byte 19: elements are Python objects, which are never read: store numbers"),
    Refusal(
      "structured elements",
      header: "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      "a.npy: error: at byte 19: structured elements are not read: store one array a field"),
    Refusal(
      "complex numbers", header: "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
      "a.npy: error: at byte 19: elements of type '<c8' are not read: store b1, u1…u8, i1…i8 or f2…f8"
    ),
    Refusal(
      "no order of bytes where it matters",
      header: "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}",
      "a.npy: error: at byte 19: elements of type '|f4' are not read: store b1, u1…u8, i1…i8 or f2…f8"
    ),
    Refusal(
      "an order that is neither", header: "{'descr': '<f8', 'fortran_order': No, 'shape': (1,)}",
      "a.npy: error: at byte 44: 'No' is neither True nor False"),
    Refusal(
      "a negative length", header: "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
      "a.npy: error: at byte 61: a length is needed here, a whole number below 2^63"),
    Refusal(
      "a length beyond 64 bits",
      header: "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "a.npy: error: at byte 61: a length is needed here, a whole number below 2^63"),
    Refusal(
      "lengths whose product overflows",
      header: "{'descr': '|u1', 'fortran_order': True, 'shape': (4294967296, 4294967296)}",
      "a.npy: error: at byte 84: an array of 4294967296 × 4294967296 elements is too large: at most "
        + "268435456 in 8 dimensions are read"),
    Refusal(
      "nine dimensions",
      header: "{'descr': '|u1', 'fortran_order': True, 'shape': (1,1,1,1,1,1,1,1,8)}",
      "a.npy: error: at byte 79: an array of 1 × 1 × 1 × 1 × 1 × 1 × 1 × 1 × 8 elements is too large: "
        + "at most 268435456 in 8 dimensions are read"),
    Refusal(
      "a key twice", header: "{'descr': '|u1', 'descr': '|u1', 'shape': (1,)}",
      "a.npy: error: at byte 27: key 'descr' is unknown or given twice: 'descr', 'fortran_order' and "
        + "'shape' are needed"),
    Refusal(
      "a key too few", header: "{'descr': '|u1', 'shape': (1,)}",
      "a.npy: error: at byte 10: the header lacks one of 'descr', 'fortran_order' and 'shape'"),
    Refusal(
      "a call where a value should be",
      header: "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
      "a.npy: error: at byte 19: structured elements are not read: store one array a field"),
    Refusal(
      "text after the dictionary",
      header: "{'descr': '|u1', 'fortran_order': False, 'shape': (8,)} + x",
      "a.npy: error: at byte 66: text follows the header"),
    Refusal(
      "a quote that does not end", header: "{'descr': '|u1",
      "a.npy: error: at byte 20: a quote does not end"),
    Refusal(
      "no dictionary", header: "[1]", "a.npy: error: at byte 10: '{' is needed here"),
    Refusal(
      "a flag that is neither", "b1.npy", at: 128, [7],
      "b1.npy: error: at byte 128: 7 is neither 0 nor 1"),
  ]

  @Test("is refused with its byte, on one line", arguments: idx + npy)
  func refused(_ refusal: Refusal) throws {
    let actual = try refusal.actual
    #expect(actual == refusal.message)
  }

  @Test("is refused if it is missing, no file or too large to be read")
  func missing() throws {
    let error = #expect(throws: InputError.self) {
      try IDXReader.array(contentsOf: "/nonexistent/images")
    }
    #expect(error?.status == .missingInput)
    let folder = #expect(throws: InputError.self) { try NPYReader.array(contentsOf: "/") }
    #expect(folder?.description == "/: error: is not a file: name a regular file")
  }
}
