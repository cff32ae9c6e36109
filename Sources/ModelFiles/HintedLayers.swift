import Networks

/// Finds which hint belongs to which tensor that integers store, and says what of the file's
/// quantization has no such tensor.
///
/// Walks the layers as `IntegerNetwork.init(quantizing:)` does: a layer with weights, an addition or a
/// group normalization stores its outputs once, behind the rectifier that follows; pooling, flattening
/// and other rectifiers keep the quantization of what they read; logits are sums.
struct HintedLayers {
  /// A tensor with a quantization of its own: the outputs of the layer of a number.
  enum Tensor: Hashable {
    case input
    case outputs(Int)
  }

  /// Up to 8 bits: what words hold.
  private(set) var activations: [Tensor: QuantizationHint] = [:]
  /// Of the weights of layers, by their numbers.
  private(set) var weights: [Int: QuantizationHint] = [:]
  /// The names of those parameters.
  private(set) var weightNames: [Int: String] = [:]
  /// What is not represented, and why: one line each.
  private(set) var notes: [String] = []

  private let hints: QuantizationHints
  /// Names of hints that were dealt with.
  private var seen: Set<String> = []
  /// Tensors without scales, by their paths.
  private var unhinted: [(tensor: Tensor, path: String)] = []
  private var unhintedWeights: [String] = []
  private var scaleCount = 0

  /// Scales of weights: what `quantization.yaml` holds within the limits of its reader.
  private static let maximumScales = 40_000

  /// What flows from one layer to the next.
  private struct Flow {
    /// Nil where it is logits.
    var tensor: Tensor?
    /// Whether other branches read the tensor.
    var isShared = false
    /// Whether averages were taken since.
    var isAveraged = false
  }

  init(_ topology: NetworkTopology, hints: QuantizationHints) {
    self.hints = hints
    store(.input, [("input", hint("input"))], path: "input")
    _ = walk(
      topology.layers, from: Flow(tensor: .input), number: 0, path: "layers", isLast: true)
    let missing = unhinted.filter { activations[$0.tensor] == nil }.map(\.path)
    if !missing.isEmpty {
      notes.append(
        "no scale of 8 bits or less is given for the numbers of \(missing.joined(separator: ", ")): "
          + "'axtrain quantize' chooses them")
    }
    if !unhintedWeights.isEmpty {
      notes.append(
        "\(unhintedWeights.joined(separator: ", ")) have no scale that words of 8 bits or less have: "
          + "the largest weight gives it")
    }
    let biases = hints.parameters.filter { $0.key.hasSuffix(".bias") && $0.value.bits <= 16 }
    if !biases.isEmpty {
      notes.append(
        "\(biases.keys.sorted().joined(separator: ", ")) are rounded once more, at the scale of the "
          + "sums that they are added to")
    }
    // Wider ones are at that scale already.
    let left = hints.parameters.keys.filter { !seen.contains($0) && !$0.hasSuffix(".bias") }
    for name in left.sorted() {
      notes.append("\(name): its scales are left out: only the weights of products are integers")
    }
  }

  /// Layers that have a number: batch normalization is folded, dropout does nothing.
  private static func count(_ layers: [LayerSpec]) -> Int {
    layers.reduce(0) { total, layer in
      switch layer {
      case .batchNormalization, .dropout: total
      case .residual(let body, let shortcut): total + 1 + count(body) + count(shortcut)
      default: total + 1
      }
    }
  }

  /// The hint of a value; nil, and a note, if words have not so many bits.
  private mutating func hint(_ path: String) -> QuantizationHint? {
    guard let hint = hints.activations[path], seen.insert(path).inserted else { return nil }
    guard hint.bits <= 8 else {
      notes.append("\(path): its \(hint.bits) bits are left out: words have 8 at most")
      return nil
    }
    return hint
  }

  /// Notes a tensor whose quantization is the last of what stands between its layer and what reads it.
  private mutating func store(
    _ tensor: Tensor, _ found: [(path: String, hint: QuantizationHint?)], path: String
  ) {
    unhinted.append((tensor, path))
    guard let last = found.last(where: { $0.hint != nil }) else { return }
    activations[tensor] = last.hint
    for (path, hint) in found where hint != nil && hint != last.hint {
      notes.append(
        "\(path): its quantization is left out: a layer and what is folded into it round once, as "
          + "\(last.path) is")
    }
  }

  /// A quantization behind a layer that keeps the integers of what it reads.
  private mutating func quantize(_ flow: Flow, at path: String) {
    guard let hint = hint(path) else { return }
    guard let tensor = flow.tensor else {
      notes.append("\(path): the quantization of logits is left out: they stay sums")
      return
    }
    if let known = activations[tensor] {
      guard known != hint else { return }
      notes.append(
        "\(path): its quantization is left out: a layer of this kind keeps the integers of what it "
          + "reads")
      return
    }
    activations[tensor] = hint
    if flow.isAveraged {
      notes.append("\(path): is rounded before it is averaged, and once more behind")
    }
    if flow.isShared {
      notes.append("\(path): its quantization is that of the residual's other branch too")
    }
  }

  private mutating func walk(
    _ layers: [LayerSpec], from start: Flow, number first: Int, path: String, isLast: Bool
  ) -> Flow {
    var (flow, number, index) = (start, first, 0)
    while index < layers.count {
      let layer = layers[index]
      let place = "\(path).\(index)"
      switch layer {
      case .dense, .convolution, .groupNormalization, .residual:
        let own = number
        number += Self.count([layer])
        if case .residual(let body, let shortcut) = layer {
          branches(body, shortcut, from: flow, number: own, path: place)
        }
        let (end, rectifier) = following(layers, index)
        if case .groupNormalization = layer {
        } else if case .residual = layer {
        } else {
          takeWeights(
            place, layer, isFolded: layers[index + 1..<end].contains(where: \.isNormal), own)
        }
        let found = (index..<end).map { ("\(path).\($0)", hint("\(path).\($0)")) }
        if layer.isProduct, isLast, rectifier == nil,
          layers[end...].allSatisfy({ $0 == .flatten })
        {
          flow = Flow(tensor: nil)
          for (path, hint) in found where hint != nil {
            notes.append("\(path): the quantization of logits is left out: they stay sums")
          }
        } else {
          let tensor = Tensor.outputs(rectifier == nil ? own : number)
          store(tensor, found, path: "\(path).\(rectifier ?? index)")
          flow = Flow(tensor: tensor)
          if rectifier != nil { number += 1 }
        }
        index = end
      case .averagePooling, .globalAveragePooling:
        flow.isAveraged = true
        fallthrough
      case .maxPooling, .relu, .clippedReLU, .flatten:
        number += 1
        quantize(flow, at: place)
        index += 1
      case .batchNormalization, .dropout:
        quantize(flow, at: place)
        index += 1
      }
    }
    return flow
  }

  /// The end of what a layer takes over, and its rectifier's place.
  private func following(_ layers: [LayerSpec], _ index: Int) -> (end: Int, rectifier: Int?) {
    var end = index + 1
    while end < layers.count {
      switch layers[end] {
      case .batchNormalization, .dropout: end += 1
      case .relu, .clippedReLU: return (end + 1, end)
      default: return (end, nil)
      }
    }
    return (end, nil)
  }

  private mutating func branches(
    _ body: [LayerSpec], _ shortcut: [LayerSpec], from flow: Flow, number: Int, path: String
  ) {
    var inner = flow
    let paths = (body: "\(path).body", shortcut: "\(path).shortcut")
    // What both branches read alike is how the value itself is quantized.
    inner.isShared = hints.activations[paths.body] != hints.activations[paths.shortcut]
    quantize(inner, at: paths.body)
    quantize(inner, at: paths.shortcut)
    inner.isShared = true
    _ = walk(body, from: inner, number: number + 1, path: paths.body, isLast: false)
    _ = walk(
      shortcut, from: inner, number: number + 1 + Self.count(body), path: paths.shortcut,
      isLast: false)
  }

  private mutating func takeWeights(
    _ path: String, _ layer: LayerSpec, isFolded: Bool, _ number: Int
  ) {
    let name = path + ".weight"
    seen.insert(name)
    guard let hint = hints.parameters[name] else {
      unhintedWeights.append(name)
      return
    }
    let reason: String? =
      if hint.bits > 8 {
        "its \(hint.bits) bits are left out: words have 8 at most"
      } else if isFolded {
        "its scales are left out: batch normalization is folded into the weights"
      } else if let axis = hint.axis, axis != 0 {
        "its scales along axis \(axis) are left out: only output channels have their own"
      } else if scaleCount + hint.scales.count > Self.maximumScales {
        "its \(hint.scales.count) scales are left out: a file has \(Self.maximumScales) at most"
      } else {
        nil
      }
    if let reason {
      notes.append("\(name): \(reason)")
      unhintedWeights.append(name)
    } else {
      scaleCount += hint.scales.count
      weights[number] = hint
      weightNames[number] = name
    }
  }
}

extension LayerSpec {
  fileprivate var isNormal: Bool {
    if case .batchNormalization = self { true } else { false }
  }

  fileprivate var isProduct: Bool {
    switch self {
    case .dense, .convolution: true
    case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
      .batchNormalization, .groupNormalization, .dropout, .residual:
      false
    }
  }
}
