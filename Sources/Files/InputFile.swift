import Foundation

/// Reads whole files, with a limit on their size that is checked before memory is taken.
public enum InputFile {
  /// The most bytes of a text file.
  public static let maximumText = 64 << 20

  /// The bytes of a file.
  ///
  /// - Throws: `InputError` (66) if the file is missing, is not a regular file or cannot be read,
  ///   and (65) if it is larger than `limit` bytes.
  public static func bytes(of path: String, limit: Int = 256 << 20) throws -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw InputError(
        .missingInput, at: SourceLocation(file: path), "cannot be read: \(systemMessage(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(
        .missingInput, at: SourceLocation(file: path), "is not a file: name a regular file")
    }
    guard status.st_size <= limit else {
      throw InputError(
        .badData, at: SourceLocation(file: path),
        "has \(status.st_size) bytes; at most \(limit) are read here")
    }
    guard let handle = fopen(path, "rb") else {
      throw InputError(
        .missingInput, at: SourceLocation(file: path), "cannot be read: \(systemMessage(errno))")
    }
    defer { fclose(handle) }
    // A file may grow while it is read: never take more than was measured.
    let size = Int(status.st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = fread(buffer.baseAddress, 1, size, handle)
    }
    FileIdentity(status).markRead()
    guard ferror(handle) == 0, bytes.count == size else {
      throw InputError(
        .inputOutput, at: SourceLocation(file: path), "could not be read to its end")
    }
    return bytes
  }

  /// The text of a UTF-8 file.
  ///
  /// - Throws: as `bytes(of:limit:)`, and `InputError` (65) with the line and the
  ///   column where the bytes stop being UTF-8; columns count bytes.
  public static func text(of path: String, limit: Int = maximumText) throws -> String {
    let bytes = try bytes(of: path, limit: limit)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let wrong = validLength(bytes)
    let start = bytes[..<wrong].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let line = bytes[..<start].count { $0 == 0x0A } + 1
    let byte = wrong < bytes.count ? ": byte 0x\(String(bytes[wrong], radix: 16))" : ""
    throw InputError(
      .badData, at: SourceLocation(file: path, line: line, column: wrong - start + 1),
      "is not UTF-8 text\(byte); save it as UTF-8")
  }

  /// How many bytes at the start are UTF-8.
  private static func validLength(_ bytes: [UInt8]) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var length = 0
    while case .valid(let scalar) = parser.parseScalar(from: &rest) { length += scalar.count }
    return length
  }

  static func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
}
