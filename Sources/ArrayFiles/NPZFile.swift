import Files

/// NumPy's NPZ file, a ZIP archive of NPY members, stored or deflated. Each array is unpacked when it
/// is asked for.
public struct NPZFile: Sendable {
  private let archive: ZIPArchive

  /// Reads the directory of a file.
  ///
  /// - Throws: `InputError` 66 if it is missing; 65 at the byte of whatever is wrong in it.
  public init(contentsOf path: String) throws {
    try self.init(
      bytes: InputFile.bytes(of: path, limit: ArrayFile.maximumBytes), file: path)
  }

  /// Reads the directory of a file's bytes.
  public init(bytes: [UInt8], file: String) throws {
    archive = try ZIPArchive(bytes: bytes, file: file)
  }

  /// The arrays' names, without `.npy`, in the order of the directory.
  public var names: [String] {
    archive.members.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
  }

  /// An array.
  ///
  /// - Throws: `InputError` 65 if there is none of that name, with the nearest, or at the byte of
  ///   whatever is wrong in it.
  public func array(_ name: String) throws -> NumericArray {
    guard let index = names.firstIndex(of: name) else {
      let hint = InputError.nearest(to: name, among: names).map { "; nearest is '\($0)'" } ?? ""
      throw InputError(
        .badData, at: SourceLocation(file: archive.file), "has no array '\(name)'\(hint)")
    }
    let stream = try archive.stream(archive.members[index])
    return try NPYReader.array(stream)
  }
}
