import Files

/// The directory of a ZIP archive, whose members are unpacked one at a time.
///
/// Format: PKWARE, *APPNOTE.TXT*. Members are stored or deflated; sizes and checksums are those of
/// the central directory, so data descriptors do not matter. Refused: archives of ZIP64's size or
/// in several parts, encrypted members, other methods, two members of one name.
struct ZIPArchive: Sendable {
  /// A member and where its packed bytes stand.
  struct Member: Sendable {
    let name: String
    let packed: Range<Int>
    let isDeflated: Bool
    let size: Int
    let checksum: UInt32
  }

  let file: String
  let members: [Member]
  private let bytes: [UInt8]

  private static let (endSize, entrySize, localSize) = (22, 46, 30)

  /// - Throws: `InputError` 65 at the byte of whatever is wrong in the directory.
  init(bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    let reader = Fields(bytes: bytes, source: ByteSource(file: file))
    let end = try Self.endRecord(reader)
    let entries = reader.half(end + 10)
    let (size, start) = (reader.word(end + 12), reader.word(end + 16))
    guard entries != 0xFFFF, size != 0xFFFF_FFFF, start != 0xFFFF_FFFF else {
      throw reader.refusal(end, "archives of ZIP64's size are not read: keep below 4 GiB")
    }
    guard reader.word(end + 4) == 0, reader.half(end + 8) == entries else {
      throw reader.refusal(end, "archives in several parts are not read")
    }
    guard start + size <= end else {
      throw reader.refusal(end, "the directory does not fit before its end record")
    }
    var members: [Member] = []
    var names: Set<String> = []
    var place = start
    for _ in 0..<entries {
      let (member, next) = try Self.member(reader, at: place, directory: start, end: start + size)
      guard names.insert(member.name).inserted else {
        throw reader.refusal(place, "two members are named '\(member.name)'")
      }
      members.append(member)
      place = next
    }
    self.members = members
  }

  /// The unpacked bytes of a member.
  func stream(_ member: Member) throws -> ByteStream {
    try ByteStream(
      bytes, in: member.packed, packing: member.isDeflated ? .deflate : .none,
      source: ByteSource(file: file, member: member.name, isPacked: member.isDeflated),
      expected: (member.size, member.checksum))
  }

  /// The place of the end record, the last that ends with its comment at the end of the file.
  private static func endRecord(_ reader: Fields) throws -> Int {
    guard reader.bytes.starts(with: Array("PK".utf8)) else {
      throw reader.refusal(0, "is no ZIP archive: it does not begin with 'PK'")
    }
    var place = reader.bytes.count - endSize
    let lowest = max(0, place - 0xFFFF)
    while place >= lowest {
      if reader.word(place) == 0x0605_4B50,
        place + endSize + reader.half(place + 20) == reader.bytes.count
      {
        return place
      }
      place -= 1
    }
    throw reader.refusal(
      reader.bytes.count, "the end record of a ZIP archive is missing: is the file cut off?")
  }

  private static func member(
    _ reader: Fields, at place: Int, directory: Int, end: Int
  ) throws -> (Member, next: Int) {
    guard place + entrySize <= end, reader.word(place) == 0x0201_4B50 else {
      throw reader.refusal(place, "an entry of the directory is needed here")
    }
    let nameLength = reader.half(place + 28)
    let next = place + entrySize + nameLength + reader.half(place + 30) + reader.half(place + 32)
    guard next <= end else {
      throw reader.refusal(place, "an entry of the directory is longer than the directory")
    }
    let nameBytes = reader.bytes[place + entrySize..<place + entrySize + nameLength]
    let name = String(decoding: nameBytes, as: UTF8.self)
    let (flags, method) = (reader.half(place + 8), reader.half(place + 10))
    let (packed, size) = (reader.word(place + 20), reader.word(place + 24))
    let local = reader.word(place + 42)
    guard flags & 1 == 0 else {
      throw reader.refusal(place + 8, "'\(name)' is encrypted, which is not read")
    }
    guard method == 0 || method == 8 else {
      throw reader.refusal(
        place + 10,
        "'\(name)' is packed by method \(method): only stored (0) and deflated (8) "
          + "members are read")
    }
    guard packed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, local != 0xFFFF_FFFF else {
      throw reader.refusal(place, "'\(name)' is of ZIP64's size, which is not read")
    }
    guard method == 8 ? size <= packed * ByteStream.largestRatio : size == packed else {
      throw reader.refusal(
        place + 24, "'\(name)' declares \(size) bytes, which \(packed) packed ones cannot hold")
    }
    guard local + localSize <= directory, reader.word(local) == 0x0403_4B50 else {
      throw reader.refusal(place + 42, "'\(name)' has no header at byte \(local)")
    }
    let localName = reader.half(local + 26)
    let start = local + localSize + localName + reader.half(local + 28)
    guard start + packed <= directory,
      reader.bytes[local + localSize..<local + localSize + localName].elementsEqual(nameBytes)
    else {
      throw reader.refusal(
        local, "the header of '\(name)' has another name, or its bytes do not fit")
    }
    return (
      Member(
        name: name, packed: start..<start + packed, isDeflated: method == 8, size: size,
        checksum: UInt32(reader.word(place + 16))), next
    )
  }
}

/// Little-endian numbers of a file.
private struct Fields {
  let bytes: [UInt8]
  let source: ByteSource

  func half(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }
  func word(_ place: Int) -> Int { half(place) | half(place + 2) << 16 }

  func refusal(_ place: Int, _ message: String) -> InputError {
    source.refusal(at: place, message)
  }
}
