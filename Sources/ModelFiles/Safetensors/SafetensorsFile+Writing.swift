import Files

extension SafetensorsFile {
  /// The bytes of a file of named arrays: the same for the same arrays, whatever order they come in.
  ///
  /// Laid out as the format's own writer does it: arrays by kind, those of the most bytes an element
  /// first, then by name; metadata first in the header and sorted by name; the header padded with
  /// spaces to a multiple of 8 bytes. So every array stands at a multiple of the size of its elements.
  ///
  /// - Precondition: no two arrays of one name, and none is named `__metadata__`.
  public static func bytes(
    of arrays: [(name: String, array: SafetensorsArray)], metadata: [String: String] = [:]
  ) -> [UInt8] {
    precondition(
      Set(arrays.map(\.name) + ["__metadata__"]).count == arrays.count + 1,
      "names of arrays are distinct")
    let ordered = arrays.sorted { left, right in
      let (first, second) = (left.array.payload.type, right.array.payload.type)
      return first == second
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : first > second
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for (name, array) in ordered {
      let start = end
      end += array.payload.count * array.payload.type.size
      let shape = array.shape.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(name)):{\"dtype\":\"\(array.payload.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(end)]}")
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(0x20) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    append([UInt64(header.count)], to: &bytes)
    bytes += header
    for (_, array) in ordered { append(array.payload, to: &bytes) }
    return bytes
  }

  /// Writes a file of named arrays as `bytes(of:metadata:)` lays it out: all of it or nothing.
  ///
  /// - Throws: `InputError` 73 if the file cannot be made, 74 if it cannot be written to its end.
  public static func write(
    _ arrays: [(name: String, array: SafetensorsArray)], metadata: [String: String] = [:],
    to path: String
  ) throws {
    try OutputFile.write(bytes(of: arrays, metadata: metadata), to: path)
  }

  private static func append(_ payload: SafetensorsArray.Payload, to bytes: inout [UInt8]) {
    switch payload {
    case .bool(let values): bytes += values.map { $0 ? 1 : 0 }
    case .uint8(let values): bytes += values
    case .int8(let values): append(values, to: &bytes)
    case .uint16(let values), .float16(let values), .bfloat16(let values):
      append(values, to: &bytes)
    case .int16(let values): append(values, to: &bytes)
    case .uint32(let values): append(values, to: &bytes)
    case .int32(let values): append(values, to: &bytes)
    case .uint64(let values): append(values, to: &bytes)
    case .int64(let values): append(values, to: &bytes)
    case .float32(let values): append(values.map(\.bitPattern), to: &bytes)
    case .float64(let values): append(values.map(\.bitPattern), to: &bytes)
    }
  }

  private static func append<Word: FixedWidthInteger>(_ words: [Word], to bytes: inout [UInt8]) {
    words.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// The text as JSON has it.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
