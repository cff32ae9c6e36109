import DesignSpaceExploration
import Files

/// All that a reader needs to make a report again and to defend its numbers.
///
/// Holds no time, host or path of the run, so that the same inputs give the same bytes.
public struct RunManifest: Sendable, Equatable {
  /// An input file: its name as the spec gives it, and its SHA-256.
  public struct Input: Sendable, Equatable {
    public let name: String
    /// 64 hexadecimal digits.
    public let sha256: String

    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  public var version: String
  /// The spec with every default filled in.
  public var spec: JSONValue
  /// Each random purpose or part, and its seed.
  public var seeds: [String: UInt64]
  public var inputs: [Input]
  /// What the numbers depend on beside the inputs, such as the kernels that OpenBLAS chose.
  public var machine: [String: String]
  public var columns: [ColumnDefinition]
  /// What the numbers rest on that a reader must know, such as laws that do not follow their data.
  public var notes: [String]

  public init(
    version: String, spec: JSONValue, seeds: [String: UInt64], inputs: [Input],
    machine: [String: String], columns: [ColumnDefinition], notes: [String] = []
  ) {
    self.version = version
    self.spec = spec
    self.seeds = seeds
    self.inputs = inputs
    self.machine = machine
    self.columns = columns
    self.notes = notes
  }

  /// The manifest as JSON with sorted keys; inputs are sorted by name, and `notes` are left out where
  /// there are none.
  public var json: JSONValue {
    var fields: [String: JSONValue] = [
      "version": .text(version),
      "spec": spec,
      "seeds": .object(seeds.mapValues(Self.seed)),
      "inputs": .array(
        inputs.sorted { ($0.name, $0.sha256) < ($1.name, $1.sha256) }.map {
          .object(["name": .text($0.name), "sha256": .text($0.sha256)])
        }),
      "machine": .object(machine.mapValues(JSONValue.text)),
      "columns": .array(
        columns.map { .object(["name": .text($0.name), "definition": .text($0.definition)]) }),
    ]
    if !notes.isEmpty { fields["notes"] = .array(notes.map(JSONValue.text)) }
    return .object(fields)
  }

  /// Seeds beyond 2^53 are text: many readers of JSON would round the number.
  private static func seed(_ value: UInt64) -> JSONValue {
    value <= 1 << 53 ? .integer(Int(value)) : .text(String(value))
  }
}
