/// Quantizations that a network is to have as they are, instead of those that would cover its ranges.
public struct GivenQuantizations: Hashable, Sendable {
  /// Of the inputs.
  public var input: AffineQuantization?
  /// Of the outputs of layers, by the layers' numbers.
  public var outputs: [Int: AffineQuantization] = [:]
  /// Of weights, by the parameter's name (`layers.0.weight`): one for the layer, or one a filter.
  public var weights: [String: [AffineQuantization]] = [:]

  public init() {}

  public var isEmpty: Bool { input == nil && outputs.isEmpty && weights.isEmpty }

  /// Whether the integers of all of them have words.
  public func fits(_ spec: QuantizationSpec) -> Bool {
    let activations = spec.encoding.integers(bits: spec.activationBits)
    let stored = spec.encoding.integers(bits: spec.weightBits)
    return (outputs.values + [input].compactMap(\.self)).allSatisfy { $0.lies(in: activations) }
      && weights.values.joined().allSatisfy { $0.lies(in: stored) }
  }

  /// Those of a layer's weights, one a filter; nil where none are given.
  ///
  /// - Throws: `QuantizationError` where there are neither one nor as many as filters.
  func weights(
    _ path: String, filters: Int
  ) throws(QuantizationError) -> [AffineQuantization]? {
    guard let given = weights["\(path).weight"] else { return nil }
    if given.count == filters { return given }
    guard given.count == 1 else {
      throw QuantizationError(
        layer: path, reason: "\(given.count) quantizations are given for \(filters) filters")
    }
    return [AffineQuantization](repeating: given[0], count: filters)
  }
}

extension AffineQuantization {
  fileprivate func lies(in integers: ClosedRange<Int32>) -> Bool {
    integers.contains(minimum) && integers.contains(maximum)
  }
}
