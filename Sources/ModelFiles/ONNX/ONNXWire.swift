import Files

/// A walk over a model's protocol-buffer encoding before it is decoded: what the decoder will take
/// memory for is counted first.
///
/// A message of two bytes becomes a value of a hundred, so the size of a file alone bounds nothing.
/// Encoding: the protocol buffers' documentation, "Encoding".
struct ONNXWire {
  /// The most fields of all messages that are decoded.
  static let maximumFields = 1 << 20
  /// The most bytes of packed integers, each of which becomes up to eight.
  static let maximumPackedBytes = 1 << 26

  /// The messages that are walked, by the number of their field.
  private indirect enum Schema {
    case message([Int: Schema])
    /// Integers of variable length.
    case packed
  }

  private static let tensor = Schema.message([1: .packed, 5: .packed, 7: .packed, 11: .packed])
  private static let value = Schema.message([
    2: .message([1: .message([2: .message([1: .message([:])])])])
  ])
  private static let model = Schema.message([
    7: .message([
      1: .message([5: .message([5: tensor, 8: .packed])]), 5: tensor, 11: value, 12: value,
    ]),
    8: .message([:]),
  ])

  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private var fields = 0
  private var packedBytes = 0

  /// - Throws: `InputError` 65 at the byte where the encoding is wrong or the limits are passed.
  static func check(_ bytes: [UInt8], file: String) throws {
    try bytes.withUnsafeBytes { raw in
      var wire = ONNXWire(bytes: raw, file: file)
      try wire.walk(0..<raw.count, model)
    }
  }

  private init(bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  private func refusal(_ message: String, at place: Int) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), "at byte \(place): \(message)")
  }

  /// The schema is seven levels deep, and so is the recursion.
  private mutating func walk(_ range: Range<Int>, _ schema: Schema) throws {
    guard case .message(let known) = schema else {
      packedBytes += range.count
      guard packedBytes <= Self.maximumPackedBytes else {
        throw refusal(
          "more than \(Self.maximumPackedBytes) bytes of packed integers: store them as raw data",
          at: range.lowerBound)
      }
      return
    }
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place
      fields += 1
      guard fields <= Self.maximumFields else {
        throw refusal("more than \(Self.maximumFields) fields", at: start)
      }
      let key = try variableLength(&place, end: range.upperBound)
      let number = Int(key >> 3)
      guard key <= UInt64(UInt32.max), number > 0 else {
        throw refusal("is no ONNX file: a field's number is wrong", at: start)
      }
      let length: Int
      switch key & 7 {
      case 0:
        _ = try variableLength(&place, end: range.upperBound)
        continue
      case 1: length = 8
      case 2:
        let declared = try variableLength(&place, end: range.upperBound)
        length = Int(min(declared, UInt64(Int32.max) + 1))
      case 5: length = 4
      default: throw refusal("is no ONNX file: a field's kind is wrong", at: start)
      }
      guard length <= range.upperBound - place else {
        throw refusal(
          "a field of \(length) bytes does not fit in the \(range.upperBound - place) that follow: "
            + "is the file cut off?", at: start)
      }
      if key & 7 == 2, let inner = known[number] { try walk(place..<place + length, inner) }
      place += length
    }
  }

  private func variableLength(_ place: inout Int, end: Int) throws -> UInt64 {
    var value: UInt64 = 0
    let start = place
    for shift in 0..<10 {
      guard place < end else {
        throw refusal("a number does not end: is the file cut off?", at: start)
      }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 127) << UInt64(shift * 7)
      if byte < 128 { return value }
    }
    throw refusal("is no ONNX file: a number has more than ten bytes", at: start)
  }
}
