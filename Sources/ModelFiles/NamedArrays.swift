import ArrayFiles
import Files
import Foundation

/// The named arrays of a file of other tools, decoded when they are asked for: safetensors, NPZ, or a
/// folder of NPY files, each named for its array.
public struct NamedArrays: Sendable {
  private enum Source {
    case safetensors(SafetensorsFile)
    case npz(NPZFile)
    case folder([String])
  }

  public let file: String
  private let source: Source

  /// The most arrays of a folder.
  private static let maximumFiles = 10_000

  /// - Throws: `InputError` 66 if the file is missing; 65 if its name ends with neither `.safetensors`
  ///   nor `.npz`, or at the byte of whatever is wrong in it.
  public init(contentsOf path: String) throws {
    file = path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let entries: [String]
      do {
        entries = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw InputError(
          .missingInput, at: SourceLocation(file: path), "the folder cannot be read")
      }
      let names = entries.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
      guard (1...Self.maximumFiles).contains(names.count) else {
        throw InputError(
          .badData, at: SourceLocation(file: path),
          "holds \(names.count) NPY files: 1 to \(Self.maximumFiles) are read")
      }
      source = .folder(names)
    } else if path.hasSuffix(".safetensors") {
      source = .safetensors(try SafetensorsFile(contentsOf: path))
    } else if path.hasSuffix(".npz") {
      source = .npz(try NPZFile(contentsOf: path))
    } else {
      throw InputError(
        .badData, at: SourceLocation(file: path),
        "is no file of arrays that is read: a name that ends with .safetensors or .npz, or a folder "
          + "of NPY files is needed")
    }
  }

  public init(_ file: SafetensorsFile) {
    self.file = file.file
    source = .safetensors(file)
  }

  public var names: [String] {
    switch source {
    case .safetensors(let file): file.names
    case .npz(let file): file.names
    case .folder(let names): names
    }
  }

  /// The numbers of an array in single precision.
  ///
  /// - Throws: `InputError` 65 if there is none of that name, it has another shape, or a number is not
  ///   finite.
  public func reals(_ name: String, shape: [Int]) throws -> [Float] {
    let array: NumericArray
    switch source {
    case .safetensors(let file): return try file.reals(name, shape: shape)
    case .npz(let file): array = try file.array(name)
    case .folder: array = try NPYReader.array(contentsOf: "\(file)/\(name).npy")
    }
    guard array.shape == shape else {
      throw refusal("'\(name)' has the shape \(array.shape) where \(shape) is needed")
    }
    guard case .reals(let reals) = array.values else {
      throw refusal("'\(name)' has bytes or flags where real numbers are needed")
    }
    return reals
  }

  func refusal(_ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: file), message)
  }
}
