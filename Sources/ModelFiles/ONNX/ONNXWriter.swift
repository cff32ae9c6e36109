import Files
import Networks

/// Turns layers into the nodes of a graph, one a layer, and one more where a map of one position a
/// channel becomes a vector.
struct ONNXWriter {
  /// The value that a layer reads.
  private struct Flow {
    var name: String
    /// Whether it has two dimensions, examples and features; four otherwise.
    var isFlat: Bool
  }

  private let network: Network
  private var graph = ONNXGraphProto()
  private var needsGroups = false
  /// The numbers of each parameter and statistic.
  private var numbers: [String: (shape: [Int], values: ArraySlice<Float>)] = [:]

  init(_ network: Network) {
    self.network = network
    enter(network.topology.parameters, network.parameters)
    enter(network.topology.statistics, network.statistics)
  }

  private mutating func enter(_ blocks: [ParameterBlock], _ values: [Float]) {
    var start = 0
    for block in blocks {
      numbers[block.name] = (block.shape, values[start..<start + block.count])
      start += block.count
    }
  }

  mutating func model() throws -> ONNXModelProto {
    let (topology, input) = (network.topology, network.topology.input)
    graph.name = topology.name
    let isFlat = input.isVector && !Self.readsImages(topology.layers)
    let lengths = isFlat ? [input.channels] : [input.channels, input.rows, input.columns]
    graph.input = [.value("input", lengths)]
    graph.output = [.value("logits", [topology.classCount])]
    var flow = Flow(name: "input", isFlat: isFlat)
    try add(topology.layers, path: "layers", &flow)
    if !flow.isFlat { addVector(&flow, path: "logits") }
    graph.node[graph.node.count - 1].output = ["logits"]
    var model = ONNXModelProto()
    // The form of a file belongs to the operators' version.
    model.irVersion = needsGroups ? 10 : 7
    model.producerName = "axtrain"
    model.graph = graph
    var operators = ONNXOperatorSetIdProto()
    operators.domain = ""
    operators.version = needsGroups ? 21 : 13
    model.opsetImport = [operators]
    return model
  }

  /// Whether the first layer that tells vectors and images apart reads images.
  private static func readsImages(_ layers: [LayerSpec]) -> Bool {
    for layer in layers {
      switch layer {
      case .convolution, .maxPooling, .averagePooling, .globalAveragePooling: return true
      case .dense, .flatten: return false
      case .residual(let body, let shortcut):
        if readsImages(body) || readsImages(shortcut) { return true }
      case .relu, .clippedReLU, .batchNormalization, .groupNormalization, .dropout: break
      }
    }
    return false
  }

  private mutating func add(_ layers: [LayerSpec], path: String, _ flow: inout Flow) throws {
    for (index, layer) in layers.enumerated() { try add(layer, path: "\(path).\(index)", &flow) }
  }

  private mutating func add(_ layer: LayerSpec, path: String, _ flow: inout Flow) throws {
    switch layer {
    case .dense(_, let hasBias):
      if !flow.isFlat { addVector(&flow, path: path) }
      let bias = hasBias ? ["bias"] : []
      addNode("Gemm", path, &flow, numbers: ["weight"] + bias, [.integer("transB", 1)])
    case .convolution(let spec):
      try checkIsImage(layer, path, flow)
      addNode(
        "Conv", path, &flow, numbers: ["weight"] + (spec.hasBias ? ["bias"] : []),
        [
          .integers("dilations", [spec.dilation, spec.dilation]), .integer("group", spec.groups),
          .integers("kernel_shape", [spec.kernel, spec.kernel]),
          .integers("pads", [Int](repeating: spec.padding, count: 4)),
          .integers("strides", [spec.stride, spec.stride]),
        ])
    case .maxPooling(let spec):
      try checkIsImage(layer, path, flow)
      addNode("MaxPool", path, &flow, Self.window(spec))
    case .averagePooling(let spec):
      try checkIsImage(layer, path, flow)
      let counts = ONNXAttributeProto.integer("count_include_pad", spec.countsPadding ? 1 : 0)
      addNode("AveragePool", path, &flow, [counts] + Self.window(spec))
    case .globalAveragePooling:
      try checkIsImage(layer, path, flow)
      addNode("GlobalAveragePool", path, &flow, [])
    case .relu: addNode("Relu", path, &flow, [])
    case .clippedReLU(let ceiling):
      addNode("Clip", path, &flow, constants: [("min", 0), ("max", ceiling)], [])
    case .flatten:
      addNode("Flatten", path, &flow, [.integer("axis", 1)])
      flow.isFlat = true
    case .batchNormalization(let epsilon, let momentum):
      addNode(
        "BatchNormalization", path, &flow,
        numbers: ["weight", "bias", "running_mean", "running_var"],
        [.real("epsilon", epsilon), .real("momentum", Float(1 - Double(momentum)))])
    case .groupNormalization(let groups, let epsilon):
      needsGroups = true
      addNode(
        "GroupNormalization", path, &flow, numbers: ["weight", "bias"],
        [.real("epsilon", epsilon), .integer("num_groups", groups)])
    case .dropout(let probability):
      addNode("Dropout", path, &flow, constants: [("ratio", probability)], [])
    case .residual(let body, let shortcut):
      var branches = (flow, flow)
      try add(body, path: path + ".body", &branches.0)
      try add(shortcut, path: path + ".shortcut", &branches.1)
      if branches.0.isFlat != branches.1.isFlat {
        if !branches.0.isFlat { addVector(&branches.0, path: path + ".body") }
        if !branches.1.isFlat { addVector(&branches.1, path: path + ".shortcut") }
      }
      addNode("Add", path, inputs: [branches.0.name, branches.1.name], [])
      flow = Flow(name: path, isFlat: branches.0.isFlat)
    }
  }

  private func checkIsImage(_ layer: LayerSpec, _ path: String, _ flow: Flow) throws {
    guard !flow.isFlat else {
      throw InputError(
        .badData,
        "\(path): \(layer.name) of a vector cannot be written as ONNX: use a dense layer instead")
    }
  }

  private static func window(_ spec: PoolingSpec) -> [ONNXAttributeProto] {
    [
      .integers("kernel_shape", [spec.kernel, spec.kernel]),
      .integers("pads", [Int](repeating: spec.padding, count: 4)),
      .integers("strides", [spec.stride, spec.stride]),
    ]
  }

  /// A map of one position a channel becomes a vector. Not `Flatten`, which stands for the layer.
  private mutating func addVector(_ flow: inout Flow, path: String) {
    let name = path + ".vector"
    graph.initializer.append(.integers(name + ".shape", [0, -1]))
    addNode("Reshape", name, inputs: [flow.name, name + ".shape"], [])
    flow = Flow(name: name, isFlat: true)
  }

  /// Adds a layer's node.
  ///
  /// - Parameters:
  ///   - numbers: parameters and statistics that it reads after the value.
  ///   - constants: settings that are inputs too.
  private mutating func addNode(
    _ operation: String, _ path: String, _ flow: inout Flow, numbers names: [String] = [],
    constants: [(String, Float)] = [], _ attributes: [ONNXAttributeProto]
  ) {
    var inputs = [flow.name]
    for name in names.map({ "\(path).\($0)" }) {
      guard let (shape, values) = numbers[name] else {
        preconditionFailure("no numbers of \(name)")
      }
      graph.initializer.append(.reals(name, shape, values))
      inputs.append(name)
    }
    for (name, value) in constants {
      graph.initializer.append(.reals("\(path).\(name)", [], [value]))
      inputs.append("\(path).\(name)")
    }
    addNode(operation, path, inputs: inputs, attributes)
    flow.name = path
  }

  private mutating func addNode(
    _ operation: String, _ path: String, inputs: [String], _ attributes: [ONNXAttributeProto]
  ) {
    var node = ONNXNodeProto()
    node.input = inputs
    node.output = [path]
    node.name = path
    node.opType = operation
    node.attribute = attributes
    graph.node.append(node)
  }
}
