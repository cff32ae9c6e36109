import Networks
import QuantizedNetworks

/// The quantization that hints of an imported network come to, and what of them has no place in it.
///
/// The engine has one scale for the outputs of each step, and quantizes a step's outputs once: after
/// the rectifier that follows it, and not at all where they are the logits. A hint elsewhere is kept
/// only where it says the same as what flows there.
public struct HintedQuantization: Sendable {
  /// Nil where the hints do not say how every weight and every output is quantized.
  public private(set) var file: QuantizationFile?
  /// The model's network. Where `file` is there, a weight that our rounding would take to another
  /// integer than ONNX's (single-precision quotients, ties to even) has the number of ONNX's integer.
  public private(set) var network: Network
  /// What of the hints is left out and why, one line each.
  public private(set) var notes: [String] = []

  /// What a YAML file may have.
  private static let maximumBytes = 1 << 20

  /// - Parameter origin: what the file says of where its quantizations come from.
  public init(_ model: ImportedModel, origin: [String: String]) {
    network = model.network
    let hints = model.hints
    guard !hints.parameters.isEmpty || !hints.activations.isEmpty else { return }
    guard let folded = try? model.network.foldingBatchNormalization(),
      folded.topology.layers == model.network.topology.layers
    else {
      notes = [
        "the file's scales are left out: batch normalization, which is folded into weights, or "
          + "dropout stands among the layers"
      ]
      return
    }
    var walk = HintWalk(hints)
    walk.run(model.network.topology)
    notes = walk.notes
    guard walk.missing.isEmpty else {
      notes.append(
        "the file's scales are left out: it has none that can be used of "
          + walk.missing.prefix(4).joined(separator: ", ")
          + (walk.missing.count > 4 ? " and \(walk.missing.count - 4) more" : "")
          + "; 'axtrain quantize' chooses them all")
      return
    }
    let file = QuantizationFile(
      spec: walk.spec,
      ranges: ActivationRanges(
        input: walk.given.input?.range ?? 0...1, outputs: walk.given.outputs.mapValues(\.range),
        given: walk.given), origin: origin)
    guard file.text.utf8.count <= Self.maximumBytes else {
      notes.append("the file's scales are left out: they are more than 1 MiB of YAML")
      return
    }
    self.file = file
    let changed = takeIntegers(hints, walk.given)
    if changed > 0 {
      notes.append(
        "\(changed) weights between two integers take the number of the even one, as the file's "
          + "tools round")
    }
  }

  /// Gives the network the numbers of ONNX's integers where ours would be others.
  ///
  /// - Returns: how many numbers changed.
  private mutating func takeIntegers(_ hints: QuantizationHints, _ given: GivenQuantizations) -> Int
  {
    var (parameters, start, changed) = (network.parameters, 0, 0)
    for block in network.topology.parameters {
      defer { start += block.count }
      guard let hint = hints.parameters[block.name], let quantizations = given.weights[block.name]
      else { continue }
      let length = block.count / quantizations.count
      for index in 0..<block.count {
        let row = index / length
        let quantization = quantizations[row]
        let weight = parameters[start + index]
        let steps = Double((weight / hint.scales[row]).rounded(.toNearestOrEven))
        let integer = min(
          Double(quantization.maximum),
          max(Double(quantization.minimum), steps + Double(quantization.zeroPoint)))
        guard Double(quantization.integer(Double(weight))) != integer else { continue }
        parameters[start + index] = Float(quantization.value(Int32(integer)))
        changed += 1
      }
    }
    if changed > 0 {
      network = Network(
        topology: network.topology, parameters: parameters, statistics: network.statistics)
    }
    return changed
  }
}

extension AffineQuantization {
  /// The real numbers that its integers stand for, to single precision.
  fileprivate var range: ClosedRange<Float> {
    let largest = Double(Float.greatestFiniteMagnitude)
    return Float(max(-largest, value(minimum)))...Float(min(largest, value(maximum)))
  }
}
