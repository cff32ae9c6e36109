import Files
import Foundation

extension TemporaryFolder {
  /// A copy of the technologies' folder with one YAML file edited.
  ///
  /// - Returns: the edited file's path.
  public func technology(
    _ technology: String = "ptm45_hp", editing edit: (String) -> String
  ) throws -> String {
    let source = Repository.path("HardwareSpecs/Technology")
    for name in try FileManager.default.contentsOfDirectory(atPath: source)
    where name.hasSuffix(".csv") || name.hasPrefix("sram_") {
      try FileManager.default.copyItem(atPath: source + "/" + name, toPath: file(name))
    }
    let text = try InputFile.text(of: source + "/\(technology).yaml")
    return try write(edit(text), to: "edited.yaml")
  }
}
