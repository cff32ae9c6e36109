import Files
import QuantizedNetworks

/// Given scales as the block `given` of `quantization.yaml`.
extension GivenQuantization {
  /// The text; empty if nothing is given.
  var yaml: String {
    guard !isEmpty else { return "" }
    func block(_ name: String, _ layers: [Int: Scales]) -> [String] {
      guard !layers.isEmpty else { return [] }
      return ["  \(name):"]
        + layers.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value.yaml)" }
    }
    let lines =
      ["given:"] + (input.map { ["  input: \($0.yaml)"] } ?? []) + block("outputs", outputs)
      + block("weights", weights)
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Throws: `InputError` 65 at the place of whatever is wrong in it.
  init(_ node: StrictYAML, spec: QuantizationSpec) throws {
    self.init()
    let fields = try node.record([], optional: ["input", "outputs", "weights"])
    let activations = spec.encoding.integers(bits: spec.activationBits)
    input = try fields.optional("input").map {
      try Scales($0, within: activations, hasChannels: false)
    }
    outputs = try Self.layers(fields.optional("outputs")) {
      try Scales($0, within: activations, hasChannels: false)
    }
    let integers = spec.encoding.integers(bits: spec.weightBits)
    weights = try Self.layers(fields.optional("weights")) {
      try Scales($0, within: integers, hasChannels: true)
    }
    let all = [input].compactMap(\.self) + outputs.values + weights.values
    guard
      spec.encoding != .signMagnitude || all.allSatisfy({ $0.zeroPoints.allSatisfy { $0 == 0 } })
    else {
      throw InputError(
        .badData, at: node.location, "sign_magnitude words are symmetric: their zero points are 0")
    }
  }

  private static func layers(
    _ node: StrictYAML?, _ scales: (StrictYAML) throws -> Scales
  ) throws -> [Int: Scales] {
    let entries = try node?.entries() ?? []
    return try Dictionary(
      entries.map { (try QuantizationFile.layer($0.key, at: $0.location), try scales($0.value)) },
      uniquingKeysWith: { $1 })
  }
}

extension GivenQuantization.Scales {
  /// One zero point stands for all where they are the same.
  fileprivate var yaml: String {
    let zeros = Set(zeroPoints).count == 1 ? [zeroPoints[0]] : zeroPoints
    return "{scales: \(scales), zero_points: \(zeros), "
      + "integers: [\(integers.lowerBound), \(integers.upperBound)]}"
  }

  /// - Parameters:
  ///   - words: the integers that there are words for.
  ///   - hasChannels: whether there may be a scale an output channel.
  fileprivate init(
    _ node: StrictYAML, within words: ClosedRange<Int32>, hasChannels: Bool
  ) throws {
    func refusal(_ node: StrictYAML, _ message: String) -> InputError {
      InputError(.badData, at: node.location, message)
    }
    let fields = try node.record(["scales", "zero_points", "integers"])
    let limits = Float.leastNonzeroMagnitude...Float.greatestFiniteMagnitude
    let scales = try fields["scales"].list().map { try $0.real(in: limits) }
    guard !scales.isEmpty, hasChannels || scales.count == 1 else {
      throw refusal(
        try fields["scales"],
        hasChannels ? "a scale is needed" : "activations have one scale: \(scales.count) are given")
    }
    let bounds = Int(words.lowerBound)...Int(words.upperBound)
    let ends = try fields["integers"].list().map { Int32(try $0.integer(in: bounds)) }
    guard ends.count == 2, ends[0] < ends[1] else {
      throw refusal(
        try fields["integers"], "the integers in use are two numbers, the lower one first")
    }
    let among = Int(ends[0])...Int(ends[1])
    let zeros = try fields["zero_points"].list().map { Int32(try $0.integer(in: among)) }
    guard zeros.count == 1 || zeros.count == scales.count else {
      throw refusal(
        try fields["zero_points"], "\(zeros.count) zero points do not fit \(scales.count) scales")
    }
    self.init(
      scales: scales,
      zeroPoints: zeros.count == scales.count
        ? zeros : [Int32](repeating: zeros[0], count: scales.count),
      integers: ends[0]...ends[1])
  }
}
