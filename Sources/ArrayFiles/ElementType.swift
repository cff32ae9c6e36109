/// What an array's elements are in a file.
public enum ElementType: Sendable, Hashable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64

  /// Bytes of an element.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// NumPy's name without the byte order, such as `f4`.
  var numpyName: String {
    switch self {
    case .bool: "b1"
    case .uint8, .uint16, .uint32, .uint64: "u\(size)"
    case .int8, .int16, .int32, .int64: "i\(size)"
    case .float16, .float32, .float64: "f\(size)"
    }
  }
}
