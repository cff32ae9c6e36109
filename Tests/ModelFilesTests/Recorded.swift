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
