import ArrayFiles
import Files
import TestSupport

/// Files that `Tests/Tools/record_model_files.py` wrote.
enum Recorded {
  static func path(_ name: String) -> String {
    Repository.path("Tests/ModelFilesTests/Resources/\(name)")
  }

  static func bytes(_ name: String) throws -> [UInt8] { try InputFile.bytes(of: path(name)) }
}

extension Recorded {
  static func array(_ name: String) throws -> NumericArray {
    try NPYReader.array(contentsOf: path(name))
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
