import ArrayFiles
import Files
import TestSupport
import Testing

/// Where the parts of the recorded archive `comment.npz` stand: a local header, the stored member
/// `x.npy` of 131 bytes, its entry in the directory, and the end record with a comment.
@Suite("An archive that is wrong")
struct ArchiveRefusalTests {
  static let name = "comment.npz"
  static let whole = RecordedArray.bytes(name)
  static let directory = 30 + 5 + 131
  static let end = directory + 46 + 5

  static let refusals: [Refusal] = [
    Refusal(
      "no archive", name, Array("RK".utf8),
      "comment.npz: error: at byte 0: is no ZIP archive: it does not begin with 'PK'"),
    Refusal(
      "one that is cut off", name, Array(whole.dropLast(1)),
      "comment.npz: error: at byte 252: the end record of a ZIP archive is missing: is the file cut "
        + "off?"),
    Refusal(
      "one in several parts", name, at: end + 4, [1],
      "comment.npz: error: at byte 217: archives in several parts are not read"),
    Refusal(
      "the marks of ZIP64", name, at: end + 8, [0xFF, 0xFF, 0xFF, 0xFF],
      "comment.npz: error: at byte 217: archives of ZIP64's size are not read: keep below 4 GiB"),
    Refusal(
      "a directory that is elsewhere", name, at: end + 16, [0xF0],
      "comment.npz: error: at byte 217: the directory does not fit before its end record"),
    Refusal(
      "more entries than there are", name, at: end + 8, [2, 0, 2, 0],
      "comment.npz: error: at byte 217: an entry of the directory is needed here"),
    Refusal(
      "an entry with a name that is too long", name, at: directory + 28, [200],
      "comment.npz: error: at byte 166: an entry of the directory is longer than the directory"),
    Refusal(
      "an encrypted member", name, at: directory + 8, [1],
      "comment.npz: error: at byte 174: 'x.npy' is encrypted, which is not read"),
    Refusal(
      "a member packed by bzip2", name, at: directory + 10, [12],
      "comment.npz: error: at byte 176: 'x.npy' is packed by method 12: only stored (0) and deflated "
        + "(8) members are read"),
    Refusal(
      "a member of ZIP64's size", name, at: directory + 20, [UInt8](repeating: 255, count: 8),
      "comment.npz: error: at byte 166: 'x.npy' is of ZIP64's size, which is not read"),
    Refusal(
      "a stored member of two sizes", name, at: directory + 24, [132],
      "comment.npz: error: at byte 190: 'x.npy' declares 132 bytes, which 131 packed ones cannot hold"
    ),
    Refusal(
      "a member that begins nowhere", name, at: directory + 42, [9],
      "comment.npz: error: at byte 208: 'x.npy' has no header at byte 9"),
    Refusal(
      "a member with another name in its header", name, at: 30, Array("y".utf8),
      "comment.npz: error: at byte 0: the header of 'x.npy' has another name, or its bytes do not fit"
    ),
    Refusal(
      "a member whose header reaches into the directory", name, at: 28, [1],
      "comment.npz: error: at byte 0: the header of 'x.npy' has another name, or its bytes do not fit"
    ),
  ]

  @Test("is refused with its byte, on one line", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let actual = try refusal.actual
    #expect(actual == refusal.message)
  }

  @Test("is refused where a member's bytes are not those of the directory")
  func checksum() throws {
    var bytes = Self.whole
    bytes[30 + 5 + 130] ^= 1
    let archive = try NPZFile(bytes: bytes, file: Self.name)
    let error = #expect(throws: InputError.self) { try archive.array("x") }
    #expect(
      error?.description
        == "comment.npz: error: in 'x.npy', the bytes are not those that the archive's directory "
        + "declares")
    let other = #expect(throws: InputError.self) { try archive.array("z") }
    #expect(other?.description == "comment.npz: error: has no array 'z'; nearest is 'x'")
  }

  @Test("is refused where two members have one name")
  func twice() throws {
    var bytes = RecordedArray.bytes("stored.npz")
    let name = Array("y_train.npy".utf8)
    for place in bytes.indices where bytes[place...].starts(with: name) {
      bytes[place] = UInt8(ascii: "x")
    }
    let error = #expect(throws: InputError.self) { try NPZFile(bytes: bytes, file: "stored.npz") }
    #expect(error?.message.hasSuffix(": two members are named 'x_train.npy'") == true)
  }

  /// A deflated member that unpacks to a thousand times its size ends where its header's array does.
  @Test("takes no memory for a bomb beyond what its array declares")
  func bomb() throws {
    let recorded = RecordedArray.bytes("deflated.npz")
    var bytes = recorded
    // The first entry's unpacked size, as large as its packed bytes allow.
    let directory = try #require(
      recorded.indices.first { recorded[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    let packed = Int(recorded[directory + 20]) | Int(recorded[directory + 21]) << 8
    let claim = packed * 1032
    for index in 0..<4 { bytes[directory + 24 + index] = UInt8(claim >> (8 * index) & 255) }
    let archive = try NPZFile(bytes: bytes, file: "bomb.npz")
    let error = #expect(throws: InputError.self) { try archive.array("x_train") }
    #expect(error?.message.contains("are not those that the archive's directory declares") == true)
    bytes[directory + 26] += 1
    let larger = #expect(throws: InputError.self) {
      try NPZFile(bytes: bytes, file: "bomb.npz")
    }
    #expect(larger?.message.contains("packed ones cannot hold") == true)
  }
}
