import ArrayFiles
import Files
import Foundation
import TestSupport
import Testing

/// A file that NumPy wrote, with an array that is in it.
struct RecordedArray: CustomTestStringConvertible {
  let file: String
  /// The array's name in an archive.
  let member: String?
  let shape: [Int]
  let values: [Float]
  let bytes: [UInt8]

  var testDescription: String { member.map { "\(file)/\($0)" } ?? file }

  /// The lines of `Tests/Golden/array_files.txt`.
  static let all: [RecordedArray] = {
    let text = (try? InputFile.text(of: Repository.path("Tests/Golden/array_files.txt"))) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t").map(String.init)
      guard fields.count == 4, let bytes = Data(base64Encoded: fields[3]) else { return nil }
      let names = fields[0].split(separator: "/").map(String.init)
      return RecordedArray(
        file: names[0], member: names.count > 1 ? names[1] : nil,
        shape: fields[1].split(separator: "x").compactMap { Int($0) },
        values: fields[2].split(separator: " ").compactMap { Float($0) }, bytes: Array(bytes))
    }
  }()

  /// The bytes of a file of that name.
  static func bytes(_ file: String) -> [UInt8] { all.first { $0.file == file }?.bytes ?? [] }

  /// The array by the reader of the file's kind.
  func read() throws -> NumericArray { try Self.read(bytes, file: file, member: member) }

  static func read(_ bytes: [UInt8], file: String, member: String? = nil) throws -> NumericArray {
    if file.contains(".idx") { return try IDXReader.array(bytes: bytes, file: file) }
    if file.contains(".npz") {
      return try NPZFile(bytes: bytes, file: file).array(member ?? "x_train")
    }
    return try NPYReader.array(bytes: bytes, file: file)
  }
}

extension NumericArray {
  /// All values as single-precision numbers.
  var floats: [Float] {
    switch values {
    case .bytes(let bytes): bytes.map(Float.init)
    case .reals(let reals): reals
    }
  }
}
