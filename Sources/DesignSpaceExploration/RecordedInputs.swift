import Files
import NetworkEvaluation

/// What a report's manifest says of the run that it is of: the program's version, the machine, and the
/// hash of each input.
public struct RecordedInputs: Sendable {
  public let version: String
  /// By name, what numbers depend on beside the inputs.
  public let machine: [String: String]
  /// By the input's name; a sweep may name a file twice.
  private let digests: [String: [(sha256: String, location: SourceLocation)]]
  private let location: SourceLocation

  /// The document as a manifest; nil if it has no `spec`, which no sweep's file has at its top.
  static func manifest(_ document: StrictYAML) throws -> StrictYAML.Record? {
    guard case .mapping(let entries) = document.content,
      entries.contains(where: { $0.key == "spec" })
    else { return nil }
    return try document.record(
      ["version", "spec", "inputs"], optional: ["columns", "excluded", "machine", "notes", "seeds"])
  }

  init(_ manifest: StrictYAML.Record) throws {
    version = try manifest["version"].text()
    machine = Dictionary(
      uniqueKeysWithValues: try manifest.optional("machine")?.entries().map {
        ($0.key, try $0.value.text())
      } ?? [])
    let inputs = try manifest["inputs"]
    location = inputs.location
    var digests: [String: [(sha256: String, location: SourceLocation)]] = [:]
    for item in try inputs.list() {
      let fields = try item.record(["name", "sha256"])
      let sha256 = try fields["sha256"]
      digests[try fields["name"].text(), default: []].append((try sha256.text(), sha256.location))
    }
    self.digests = digests
  }

  /// Refuses inputs that are not those of the manifest.
  ///
  /// - Throws: `InputError` 65 at the hash of the first that differs, or at the inputs if it is not
  ///   among them.
  public func check(_ files: [EvaluationInputs.FileDigest]) throws {
    let remedy = "restore it, or save 'spec' as a file and sweep that"
    for file in files {
      guard let known = digests[file.path], let first = known.first else {
        throw InputError(
          .badData, at: location, "the hash of input '\(file.path)' is missing: \(remedy)")
      }
      guard known.contains(where: { $0.sha256 == "\(file.digest)" }) else {
        throw InputError(
          .badData, at: first.location,
          "input '\(file.path)' is not what it was, its SHA-256 is now \(file.digest): \(remedy)")
      }
    }
  }

  /// Why numbers may differ though the inputs are the same, a sentence each.
  ///
  /// - Parameters:
  ///   - version: of this program.
  ///   - machine: this one, by the same names.
  public func differences(version: String, machine: [String: String]) -> [String] {
    let program =
      version == self.version
      ? [] : ["the manifest is of version \(self.version), this is \(version): rows may differ"]
    return program
      + machine.sorted { $0.key < $1.key }.compactMap { name, value in
        guard let other = self.machine[name], other != value else { return nil }
        return "the manifest's \(name) are \(other), here \(value): rows may differ"
      }
  }
}
