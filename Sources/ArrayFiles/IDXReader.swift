import Files

/// Reads IDX files, plain or packed by gzip.
///
/// Format: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*: two zero
/// bytes, the elements' type, the number of dimensions, each length in four bytes, the elements;
/// all big-endian.
public enum IDXReader {
  /// The array of a file.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 at the byte of a wrong magic number, of a length
  ///   that is too large, where elements are missing, or where bytes follow.
  public static func array(contentsOf path: String) throws -> NumericArray {
    try array(bytes: InputFile.bytes(of: path, limit: ArrayFile.maximumBytes), file: path)
  }

  /// The array of a file's bytes.
  public static func array(bytes: [UInt8], file: String) throws -> NumericArray {
    let stream = try ByteStream(bytes: bytes, file: file)
    let magic = try stream.read(4, "the magic number")
    guard magic[0] == 0, magic[1] == 0, let type = elementType(magic[2]) else {
      let found = magic.map { String($0, radix: 16) }.joined(separator: " ")
      throw stream.source.refusal(
        at: 0,
        "is no IDX file: begins with \(found) where 0 0, a type and a number of dimensions "
          + "are needed")
    }
    let dimensions = Int(magic[3])
    guard (1...NumericArray.maximumDimensions).contains(dimensions) else {
      throw stream.source.refusal(
        at: 3, "\(dimensions) dimensions where 1 to \(NumericArray.maximumDimensions) are read")
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      let length = try stream.read(4, "a length")
      shape.append(length.reduce(0) { $0 << 8 | Int($1) })
    }
    let array = try NumericArray(
      decoding: stream, shape: shape,
      layout: ElementLayout(type: type, isBigEndian: true, isColumnMajor: false))
    try stream.finish()
    return array
  }

  private static func elementType(_ code: UInt8) -> ElementType? {
    switch code {
    case 0x08: .uint8
    case 0x09: .int8
    case 0x0B: .int16
    case 0x0C: .int32
    case 0x0D: .float32
    case 0x0E: .float64
    default: nil
    }
  }
}

/// What all readers of arrays share.
public enum ArrayFile {
  /// The most bytes of a file, 1 GiB.
  public static let maximumBytes = 1 << 30
}
