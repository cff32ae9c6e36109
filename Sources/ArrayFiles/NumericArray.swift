/// An array of numbers, row-major whatever its file's order.
public struct NumericArray: Sendable, Hashable {
  /// The numbers: bytes stay bytes, everything else becomes finite single-precision numbers.
  public enum Values: Sendable, Hashable {
    /// Of unsigned 8-bit numbers, or of flags, 0 and 1.
    case bytes([UInt8])
    /// Integers beyond ±2²⁴ and doubles are rounded to the nearest.
    case reals([Float])
  }

  /// At most eight dimensions; none for a single number.
  public let shape: [Int]
  public let values: Values

  /// The most elements that are read: 2²⁸, 1 GiB as single-precision numbers.
  public static let maximumElements = 1 << 28
  static let maximumDimensions = 8

  /// - Precondition: as many values as the shape has.
  public init(shape: [Int], values: Values) {
    self.shape = shape
    self.values = values
    precondition(count == shape.reduce(1, *), "the shape does not fit the values")
  }

  /// The number of elements.
  public var count: Int {
    switch values {
    case .bytes(let bytes): bytes.count
    case .reals(let reals): reals.count
    }
  }

  /// The number of elements of a shape.
  ///
  /// - Throws: `InputError` 65 if there are more than `maximumElements` or dimensions.
  static func count(of shape: [Int], in stream: ByteStream) throws -> Int {
    var count = 1
    var isTooLarge = shape.count > maximumDimensions
    for length in shape {
      // A dimension of zero does not hide one that is too large.
      let (product, overflows) = max(count, 1).multipliedReportingOverflow(by: max(length, 1))
      isTooLarge = isTooLarge || length < 0 || overflows || product > maximumElements
      count = isTooLarge ? 0 : count * length
    }
    guard !isTooLarge else {
      let lengths = shape.prefix(maximumDimensions + 1).map(String.init).joined(separator: " × ")
      throw stream.refusal(
        "an array of \(lengths) elements is too large: at most \(maximumElements) in "
          + "\(maximumDimensions) dimensions are read")
    }
    return count
  }
}
