import Files
import QuantizedNetworks

/// The optional key `given` of `quantization.yaml`: quantizations that are taken as they are.
extension QuantizationFile {
  /// Its lines; none where nothing is given.
  var givenLines: [String] {
    let given = ranges.given
    guard !given.isEmpty else { return [] }
    var lines = ["given:"]
    if let input = given.input { lines.append("  input: \(Self.text([input]))") }
    if !given.outputs.isEmpty {
      lines.append("  outputs:")
      lines += given.outputs.sorted { $0.key < $1.key }.map {
        "    \($0.key): \(Self.text([$0.value]))"
      }
    }
    if !given.weights.isEmpty {
      lines.append("  weights:")
      lines += given.weights.sorted { $0.key < $1.key }.map {
        "    \($0.key): \(Self.text($0.value))"
      }
    }
    return lines
  }

  private static func text(_ quantizations: [AffineQuantization]) -> String {
    let scales = quantizations.map { "\($0.scale)" }.joined(separator: ", ")
    let zeros = quantizations.map { "\($0.zeroPoint)" }.joined(separator: ", ")
    return "{scales: [\(scales)], zero_points: [\(zeros)], "
      + "integers: [\(quantizations[0].minimum), \(quantizations[0].maximum)]}"
  }

  /// Reads the key's value.
  ///
  /// - Throws: `InputError` 65 at the place of whatever is wrong in it.
  static func given(
    _ node: StrictYAML, _ spec: QuantizationSpec
  ) throws -> GivenQuantizations {
    let fields = try node.record([], optional: ["input", "outputs", "weights"])
    let words = spec.encoding.integers(bits: spec.activationBits)
    let weightWords = spec.encoding.integers(bits: spec.weightBits)
    var given = GivenQuantizations()
    given.input = try fields.optional("input").map { try one($0, words) }
    for entry in try fields.optional("outputs")?.entries() ?? [] {
      given.outputs[try layer(entry.key, at: entry.location)] = try one(entry.value, words)
    }
    for entry in try fields.optional("weights")?.entries() ?? [] {
      guard entry.key.wholeMatch(of: /[A-Za-z0-9._]{1,256}/) != nil else {
        throw InputError(
          .badData, at: entry.location, "'\(entry.key.prefix(64))' is not a parameter's name")
      }
      given.weights[entry.key] = try several(entry.value, weightWords)
    }
    return given
  }

  private static func one(
    _ node: StrictYAML, _ words: ClosedRange<Int32>
  ) throws -> AffineQuantization {
    let quantizations = try several(node, words)
    guard quantizations.count == 1 else {
      throw InputError(.badData, at: node.location, "activations of a layer have one scale")
    }
    return quantizations[0]
  }

  private static func several(
    _ node: StrictYAML, _ words: ClosedRange<Int32>
  ) throws -> [AffineQuantization] {
    let fields = try node.record(["scales", "zero_points", "integers"])
    let (least, most) = (Double(Float.leastNonzeroMagnitude), Double(Float.greatestFiniteMagnitude))
    let scales = try fields["scales"].list().map { try $0.number(in: least...most) }
    let limits = try fields["integers"].list().map {
      Int32(try $0.integer(in: Int(words.lowerBound)...Int(words.upperBound)))
    }
    guard limits.count == 2, limits[0] < limits[1] else {
      throw InputError(
        .badData, at: try fields["integers"].location,
        "the integers are two numbers, the lower one first")
    }
    let zeros = try fields["zero_points"].list().map {
      Int32(try $0.integer(in: Int(limits[0])...Int(limits[1])))
    }
    guard !scales.isEmpty, scales.count == zeros.count else {
      throw InputError(
        .badData, at: node.location, "as many zero points are needed as scales, at least one")
    }
    return zip(scales, zeros).map {
      AffineQuantization(scale: $0, zeroPoint: $1, minimum: limits[0], maximum: limits[1])
    }
  }
}
