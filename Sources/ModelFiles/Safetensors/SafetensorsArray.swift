/// An array of a safetensors file: a shape and numbers, row-major.
public struct SafetensorsArray: Hashable, Sendable {
  /// The numbers as the file has them. The 16-bit kinds are bit patterns: IEEE 754 binary16, and the
  /// upper half of a binary32 (bfloat16).
  public enum Payload: Hashable, Sendable {
    case bool([Bool])
    case uint8([UInt8])
    case int8([Int8])
    case uint16([UInt16])
    case int16([Int16])
    case uint32([UInt32])
    case int32([Int32])
    case uint64([UInt64])
    case int64([Int64])
    case float16([UInt16])
    case bfloat16([UInt16])
    case float32([Float])
    case float64([Double])
  }

  /// The lengths, outermost first; none for a single number.
  public let shape: [Int]
  public let payload: Payload

  /// - Precondition: lengths of 0 or more, and as many numbers as the shape has.
  public init(shape: [Int], _ payload: Payload) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && payload.count == shape.reduce(1, *),
      "the shape does not fit the numbers")
    self.shape = shape
    self.payload = payload
  }

  /// The numbers in single precision, or nil of integers and flags. Doubles are rounded to the nearest.
  public var reals: [Float]? {
    switch payload {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    case .float16(let values): values.map(HalfPrecision.float)
    case .bfloat16(let values): values.map { Float(bitPattern: UInt32($0) << 16) }
    case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: nil
    }
  }
}

extension SafetensorsArray.Payload {
  public var type: SafetensorsType {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .uint64: .uint64
    case .int64: .int64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    }
  }

  public var count: Int {
    switch self {
    case .bool(let values): values.count
    case .uint8(let values): values.count
    case .int8(let values): values.count
    case .uint16(let values), .float16(let values), .bfloat16(let values): values.count
    case .int16(let values): values.count
    case .uint32(let values): values.count
    case .int32(let values): values.count
    case .uint64(let values): values.count
    case .int64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }
}
