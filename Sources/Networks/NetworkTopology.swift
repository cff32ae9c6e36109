/// What a network is made of, without its numbers.
public struct NetworkTopology: Hashable, Sendable {
  /// What the logits are multiplied by before softmax, in training; it does not change a class.
  public enum LogitScale: Hashable, Sendable {
    case fixed(Float)
    /// A parameter that training moves, and where it begins.
    case learned(start: Float)
  }

  public let name: String
  public let input: FeatureShape
  public let layers: [LayerSpec]
  public private(set) var logitScale: LogitScale
  /// Logits.
  public let classCount: Int
  /// The most parameters that a network may have: 2²⁸, a gibibyte.
  public static let maximumParameterCount = 1 << 28
  let chain: LayerChain

  /// - Throws: `TopologyError` where a layer does not fit the one before it, the last gives no
  ///   vector of 1 to 256 logits, or there are too many parameters.
  /// - Precondition: `isName(name)`; a scale is positive and finite.
  public init(
    name: String, input: FeatureShape, layers: [LayerSpec], logitScale: LogitScale = .fixed(1)
  ) throws(TopologyError) {
    precondition(Self.isName(name), "a name outside its alphabet")
    switch logitScale {
    case .fixed(let scale), .learned(let scale):
      precondition(scale > 0 && scale.isFinite, "a scale is positive")
    }
    self.name = name
    self.input = input
    self.layers = layers
    self.logitScale = logitScale
    chain = try LayerChain(layers, input: input, firstNumber: 0, path: [])
    guard let last = layers.last else {
      throw TopologyError(path: [], layer: "network", reason: "at least one layer is needed")
    }
    let output = chain.output
    guard output.isVector, output.count <= 256 else {
      throw TopologyError(
        path: ["\(layers.count - 1)"], layer: last.name,
        reason: "a network ends with a vector of 1 to 256 logits, this one with \(output)")
    }
    classCount = output.count
  }

  /// Whether the logit scale is the last of the parameters.
  public var learnsLogitScale: Bool {
    if case .learned = logitScale { true } else { false }
  }

  /// The same layers with another logit scale.
  ///
  /// - Precondition: a positive, finite scale.
  public func scalingLogits(by scale: LogitScale) -> NetworkTopology {
    switch scale {
    case .fixed(let value), .learned(let value):
      precondition(value > 0 && value.isFinite, "a scale is positive")
    }
    var topology = self
    topology.logitScale = scale
    return topology
  }

  /// Numbers that an example has at the input and after all layers together: what a training pass
  /// keeps of it is about as much.
  public var featureTotal: Int { input.count + chain.outputTotal }

  /// Whether a text names a topology: 1 to 64 letters, digits, `-`, `_` and `.`.
  public static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          || [45, 46, 95].contains($0)
      }
  }

  /// A multi-layer perceptron: dense layers with ReLU between them.
  ///
  /// - Parameter sizes: inputs, hidden units, and so on to the classes: at least two, all positive,
  ///   the last at most 256.
  public static func perceptron(_ sizes: [Int]) -> NetworkTopology {
    precondition(sizes.count >= 2 && sizes.allSatisfy { $0 > 0 }, "a network has sizes")
    let layers = sizes.dropFirst().flatMap {
      [LayerSpec.relu, .dense(outputs: $0, hasBias: true)]
    }.dropFirst()
    do {
      return try NetworkTopology(
        name: name(ofSizes: sizes),
        input: FeatureShape(channels: sizes[0]), layers: Array(layers))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private static func name(ofSizes sizes: [Int]) -> String {
    let name = sizes.map(String.init).joined(separator: "-")
    return isName(name) ? name : "perceptron"
  }

  /// Named numbers that training moves, in the order of the network's vector of parameters.
  public var parameters: [ParameterBlock] {
    let blocks = blocks { $0.parameters }
    switch logitScale {
    case .fixed: return blocks
    case .learned(let start):
      return blocks + [ParameterBlock(name: "logit_scale", shape: [1], start: .constant(start))]
    }
  }

  /// Named running statistics, in the order of the network's vector.
  public var statistics: [ParameterBlock] { blocks { $0.statistics } }

  private func blocks(_ of: (any Layer) -> [ParameterBlock]) -> [ParameterBlock] {
    chain.layers.enumerated().flatMap { index, layer in
      of(layer).map { $0.within("layers.\(index)") }
    }
  }

  public static func == (left: NetworkTopology, right: NetworkTopology) -> Bool {
    left.name == right.name && left.input == right.input && left.layers == right.layers
      && left.logitScale == right.logitScale
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(input)
    hasher.combine(layers)
    hasher.combine(logitScale)
  }
}
