import Files
import Foundation

/// A tensor of a model, whose numbers are decoded when they are asked for.
struct ONNXTensor {
  /// The kinds of element that are read, by ONNX's number.
  enum Kind: Int32 {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64
    case bool = 9
    case float16, double, uint32, uint64
    case bfloat16 = 16

    var size: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .float, .int32, .uint32: 4
      case .double, .int64, .uint64: 8
      }
    }

    var isReal: Bool { [.float, .double, .float16, .bfloat16].contains(self) }

    /// Bits and sign of the kinds that numbers are quantized to.
    var quantized: (bits: Int, isSigned: Bool)? {
      switch self {
      case .uint8: (8, false)
      case .int8: (8, true)
      case .uint16: (16, false)
      case .int16: (16, true)
      case .int32: (32, true)
      case .int64, .uint32, .uint64, .bool, .float, .float16, .double, .bfloat16: nil
      }
    }
  }

  /// For messages: `tensor 'fc1.weight'`.
  let label: String
  let kind: Kind
  let shape: [Int]
  let count: Int
  private let proto: ONNXTensorProto
  private let file: String

  /// The most elements: as many as a network may have parameters.
  static let maximumCount = 1 << 28
  static let maximumDimensions = 8

  /// - Throws: `InputError` 65 if the numbers are of another kind, elsewhere, too many, or more or
  ///   fewer than the shape has.
  init(_ proto: ONNXTensorProto, label: String, file: String) throws {
    func refusal(_ message: String) -> InputError {
      InputError(.badData, at: SourceLocation(file: file), "\(label): \(message)")
    }
    self.label = label
    self.file = file
    self.proto = proto
    guard proto.dataLocation == .default else {
      throw refusal(
        "its numbers stand in another file, which is not read: save the model with its weights inside"
      )
    }
    guard let kind = Kind(rawValue: proto.dataType) else {
      throw refusal("elements of ONNX's kind \(proto.dataType) are not read")
    }
    self.kind = kind
    var count = 1
    guard proto.dims.count <= Self.maximumDimensions else {
      throw refusal(
        "has \(proto.dims.count) dimensions: at most \(Self.maximumDimensions) are read")
    }
    for length in proto.dims {
      let (product, overflows) = max(count, 1).multipliedReportingOverflow(
        by: Int(max(length, 1)))
      guard length >= 0, !overflows, product <= Self.maximumCount else {
        throw refusal("has more than \(Self.maximumCount) elements, or a negative length")
      }
      count *= Int(length)
    }
    shape = proto.dims.map(Int.init)
    self.count = count
    let stored = Self.storedCount(proto, kind)
    guard stored == count else {
      throw refusal(
        stored.map { "has \($0) numbers where its shape has \(count)" }
          ?? "its raw data are no whole number of elements")
    }
  }

  /// How many numbers there are; nil if they do not end with one.
  private static func storedCount(_ proto: ONNXTensorProto, _ kind: Kind) -> Int? {
    if proto.hasRawData {
      let bytes = proto.rawData.count
      return bytes.isMultiple(of: kind.size) ? bytes / kind.size : nil
    }
    return switch kind {
    case .float: proto.floatData.count
    case .double: proto.doubleData.count
    case .int64: proto.int64Data.count
    case .uint32, .uint64: proto.uint64Data.count
    case .uint8, .int8, .uint16, .int16, .int32, .bool, .float16, .bfloat16:
      proto.int32Data.count
    }
  }

  func refusal(_ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), "\(label): \(message)")
  }

  /// The numbers in single precision.
  ///
  /// - Throws: `InputError` 65 if they are integers, or one of them is not finite.
  func reals() throws -> [Float] {
    let reals: [Float]
    switch kind {
    case .float:
      reals = proto.hasRawData ? words { Float(bitPattern: $0) } : proto.floatData
    case .double:
      reals =
        proto.hasRawData
        ? words { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        : proto.doubleData.map { Float($0) }
    case .float16: reals = halves(HalfPrecision.float)
    case .bfloat16: reals = halves { Float(bitPattern: UInt32($0) << 16) }
    case .uint8, .int8, .uint16, .int16, .int32, .int64, .bool, .uint32, .uint64:
      throw refusal("holds integers where real numbers are needed")
    }
    if let wrong = reals.firstIndex(where: { !$0.isFinite }) {
      throw refusal("element \(wrong) is \(reals[wrong]): finite numbers are needed")
    }
    return reals
  }

  /// The numbers as integers.
  ///
  /// - Throws: `InputError` 65 if they are real, or beyond the range of their kind or of 64 bits.
  func integers() throws -> [Int] {
    func narrow<Number: FixedWidthInteger>(_ type: Number.Type) throws -> [Int] {
      try proto.int32Data.map {
        guard let number = Number(exactly: $0) else { throw refusal("\($0) is beyond its kind") }
        return Int(number)
      }
    }
    let isRaw = proto.hasRawData
    switch kind {
    case .uint8, .bool: return isRaw ? words { (word: UInt8) in Int(word) } : try narrow(UInt8.self)
    case .int8:
      return isRaw ? words { (word: UInt8) in Int(Int8(bitPattern: word)) } : try narrow(Int8.self)
    case .uint16: return isRaw ? words { (word: UInt16) in Int(word) } : try narrow(UInt16.self)
    case .int16:
      return isRaw
        ? words { (word: UInt16) in Int(Int16(bitPattern: word)) } : try narrow(Int16.self)
    case .int32:
      return isRaw
        ? words { (word: UInt32) in Int(Int32(bitPattern: word)) } : try narrow(Int32.self)
    case .int64:
      return isRaw
        ? words { (word: UInt64) in Int(bitPattern: UInt(word)) } : proto.int64Data.map(Int.init)
    case .uint32 where isRaw: return words { (word: UInt32) in Int(word) }
    case .uint32, .uint64:
      let numbers = isRaw ? words { (word: UInt64) in word } : proto.uint64Data
      return try numbers.map {
        guard let number = Int(exactly: $0) else { throw refusal("\($0) is beyond 63 bits") }
        return number
      }
    case .float, .float16, .double, .bfloat16:
      throw refusal("holds real numbers where integers are needed")
    }
  }

  /// The most numbers that are made numbers of another kind: scales and zero points of channels.
  private static let maximumCast = 4_096

  /// The same numbers as another kind, nil for many, and for a kind that does not hold them.
  func cast(to target: Int) throws -> ONNXTensor? {
    guard count <= Self.maximumCast, let number = Int32(exactly: target),
      let target = Kind(rawValue: number)
    else { return nil }
    var cast = ONNXTensorProto()
    (cast.dims, cast.dataType) = (proto.dims, number)
    switch target {
    case .float:
      cast.floatData = kind.isReal ? try reals() : try integers().map { Float($0) }
    case .int64 where !kind.isReal: cast.int64Data = try integers().map { Int64($0) }
    case .uint8, .int8, .uint16, .int16, .int32:
      guard !kind.isReal, let (bits, isSigned) = target.quantized else { return nil }
      let range = QuantizationHint.range(bits: bits, isSigned: isSigned, isNarrow: false)
      let integers = try integers()
      guard integers.allSatisfy(range.contains) else { return nil }
      cast.int32Data = integers.map { Int32($0) }
    case .int64, .uint32, .uint64, .bool, .float16, .double, .bfloat16: return nil
    }
    return try ONNXTensor(cast, label: label, file: file)
  }

  /// Bit patterns of 16 bits: raw, or one in each of 32.
  private func halves(_ convert: (UInt16) -> Float) -> [Float] {
    proto.hasRawData
      ? words(convert) : proto.int32Data.map { convert(UInt16(truncatingIfNeeded: $0)) }
  }

  /// The little-endian words of the raw data.
  private func words<Word: FixedWidthInteger, Number>(_ convert: (Word) -> Number) -> [Number] {
    let size = MemoryLayout<Word>.size
    return proto.rawData.withUnsafeBytes { raw in
      (0..<count).map {
        convert(Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)))
      }
    }
  }
}
