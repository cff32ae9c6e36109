import Files

/// A file of named arrays in the format safetensors: eight bytes that give the length of a header, the
/// header in JSON, then the arrays' bytes, little-endian, without gaps.
///
/// Format: github.com/huggingface/safetensors. Each array is decoded when it is asked for.
public struct SafetensorsFile: Sendable {
  /// What the file says of an array.
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let type: SafetensorsType
    public let shape: [Int]
    /// The place of its bytes in the file.
    public let bytes: Range<Int>
  }

  public let file: String
  /// The arrays in the order of their bytes.
  public let entries: [Entry]
  /// Texts that go with the arrays, by name.
  public let metadata: [String: String]
  private let bytes: [UInt8]
  private let indices: [String: Int]

  /// The most bytes that are read: 4 GiB.
  public static let maximumBytes = 1 << 32
  /// The most bytes of a header. The format allows 10⁸; names of 100,000 arrays fit in this.
  public static let maximumHeader = 1 << 24

  /// Reads the header of a file, and checks that every byte belongs to one array.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 at the byte of whatever is wrong in it.
  public init(contentsOf path: String) throws {
    try self.init(bytes: InputFile.bytes(of: path, limit: Self.maximumBytes), file: path)
  }

  /// Reads the header of a file's bytes; `file` is the name for messages.
  public init(bytes: [UInt8], file: String) throws {
    func refusal(_ message: String, at place: Int) -> InputError {
      InputError(.badData, at: SourceLocation(file: file), "at byte \(place): \(message)")
    }
    guard bytes.count >= 8 else {
      throw refusal("8 bytes of the header's length are needed: is the file cut off?", at: 0)
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.maximumHeader else {
      throw refusal(
        "is no safetensors file, or one with too long a header: \(length) bytes, at most "
          + "\(Self.maximumHeader) are read", at: 0)
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw refusal(
        "a header of \(length) bytes does not fit in the file: is it cut off?", at: 0)
    }
    let header = try SafetensorsHeader(bytes, in: 8..<start, file: file)
    // Arrays without elements first: they end where they begin.
    let ordered = header.entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.name)
        < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    var end = 0
    for entry in ordered {
      guard entry.range.lowerBound == end else {
        throw refusal(
          entry.range.lowerBound < end
            ? "'\(entry.name)' overlaps the array before it"
            : "\(entry.range.lowerBound - end) bytes before '\(entry.name)' belong to no array",
          at: entry.place)
      }
      end = entry.range.upperBound
    }
    guard end == bytes.count - start else {
      throw refusal(
        end > bytes.count - start
          ? "the arrays have \(end) bytes, and \(bytes.count - start) follow the header: is the file "
            + "cut off?"
          : "\(bytes.count - start - end) bytes follow the last array", at: start)
    }
    self.bytes = bytes
    self.file = file
    metadata = header.metadata
    entries = ordered.map {
      Entry(
        name: $0.name, type: $0.type, shape: $0.shape,
        bytes: start + $0.range.lowerBound..<start + $0.range.upperBound)
    }
    indices = Dictionary(uniqueKeysWithValues: entries.indices.map { (ordered[$0].name, $0) })
  }

  /// The arrays' names in the order of their bytes.
  public var names: [String] { entries.map(\.name) }

  /// An array, with numbers as the file has them, infinite ones too.
  ///
  /// - Throws: `InputError` 65 if there is none of that name, with the nearest, or at the byte of a
  ///   flag that is neither 0 nor 1.
  public func array(_ name: String) throws -> SafetensorsArray {
    guard let index = indices[name] else {
      let hint = InputError.nearest(to: name, among: names).map { "; nearest is '\($0)'" } ?? ""
      throw InputError(.badData, at: SourceLocation(file: file), "has no array '\(name)'\(hint)")
    }
    let entry = entries[index]
    let payload: SafetensorsArray.Payload
    switch entry.type {
    case .bool:
      let flags: [UInt8] = words(entry) { $0 }
      if let wrong = flags.firstIndex(where: { $0 > 1 }) {
        throw InputError(
          .badData, at: SourceLocation(file: file),
          "at byte \(entry.bytes.lowerBound + wrong): \(flags[wrong]) is neither 0 nor 1")
      }
      payload = .bool(flags.map { $0 == 1 })
    case .uint8: payload = .uint8(words(entry) { $0 })
    case .int8: payload = .int8(words(entry) { (word: UInt8) in Int8(bitPattern: word) })
    case .uint16: payload = .uint16(words(entry) { $0 })
    case .int16: payload = .int16(words(entry) { (word: UInt16) in Int16(bitPattern: word) })
    case .float16: payload = .float16(words(entry) { $0 })
    case .bfloat16: payload = .bfloat16(words(entry) { $0 })
    case .uint32: payload = .uint32(words(entry) { $0 })
    case .int32: payload = .int32(words(entry) { (word: UInt32) in Int32(bitPattern: word) })
    case .float32: payload = .float32(words(entry) { (word: UInt32) in Float(bitPattern: word) })
    case .uint64: payload = .uint64(words(entry) { $0 })
    case .int64: payload = .int64(words(entry) { (word: UInt64) in Int64(bitPattern: word) })
    case .float64: payload = .float64(words(entry) { (word: UInt64) in Double(bitPattern: word) })
    }
    return SafetensorsArray(shape: entry.shape, payload)
  }

  /// The little-endian words of an array; it need not be aligned.
  private func words<Word: FixedWidthInteger, Number>(
    _ entry: Entry, _ convert: (Word) -> Number
  ) -> [Number] {
    let size = MemoryLayout<Word>.size
    precondition(size == entry.type.size, "words of another size")
    let count = entry.bytes.count / size
    return bytes.withUnsafeBytes { raw in
      [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
          let word = raw.loadUnaligned(
            fromByteOffset: entry.bytes.lowerBound + index * size, as: Word.self)
          buffer.initializeElement(at: index, to: convert(Word(littleEndian: word)))
        }
        initialized = count
      }
    }
  }
}
