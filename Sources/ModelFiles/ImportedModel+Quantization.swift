import Networks
import QuantizedNetworks

extension ImportedModel {
  /// The key of `origin` that names the file which scales came from.
  public static let scalesOrigin = "scales"

  /// A network and the quantization that its file has.
  public struct Quantized: Sendable {
    /// The network, with what the file's quantization makes of some numbers: biases that have a scale
    /// of up to 16 bits become what their integers stand for, and a weight that lies between two
    /// integers the one that the file's rounding gives.
    public let network: Network
    public let file: QuantizationFile
    /// What of the file's quantization integers here do not have, and why: one line each.
    public let notes: [String]
  }

  /// The file's quantization in the integers that are run here.
  ///
  /// Words are two's complement where all of the file's integers are signed, offset otherwise: signed
  /// integers are moved by half their number, and their zero points too. Integers of fewer bits than
  /// the widest take a part of the words.
  ///
  /// - Parameter origin: a name of the file.
  /// - Returns: nil if the file quantizes nothing that is integers here.
  public func quantized(origin: String) -> Quantized? {
    let layers = HintedLayers(network.topology, hints: hints)
    let activations = layers.activations.values
    let weights = layers.weights.values
    guard !activations.isEmpty || !weights.isEmpty else { return nil }
    let isSigned = (Array(activations) + weights).allSatisfy(\.isSigned)
    let isMiddle = weights.allSatisfy { hint in
      hint.zeroPoints.allSatisfy { $0 == (hint.isSigned ? 0 : 1 << (hint.bits - 1)) }
    }
    let spec = QuantizationSpec(
      encoding: isSigned ? .twosComplement : .offset,
      weightBits: weights.map(\.bits).max() ?? 8,
      activationBits: activations.map(\.bits).max() ?? 8,
      weightGranularity: weights.contains { $0.axis != nil } ? .channel : .layer,
      weightScheme: isMiddle ? .symmetric : .offset)
    var given = GivenQuantization()
    for (tensor, hint) in layers.activations {
      let scales = hint.scales(in: spec.encoding, bits: spec.activationBits)
      switch tensor {
      case .input: given.input = scales
      case .outputs(let number): given.outputs[number] = scales
      }
    }
    given.weights = layers.weights.mapValues {
      $0.scales(in: spec.encoding, bits: spec.weightBits)
    }
    let names = Dictionary(
      layers.weightNames.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    let file = QuantizationFile(
      spec: spec, ranges: given.ranges(over: ActivationRanges(outputs: [:])),
      origin: [Self.scalesOrigin: origin], given: given)
    return Quantized(
      network: network.rounded(by: hints) { names[$0].flatMap { given.weights[$0] } }, file: file,
      notes: layers.notes)
  }
}

extension QuantizationHint {
  /// The same in the integers of words.
  ///
  /// - Precondition: at most so many bits, and signed if the words are.
  fileprivate func scales(in encoding: OperandEncoding, bits: Int) -> GivenQuantization.Scales {
    let shift = encoding == .offset && isSigned ? 1 << (bits - 1) : 0
    return GivenQuantization.Scales(
      scales: scales, zeroPoints: zeroPoints.map { Int32($0 + shift) },
      integers: Int32(range.lowerBound + shift)...Int32(range.upperBound + shift))
  }

  /// The integer of a number less its zero point, as the file's operators round: in single precision,
  /// to the nearest, ties to even.
  fileprivate func steps(_ value: Float, channel: Int) -> Int {
    let zero = zeroPoints[channel]
    let rounded = Double((value / scales[channel]).rounded(.toNearestOrEven))
    return Int(
      min(Double(range.upperBound - zero), max(Double(range.lowerBound - zero), rounded)))
  }
}

extension Network {
  /// - Parameter given: the scales of a parameter of a name that integers take over.
  fileprivate func rounded(
    by hints: QuantizationHints, given: (String) -> GivenQuantization.Scales?
  ) -> Network {
    var parameters = self.parameters
    var start = 0
    for block in topology.parameters {
      defer { start += block.count }
      guard let hint = hints.parameters[block.name] else { continue }
      let quantizations = given(block.name)?.quantizations
      let isBias = block.name.hasSuffix(".bias")
      guard quantizations != nil || (isBias && hint.bits <= 16) else { continue }
      let length = block.count / hint.scales.count
      for index in 0..<block.count {
        let (value, channel) = (parameters[start + index], index / length)
        let steps = hint.steps(value, channel: channel)
        if let ours = quantizations?[channel],
          Int(ours.integer(Double(value)) - ours.zeroPoint) == steps
        {
          continue
        }
        parameters[start + index] = Float(Double(steps) * Double(hint.scales[channel]))
      }
    }
    return Network(topology: topology, parameters: parameters, statistics: statistics)
  }
}
