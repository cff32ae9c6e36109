import Files
import Foundation
import QuantizedNetworks

/// How a model is quantized, as the file `quantization.yaml` of its folder: with the folder's weights
/// it gives the same integers anywhere, without the examples that ranges were measured on.
public struct QuantizationFile: Hashable, Sendable {
  public static let name = "quantization.yaml"

  public let spec: QuantizationSpec
  /// By the numbers of the layers without batch normalization and dropout.
  public let ranges: ActivationRanges
  /// What the ranges were measured on: texts.
  public let origin: [String: String]
  /// Scales that another tool chose: they count, not the ranges of the same layers.
  public let given: GivenQuantization

  public init(
    spec: QuantizationSpec, ranges: ActivationRanges, origin: [String: String],
    given: GivenQuantization = GivenQuantization()
  ) {
    self.spec = spec
    self.ranges = ranges
    self.origin = origin
    self.given = given
  }

  /// The file's text; the same for the same quantization.
  public var text: String {
    func pair(_ range: ClosedRange<Float>) -> String {
      "[\(range.lowerBound), \(range.upperBound)]"
    }
    var lines = [
      "encoding: \(spec.encoding.rawValue)", "weight_bits: \(spec.weightBits)",
      "activation_bits: \(spec.activationBits)",
      "weight_granularity: \(spec.weightGranularity.rawValue)",
      "weight_scheme: \(spec.weightScheme.rawValue)",
      "activation_scheme: \(spec.activationScheme.rawValue)",
      "weight_range: \(spec.weightRange.text)", "activation_range: \(spec.activationRange.text)",
      "origin:" + (origin.isEmpty ? " {}" : ""),
    ]
    lines += origin.sorted { $0.key < $1.key }.map {
      "  \(StrictYAML.scalar($0.key)): \(StrictYAML.scalar($0.value))"
    }
    lines.append("input: \(pair(ranges.input))")
    lines.append("outputs:" + (ranges.outputs.isEmpty ? " {}" : ""))
    lines += ranges.outputs.sorted { $0.key < $1.key }.map { "  \($0.key): \(pair($0.value))" }
    return lines.joined(separator: "\n") + "\n" + given.yaml
  }

  /// Writes it into a model's folder.
  ///
  /// - Throws: `InputError` 73 or 74 as `OutputFile.write`.
  public func write(to folder: String) throws {
    try OutputFile.write(text, to: "\(folder)/\(Self.name)")
  }

  /// Reads the file of a folder; nil where there is none.
  ///
  /// - Throws: `InputError` 65 at the place of whatever is wrong in it.
  public init?(folder: String) throws {
    let path = "\(folder)/\(Self.name)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try self.init(StrictYAML(contentsOf: path))
  }

  /// Reads the text of such a file; `file` is the name for messages.
  ///
  /// - Throws: `InputError` 65 at the place of whatever is wrong in it.
  public init(text: String, file: String) throws {
    try self.init(StrictYAML(text: text, file: file))
  }

  private init(_ node: StrictYAML) throws {
    let fields = try node.record(
      [
        "encoding", "weight_bits", "activation_bits", "weight_granularity", "weight_scheme",
        "activation_scheme", "weight_range", "activation_range", "origin", "input", "outputs",
      ], optional: ["given"])
    let encoding: OperandEncoding = try fields["encoding"].choice()
    let weightScheme: QuantizationScheme = try fields["weight_scheme"].choice()
    let activationScheme: QuantizationScheme = try fields["activation_scheme"].choice()
    guard
      encoding != .signMagnitude || (weightScheme == .symmetric && activationScheme == .symmetric)
    else {
      throw InputError(
        .badData, at: try fields["encoding"].location,
        "sign_magnitude words are symmetric: they have no zero point")
    }
    let spec = QuantizationSpec(
      encoding: encoding,
      weightBits: try fields["weight_bits"].integer(in: OperandEncoding.bits),
      activationBits: try fields["activation_bits"].integer(in: OperandEncoding.bits),
      weightGranularity: try fields["weight_granularity"].choice(), weightScheme: weightScheme,
      activationScheme: activationScheme, weightRange: try Self.rule(fields["weight_range"]),
      activationRange: try Self.rule(fields["activation_range"]))
    self.spec = spec
    origin = try Dictionary(
      fields["origin"].entries().map { ($0.key, try $0.value.text()) }, uniquingKeysWith: { $1 })
    let outputs = try fields["outputs"].entries().map { entry in
      (try Self.layer(entry.key, at: entry.location), try Self.range(entry.value))
    }
    ranges = ActivationRanges(
      input: try Self.range(fields["input"]),
      outputs: Dictionary(outputs, uniquingKeysWith: { $1 }))
    given =
      try fields.optional("given").map { try GivenQuantization($0, spec: spec) }
      ?? GivenQuantization()
  }

  /// The number of a layer, that keys are.
  static func layer(_ key: String, at location: SourceLocation) throws -> Int {
    guard let layer = Int(key), (0..<1 << 24).contains(layer), key == "\(layer)" else {
      throw InputError(.badData, at: location, "'\(key)' is not the number of a layer")
    }
    return layer
  }

  private static func rule(_ node: StrictYAML) throws -> RangeRule {
    guard let rule = RangeRule(text: try node.text()) else {
      throw InputError(
        .badData, at: node.location,
        "'\(try node.text())' is not maximum, least_squares, percentile=99.9 or clipping=0.5")
    }
    return rule
  }

  /// Two numbers, the lower first.
  private static func range(_ node: StrictYAML) throws -> ClosedRange<Float> {
    let largest = Float.greatestFiniteMagnitude
    let numbers = try node.list().map { try $0.real(in: -largest...largest) }
    guard numbers.count == 2, numbers[0] <= numbers[1] else {
      throw InputError(
        .badData, at: node.location, "a range is two numbers, the lower one first")
    }
    return numbers[0]...numbers[1]
  }
}

extension StrictYAML {
  /// A number in single precision: what is nearest to the text is in the range, so that every number
  /// of it comes back from its own text, the smallest and the largest too.
  ///
  /// - Throws: `InputError` 65 if it is no number, or outside the range.
  func real(in range: ClosedRange<Float>) throws -> Float {
    // The texts of the ends lie a little beyond them.
    let wide = Double.greatestFiniteMagnitude
    let value = Float(try number(in: -wide...wide))
    guard range.contains(value) else {
      throw InputError(
        .badData, at: location,
        "\(try text()) is outside \(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }
}
