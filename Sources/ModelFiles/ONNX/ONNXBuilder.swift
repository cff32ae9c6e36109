import Files
import Networks

/// Turns a graph into layers: walks from the input to the output, and takes what stands between an
/// `Add` of two branches and the value that both come from for a residual.
struct ONNXBuilder {
  /// Numbers of a parameter or statistic, and the node that has them.
  struct Source {
    let constant: ONNXConstant
    let node: ONNXNode
  }

  /// What flows from one layer to the next.
  struct Flow: Equatable {
    var shape: FeatureShape
    /// Whether the value has two dimensions, examples and features; four otherwise.
    var isFlat: Bool
  }

  /// Layers one after the other, as they are found.
  struct Chain {
    /// The path of the chain: `layers`, `layers.5.body`.
    let path: [String]
    var layers: [LayerSpec] = []
    var flow: Flow
    /// Zeros that a node puts around the image, for the next one to count.
    var pad: (width: Int, node: ONNXNode)?
    /// Whether no value that flows is below 0. The input is taken to be within its own quantizer's range.
    var isNonNegative = true

    /// The path of the layer that comes next.
    var next: [String] { path + ["\(layers.count)"] }
    /// What gives the value that flows: the last layer, or what stands before the chain.
    var source: String {
      if !layers.isEmpty { return (path + ["\(layers.count - 1)"]).joined(separator: ".") }
      return path.count == 1 ? "input" : path.joined(separator: ".")
    }
  }

  let graph: ONNXGraph
  let version: Int
  /// Bytes of the file.
  private let size: Int
  var sources: [String: Source] = [:]
  var hints = QuantizationHints()
  var notes: [String] = []
  /// Nodes by the path of the layer that they became.
  private var nodes: [[String]: ONNXNode] = [:]
  private var used: Set<Int> = []

  /// Residuals within residuals.
  private static let maximumNesting = 8

  init(graph: ONNXGraph, version: Int, size: Int) {
    self.graph = graph
    self.size = size
    self.version = version
  }

  /// - Throws: `InputError` 65 for whatever is not supported, with its node.
  mutating func model() throws -> ImportedModel {
    var chain = Chain(path: ["layers"], flow: try inputFlow())
    let input = chain.flow.shape
    try follow(from: 0, to: graph.output, nesting: 0, &chain)
    let topology: NetworkTopology
    do throws(TopologyError) {
      let name = NetworkTopology.isName(graph.name) ? graph.name : "imported"
      topology = try NetworkTopology(name: name, input: input, layers: chain.layers)
    } catch {
      let message = "\(error.layer): \(error.reason)"
      throw nodes[["layers"] + error.path]?.refusal(message) ?? refusal(message)
    }
    // Layers may share weights. A small file must not become a large network by that.
    let count = (topology.parameters + topology.statistics).reduce(0) { $0 + $1.count }
    guard count <= size else {
      throw refusal(
        "its layers have \(count) numbers, more than the \(size) bytes of the file: weights that so many "
          + "layers share are not read")
    }
    let network = Network(
      topology: topology, parameters: try numbers(topology.parameters),
      statistics: try numbers(topology.statistics))
    return ImportedModel(network: network, hints: hints, notes: notes)
  }

  func refusal(_ message: String) -> InputError {
    InputError(.badData, at: SourceLocation(file: graph.file), message)
  }

  private mutating func numbers(_ blocks: [ParameterBlock]) throws -> [Float] {
    try blocks.flatMap { block in
      guard let source = sources[block.name] else {
        throw refusal("there are no numbers for '\(block.name)'")
      }
      guard source.constant.count == block.count else {
        throw source.node.refusal(
          "has \(source.constant.count) numbers where \(block.shape) are needed for '\(block.name)'"
        )
      }
      if let hint = source.constant.hint { hints.parameters[block.name] = hint }
      let reals = try source.constant.reals()
      if let complaint = block.complaint(reals) { throw source.node.refusal(complaint) }
      return reals
    }
  }

  /// The length of the batch, if the file fixes it.
  var batch: Int? {
    graph.input.type.tensorType.shape.dim.first.flatMap { $0.dimValue > 0 ? Int($0.dimValue) : nil }
  }

  /// The shape of the graph's input without the batch.
  private func inputFlow() throws -> Flow {
    let lengths = graph.input.type.tensorType.shape.dim.map { Int($0.dimValue) }
    guard lengths.count == 2 || lengths.count == 4,
      lengths.dropFirst().allSatisfy({ (1...65_536).contains($0) }),
      lengths.dropFirst().reduce(1.0, { $0 * Double($1) }) <= Double(FeatureShape.maximumCount)
    else {
      throw refusal(
        "its input '\(graph.input.name)' must have the dimensions batch and features, or batch, "
          + "channels, rows and columns, all but the batch of known length")
    }
    return lengths.count == 2
      ? Flow(shape: FeatureShape(channels: lengths[1]), isFlat: true)
      : Flow(
        shape: FeatureShape(channels: lengths[1], rows: lengths[2], columns: lengths[3]),
        isFlat: false)
  }

  /// Adds the layers between two values, of which the first dominates the second.
  private mutating func follow(
    from start: Int, to end: Int, nesting: Int, _ chain: inout Chain
  ) throws {
    var steps: [Int] = []
    var value = end
    while value != start {
      steps.append(value)
      value = graph.values[value].dominator
    }
    for step in steps.reversed() {
      guard let index = graph.values[step].node else { continue }
      let node = graph.nodes[index]
      guard used.insert(index).inserted else {
        throw node.refusal("stands in more than one branch, which no residual does")
      }
      let inputs = graph.dataInputs(node)
      if node.domain.isEmpty, node.operation == "Add", inputs.count == 2 {
        try addResidual(node, inputs, from: graph.values[step].dominator, nesting: nesting, &chain)
      } else {
        guard inputs.count == 1, graph.value(node.input(0) ?? "") != nil || node.operation == "Add"
        else { throw unsupported(node) }
        try add(node, isLast: nesting == 0 && step == end, &chain)
      }
    }
    if let pad = chain.pad { throw unsupported(pad: pad.node) }
  }

  func unsupported(_ node: ONNXNode) -> InputError {
    node.refusal(
      "the operator is not supported here; Documentation/FileFormats.md lists those that are")
  }

  func unsupported(pad node: ONNXNode) -> InputError {
    node.refusal("padding is supported only before Conv and AveragePool, with zeros")
  }

  /// Adds a layer, and remembers the node and the numbers that it has.
  ///
  /// - Parameter numbers: by the names within the layer.
  mutating func append(
    _ layer: LayerSpec, _ node: ONNXNode, _ chain: inout Chain,
    numbers: [(String, ONNXConstant)] = [],
    _ flow: Flow
  ) {
    for (name, constant) in numbers {
      sources[(chain.next + [name]).joined(separator: ".")] = Source(constant: constant, node: node)
    }
    nodes[chain.next] = node
    chain.layers.append(layer)
    chain.flow = flow
    switch layer {
    case .relu, .clippedReLU: chain.isNonNegative = true
    case .dense, .convolution, .batchNormalization, .groupNormalization:
      chain.isNonNegative = false
    // A residual is told by its branches.
    case .maxPooling, .averagePooling, .globalAveragePooling, .flatten, .dropout, .residual: break
    }
  }

  private mutating func addResidual(
    _ node: ONNXNode, _ inputs: [Int], from start: Int, nesting: Int, _ chain: inout Chain
  ) throws {
    if let pad = chain.pad { throw unsupported(pad: pad.node) }
    guard nesting < Self.maximumNesting else {
      throw node.refusal("more than \(Self.maximumNesting) residuals stand within one another")
    }
    // The branch that does more is the body; the first, where both do.
    let isSwapped = weight(from: start, to: inputs[0]) < weight(from: start, to: inputs[1])
    let (first, second) = isSwapped ? (inputs[1], inputs[0]) : (inputs[0], inputs[1])
    var body = Chain(path: chain.next + ["body"], flow: chain.flow)
    body.isNonNegative = chain.isNonNegative
    try follow(from: start, to: first, nesting: nesting + 1, &body)
    var shortcut = Chain(path: chain.next + ["shortcut"], flow: chain.flow)
    shortcut.isNonNegative = chain.isNonNegative
    try follow(from: start, to: second, nesting: nesting + 1, &shortcut)
    guard body.flow == shortcut.flow else {
      throw node.refusal(
        "adds \(body.flow.shape) and \(shortcut.flow.shape) features, which are not the same")
    }
    let isNonNegative = body.isNonNegative && shortcut.isNonNegative
    // Of two branches that only quantize, the second alone may have become a layer.
    if body.layers.isEmpty, !shortcut.layers.isEmpty { exchange(&body, &shortcut) }
    append(.residual(body: body.layers, shortcut: shortcut.layers), node, &chain, body.flow)
    chain.isNonNegative = isNonNegative
  }

  /// What the nodes of a branch do at most: nothing, 0; quantize or reshape, 1; more, 2.
  private func weight(from start: Int, to end: Int) -> Int {
    var (value, weight) = (end, 0)
    while value != start, weight < 2 {
      let node = graph.values[value].node.map { graph.nodes[$0] }
      switch node?.operation {
      case "Identity", "DequantizeLinear", nil: break
      case "QuantizeLinear", "Quant", "Reshape", "Pad": weight = 1
      default: weight = 2
      }
      value = graph.values[value].dominator
    }
    return weight
  }

  /// Exchanges branches whose layers have no numbers, and the names of their hints.
  private mutating func exchange(_ body: inout Chain, _ shortcut: inout Chain) {
    let places = [""] + shortcut.layers.indices.map { ".\($0)" }
    for place in places {
      let names = [body, shortcut].map { $0.path.joined(separator: ".") + place }
      let old = names.map { hints.activations.removeValue(forKey: $0) }
      (hints.activations[names[0]], hints.activations[names[1]]) = (old[1], old[0])
    }
    (body.layers, shortcut.layers) = (shortcut.layers, body.layers)
  }
}
