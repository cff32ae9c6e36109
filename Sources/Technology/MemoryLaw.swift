import Files
import Quantities

/// How the bits of one memory fail, from a file of its own that technologies name by `sram.failures`.
public struct MemoryLaw: Sendable {
  public let name: String
  public let source: String
  public let failures: BitCellFailureModel
  /// What speaks against the law, if its data reject it.
  public let poorFit: PoorFit?

  /// Whether a document is a law's file and no technology's, by its key `data`.
  public static func isLaw(_ document: StrictYAML) -> Bool {
    (try? document.entries().contains { $0.key == "data" }) ?? false
  }

  /// - Throws: `InputError` at the place of what is missing, unknown or does not fit, and if the data do
  ///   not determine the law's parameters.
  public init(contentsOf path: String) throws {
    let record = try TechnologyReader.Reader.memoryLaw(in: StrictYAML(contentsOf: path))
    name = try record["name"].text()
    source = try record["source"].text()
    // The law knows no temperature: its data are of one.
    var reader = TechnologyReader.Reader(besides: path, temperature: Temperature(298.15))
    failures = try reader.bitCell(record)
    try reader.judge(failures, at: record["law"].location, accepted: false)
    poorFit = reader.poorFits.first
  }

  private var named: TechnologyNode.NamedFit {
    TechnologyNode.NamedFit(
      law: "sram \(failures.law.rawValue)", gate: "", fit: failures.fit, temperature: nil)
  }

  /// The law's parameters, in the columns of `axtrain fit TECHNOLOGY`.
  public var fitTable: ResultTable {
    ResultTable(columns: TechnologyNode.fitColumns, rows: named.rows)
  }

  /// Their covariance, in the columns of `axtrain fit TECHNOLOGY --covariance`.
  public var covarianceTable: ResultTable {
    ResultTable(columns: TechnologyNode.covarianceColumns, rows: named.covarianceRows)
  }
}
