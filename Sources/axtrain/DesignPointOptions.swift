import Accelerators
import ArgumentParser
import Files

/// Flags that replace an accelerator's array, dataflow and buffers' sizes, each by one value or several.
struct DesignPointOptions: ParsableArguments {
  @Option(
    help: """
      Rows of the array, 1 to 4096. 'axtrain simulate' takes several here, for the columns and for the \
      buffers' words, a design point each: 4,8,16 or 8:128:8.
      """)
  var rows: String?

  @Option(help: "Columns of the array, 1 to 4096.")
  var columns: String?

  @Option(
    help: """
      weight_stationary, output_stationary or input_stationary; for simulate also several, a comma \
      between them, or all.
      """)
  var dataflow: String?

  @Option(help: "Words of the weight buffer.")
  var weightWords: String?

  @Option(
    help: """
      Words of the activation buffer, and of the output buffer where neither --output-words nor the \
      file states them.
      """)
  var activationWords: String?

  @Option(help: "Words of the output buffer.")
  var outputWords: String?

  /// Design points of a command.
  static let most = 1_000_000

  /// The values.
  ///
  /// - Throws: `InputError` 64 for what `CountList` refuses, an unknown dataflow or one that stands
  ///   twice, and more design points than `most`.
  func axes() throws -> DesignPoints.Axes {
    typealias Limits = AcceleratorSpec.Limits
    func values(_ text: String?, _ option: String, _ range: ClosedRange<Int>) throws -> [Int]? {
      try text.map { try CountList.values($0, option: option, in: range, most: Self.most) }
    }
    var axes = DesignPoints.Axes()
    axes.rows = try values(rows, "--rows", Limits.side)
    axes.columns = try values(columns, "--columns", Limits.side)
    axes.dataflows = try dataflow.map(Self.dataflows)
    axes.weightBufferWords = try values(weightWords, "--weight-words", Limits.words)
    axes.activationBufferWords = try values(activationWords, "--activation-words", Limits.words)
    axes.outputBufferWords = try values(outputWords, "--output-words", Limits.words)
    guard axes.count <= Double(Self.most) else {
      throw InputError(
        .usage,
        "these are \(CellValue.format(axes.count, digits: 9)) design points, more than "
          + "\(Self.most): give --rows, --columns, --dataflow or a buffer's words fewer values")
    }
    return axes
  }

  private static func dataflows(_ text: String) throws -> [Dataflow] {
    if text == "all" { return Dataflow.allCases }
    var dataflows: [Dataflow] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let dataflow = Dataflow(rawValue: String(name)) else {
        throw InputError(
          .usage,
          "--dataflow: '\(name)' is none of "
            + Dataflow.allCases.map(\.rawValue).joined(separator: ", ") + " and all")
      }
      guard !dataflows.contains(dataflow) else {
        throw InputError(.usage, "--dataflow: \(name) stands there twice")
      }
      dataflows.append(dataflow)
    }
    return dataflows
  }
}
