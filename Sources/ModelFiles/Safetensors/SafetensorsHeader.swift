import Files

/// The header of a safetensors file: a JSON object of fixed form, read byte by byte.
///
/// Strict: numbers are plain integers, a key stands once, and nothing but the keys of the format is
/// there. Its form is three levels deep, so no input makes the parser recurse.
struct SafetensorsHeader {
  /// What the header says of an array.
  struct Entry {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    /// Within the bytes that follow the header.
    let range: Range<Int>
    /// Where in the file the array's description begins.
    let place: Int
  }

  let entries: [Entry]
  let metadata: [String: String]

  static let maximumDimensions = 8

  /// - Parameters:
  ///   - bytes: the file.
  ///   - range: the header's part of it.
  /// - Throws: `InputError` 65 at the byte of whatever is wrong.
  init(_ bytes: [UInt8], in range: Range<Int>, file: String) throws {
    var cursor = JSONCursor(bytes, in: range, file: file)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var names: Set<String> = []
    guard cursor.peek() == UInt8(ascii: "{") else {
      throw cursor.refusal("a header begins with '{'")
    }
    try cursor.object { cursor, name, place in
      guard names.insert(name).inserted else {
        throw cursor.refusal("'\(name)' is there twice", at: place)
      }
      if name == "__metadata__" {
        try cursor.object { cursor, key, place in
          let value = try cursor.string()
          guard metadata.updateValue(value, forKey: key) == nil else {
            throw cursor.refusal("'\(key)' is there twice", at: place)
          }
        }
      } else {
        entries.append(try Self.entry(name, at: place, &cursor))
      }
    }
    cursor.skipSpaces()
    guard cursor.isAtEnd else { throw cursor.refusal("only spaces may follow the header's object") }
    self.entries = entries
    self.metadata = metadata
  }

  private static func entry(
    _ name: String, at place: Int, _ cursor: inout JSONCursor
  ) throws -> Entry {
    var type: SafetensorsType?
    var shape: [Int]?
    var offsets: [Int]?
    try cursor.object { cursor, key, place in
      let isNew: Bool
      switch key {
      case "dtype":
        isNew = type == nil
        let text = try cursor.string()
        guard let known = SafetensorsType(rawValue: text) else {
          let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
          throw cursor.refusal(
            "'\(name)' has elements of '\(text)', which are not read: \(known) are", at: place)
        }
        type = known
      case "shape":
        isNew = shape == nil
        shape = try cursor.integers(atMost: maximumDimensions)
      case "data_offsets":
        isNew = offsets == nil
        offsets = try cursor.integers(atMost: 2)
      default:
        throw cursor.refusal(
          "'\(key)' is no key of an array: dtype, shape and data_offsets are", at: place)
      }
      guard isNew else { throw cursor.refusal("'\(key)' is there twice", at: place) }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw cursor.refusal("'\(name)' needs dtype, shape and two data_offsets", at: place)
    }
    guard offsets[0] <= offsets[1] else {
      throw cursor.refusal("'\(name)' ends before it begins", at: place)
    }
    // A length of zero does not hide others that are too large.
    var (bytes, hasZero) = (type.size, false)
    for length in shape {
      hasZero = hasZero || length == 0
      let (product, overflows) = bytes.multipliedReportingOverflow(by: max(1, length))
      guard !overflows else {
        throw cursor.refusal("'\(name)' has a shape that is too large", at: place)
      }
      bytes = product
    }
    if hasZero { bytes = 0 }
    guard offsets[1] - offsets[0] == bytes else {
      throw cursor.refusal(
        "'\(name)' has \(offsets[1] - offsets[0]) bytes where its type and shape need \(bytes)",
        at: place)
    }
    return Entry(
      name: name, type: type, shape: shape, range: offsets[0]..<offsets[1], place: place)
  }
}
