import Files
import Foundation

extension TransitionTable {
  /// Writes the table as a NumPy array: shape (2^stationary, 2^moving, 2^moving), element [held,
  /// previous, current] the captured product, `<u2`; and beside it `PATH.sha256`, as `sha256sum`
  /// writes and checks it.
  ///
  /// - Throws: `InputError` 73 or 74 if a file cannot be written.
  public func write(to path: String) throws {
    var bytes = Self.header(stationaryWidth, movingWidth)
    bytes.append(contentsOf: words)
    try OutputFile.write(bytes, to: path)
    let name = (path as NSString).lastPathComponent
    try OutputFile.write("\(Digest(of: bytes))  \(name)\n", to: path + ".sha256")
  }

  /// Maps a table's file into memory.
  ///
  /// - Parameters:
  ///   - sha256: of the file in hexadecimal, as it was recorded where the table's die and supply are.
  ///   - remedy: what the message of a file that is no such table says is to be done.
  /// - Throws: `InputError` 66 if it is missing, 65 if it is not a table of these widths, or is not the
  ///   recorded one.
  public init(
    mapping path: String, sha256: String, stationaryWidth: Int, movingWidth: Int, remedy: String
  ) throws {
    let place = SourceLocation(file: path)
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw InputError(
        .missingInput, at: place, "cannot be read: \(String(cString: strerror(errno)))")
    }
    let header = Self.header(stationaryWidth, movingWidth)
    let size = header.count + 2 * Self.count(stationaryWidth, movingWidth)
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size == size else {
      throw InputError(
        .badData, at: place, "is not a transition table of \(size) bytes: \(remedy)")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw InputError(.missingInput, at: place, "cannot be mapped: \(error.localizedDescription)")
    }
    guard data.count == size, data.prefix(header.count).elementsEqual(header) else {
      throw InputError(
        .badData, at: place, "is a table of another kind or version: \(remedy)")
    }
    guard sha256 == Digest(of: data).description else {
      throw InputError(
        .badData, at: place,
        "is damaged or of another die (its SHA-256 is not the recorded one): \(remedy)")
    }
    self.init(
      stationaryWidth: stationaryWidth, movingWidth: movingWidth, words: data[header.count...])
  }

  private static func header(_ stationaryWidth: Int, _ movingWidth: Int) -> [UInt8] {
    NPYHeader.bytes(
      type: "<u2", shape: [1 << stationaryWidth, 1 << movingWidth, 1 << movingWidth])
  }
}
