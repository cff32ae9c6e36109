import Files

/// Reads NumPy's NPY files, versions 1.0, 2.0 and 3.0, plain or packed by gzip.
///
/// Format: NumPy's reference, `numpy.lib.format`. Python objects and structured elements are
/// refused; nothing is ever evaluated.
public enum NPYReader {
  /// The most bytes of a header, as NumPy itself has it.
  static let maximumHeader = 10_000

  /// The array of a file.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 at the byte of whatever is wrong in it.
  public static func array(contentsOf path: String) throws -> NumericArray {
    try array(bytes: InputFile.bytes(of: path, limit: ArrayFile.maximumBytes), file: path)
  }

  /// The array of a file's bytes.
  public static func array(bytes: [UInt8], file: String) throws -> NumericArray {
    let stream = try ByteStream(bytes: bytes, file: file)
    return try array(stream)
  }

  /// The array that is all of a stream.
  static func array(_ stream: ByteStream) throws -> NumericArray {
    let magic = try stream.read(8, "the magic number")
    guard magic.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw stream.source.refusal(at: 0, "is no NPY file: it does not begin with '\\x93NUMPY'")
    }
    guard (1...3).contains(magic[6]), magic[7] == 0 else {
      throw stream.source.refusal(
        at: 6, "version \(magic[6]).\(magic[7]) is not read: 1.0, 2.0 and 3.0 are")
    }
    let length = try stream.read(magic[6] == 1 ? 2 : 4, "the header's length")
    let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= maximumHeader else {
      throw stream.source.refusal(
        at: 8, "a header of \(count) bytes is too long: at most \(maximumHeader) are read")
    }
    let start = stream.position
    let text = try stream.read(count, "the header")
    var parser = NPYHeaderParser(text, at: start, source: stream.source)
    let (shape, layout) = try parser.parse()
    let array = try NumericArray(decoding: stream, shape: shape, layout: layout)
    try stream.finish()
    return array
  }
}
