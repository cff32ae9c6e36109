import Networks
import QuantizedNetworks

/// Walks the layers of a network as the integer network does, and gives each step its hint.
struct HintWalk {
  let hints: QuantizationHints
  let spec: QuantizationSpec
  private(set) var given = GivenQuantizations()
  private(set) var notes: [String] = []
  /// What must have a scale and has none.
  private(set) var missing: [String] = []
  /// Hints that were used or said to be left out.
  private var seen: Set<String> = []

  private static let usable = OperandEncoding.bits

  init(_ hints: QuantizationHints) {
    self.hints = hints
    let weights = hints.parameters.filter { $0.key.hasSuffix(".weight") }.values
    let all = (Array(weights) + hints.activations.values).filter { Self.usable.contains($0.bits) }
    func bits(_ hints: some Sequence<QuantizationHint>) -> Int {
      hints.map(\.bits).filter(Self.usable.contains).max() ?? Self.usable.upperBound
    }
    spec = QuantizationSpec(
      // Signed integers have offset words too; only where all are signed are they stored as they are.
      encoding: all.allSatisfy(\.isSigned) ? .twosComplement : .offset,
      weightBits: bits(weights), activationBits: bits(hints.activations.values),
      weightGranularity: weights.contains { $0.axis != nil } ? .channel : .layer,
      weightScheme: weights.allSatisfy { $0.isSigned && $0.zeroPoints.allSatisfy { $0 == 0 } }
        ? .symmetric : .offset)
  }

  mutating func run(_ topology: NetworkTopology) {
    given.input = activation("input")
    if given.input == nil { missing.append("the input") }
    _ = walk(topology.layers, path: "layers", number: 0, flow: given.input, isLast: true)
    for name in hints.activations.keys.sorted() where !seen.contains(name) {
      notes.append("the scale of '\(name)' is left out: nothing quantizes there")
    }
    for name in hints.parameters.keys.sorted()
    where !seen.contains(name) && !name.hasSuffix(".bias") {
      notes.append("the scale of '\(name)' is left out: it is no weight of a product")
    }
  }

  /// - Returns: how what the layers give is quantized.
  private mutating func walk(
    _ layers: [LayerSpec], path: String, number: Int, flow: AffineQuantization?, isLast: Bool
  ) -> AffineQuantization? {
    var (flow, number, index) = (flow, number, 0)
    while index < layers.count {
      let layer = layers[index]
      let name = "\(path).\(index)"
      switch layer {
      case .dense, .convolution, .residual, .groupNormalization:
        var followed = name
        var followedNumber = number
        let next = number + layer.numberCount
        let isRectified = index + 1 < layers.count && layers[index + 1].isRectifier
        if isRectified {
          followed = "\(path).\(index + 1)"
          followedNumber = next
        }
        weights(of: layer, name)
        if case .residual(let body, let shortcut) = layer {
          branch(body, "\(name).body", number + 1, flow)
          branch(
            shortcut, "\(name).shortcut", number + 1 + body.reduce(0) { $0 + $1.numberCount }, flow)
        }
        index += isRectified ? 1 : 0
        let givesLogits = isLast && !isRectified && index + 1 == layers.count && layer.isProduct
        flow = output(
          layer: name, followed, number: followedNumber, givesLogits: givesLogits)
        number = isRectified ? next + 1 : next
      case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
        .batchNormalization, .dropout:
        keep(name, flow, "its outputs keep the scale of its inputs")
        number += 1
      }
      index += 1
    }
    return flow
  }

  private mutating func branch(
    _ layers: [LayerSpec], _ name: String, _ number: Int, _ flow: AffineQuantization?
  ) {
    keep(name, flow, "a branch reads what the other one reads")
    _ = walk(layers, path: name, number: number, flow: flow, isLast: false)
  }

  /// The quantization of a step's outputs, behind the rectifier that it takes over.
  private mutating func output(
    layer: String, _ name: String, number: Int, givesLogits: Bool
  ) -> AffineQuantization? {
    if givesLogits {
      if hints.activations[name] != nil {
        seen.insert(name)
        notes.append(
          "the scale of the logits is left out: they are sums of 32 bits, not rounded or clamped")
      }
      return nil
    }
    let quantization = activation(name)
    given.outputs[number] = quantization
    if quantization == nil { missing.append("the outputs of '\(name)'") }
    if name != layer { keep(layer, quantization, "it is quantized behind its rectifier only") }
    return quantization
  }

  /// Notes a hint that differs from what flows where it stands.
  private mutating func keep(_ name: String, _ flow: AffineQuantization?, _ reason: String) {
    guard let hint = hints.activations[name], !seen.contains(name) else { return }
    seen.insert(name)
    guard flow == nil || quantization(of: hint, 0, bits: spec.activationBits) != flow else {
      return
    }
    notes.append("the scale of '\(name)' is left out: \(reason)")
  }

  private mutating func activation(_ name: String) -> AffineQuantization? {
    guard let hint = hints.activations[name] else { return nil }
    seen.insert(name)
    guard Self.usable.contains(hint.bits) else {
      notes.append("the scale of '\(name)' is left out: words have 2 to 8 bits, not \(hint.bits)")
      return nil
    }
    guard hint.axis == nil else {
      notes.append("the scales of '\(name)' are left out: activations of a layer have one scale")
      return nil
    }
    return quantization(of: hint, 0, bits: spec.activationBits)
  }

  private mutating func weights(of layer: LayerSpec, _ path: String) {
    guard layer.isProduct else { return }
    let name = "\(path).weight"
    guard let hint = hints.parameters[name] else {
      missing.append("'\(name)'")
      return
    }
    seen.insert(name)
    guard Self.usable.contains(hint.bits), hint.axis ?? 0 == 0 else {
      notes.append(
        hint.axis ?? 0 == 0
          ? "the scale of '\(name)' is left out: words have 2 to 8 bits, not \(hint.bits)"
          : "the scales of '\(name)' are left out: they are not one an output")
      missing.append("'\(name)'")
      return
    }
    given.weights[name] = hint.scales.indices.map {
      quantization(of: hint, $0, bits: spec.weightBits)
    }
  }

  /// The hint's integers as they are, or counted from 0 in offset words: the same real numbers.
  private func quantization(
    of hint: QuantizationHint, _ index: Int, bits: Int
  ) -> AffineQuantization {
    let shift = spec.encoding == .offset && hint.isSigned ? 1 << (hint.bits - 1) : 0
    return AffineQuantization(
      scale: Double(hint.scales[index]), zeroPoint: Int32(hint.zeroPoints[index] + shift),
      minimum: Int32(hint.range.lowerBound + shift), maximum: Int32(hint.range.upperBound + shift))
  }
}

extension LayerSpec {
  fileprivate var isProduct: Bool {
    switch self {
    case .dense, .convolution: true
    case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
      .batchNormalization, .groupNormalization, .dropout, .residual:
      false
    }
  }

  fileprivate var isRectifier: Bool {
    switch self {
    case .relu, .clippedReLU: true
    case .dense, .convolution, .maxPooling, .averagePooling, .globalAveragePooling, .flatten,
      .batchNormalization, .groupNormalization, .dropout, .residual:
      false
    }
  }
}
