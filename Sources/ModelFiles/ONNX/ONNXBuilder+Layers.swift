import Networks

extension ONNXBuilder {
  /// What may be read for a number of channels, filters or outputs, for a window, and for a padding:
  /// as in a topology.
  static let sizes = 1...65_536
  static let windows = 1...1_024
  static let offsets = 0...1_024

  /// What may stand between zeros around an image and the layer that reads them: a quantizer has an
  /// integer for 0, its zero point, so that it does the same before the zeros.
  private static let passesZeros = ["Identity", "QuantizeLinear", "DequantizeLinear"]

  /// Adds what a node of one data input does.
  ///
  /// - Parameter isLast: whether it gives the output of the graph.
  mutating func add(_ node: ONNXNode, isLast: Bool, _ chain: inout Chain) throws {
    guard node.domain.isEmpty else {
      guard graph.isQuant(node) else { throw unsupported(node) }
      return try noteQuant(node, &chain)
    }
    if let pad = chain.pad, !Self.passesZeros.contains(node.operation),
      !["Conv", "AveragePool"].contains(node.operation)
    {
      throw unsupported(pad: pad.node)
    }
    switch node.operation {
    case "Pad": try addPad(node, &chain)
    case "Conv": try addConvolution(node, &chain)
    case "MaxPool", "AveragePool": try addPooling(node, &chain)
    case "GlobalAveragePool":
      try checkIsImage(node, chain)
      append(
        .globalAveragePooling, node, &chain,
        Flow(shape: FeatureShape(channels: chain.flow.shape.channels), isFlat: false))
    case "ReduceMean": try addMean(node, &chain)
    case "Gemm": try addGemm(node, &chain)
    case "MatMul": try addMatMul(node, &chain)
    case "Add": try addBias(node, &chain)
    case "BatchNormalization": try addBatchNormalization(node, &chain)
    case "GroupNormalization": try addGroupNormalization(node, &chain)
    case "Relu": append(.relu, node, &chain, chain.flow)
    case "Clip": try addClip(node, &chain)
    case "Flatten", "Reshape": try addFlatten(node, &chain)
    case "Dropout": try addDropout(node, &chain)
    case "Identity": break
    case "QuantizeLinear", "DequantizeLinear": try noteLinear(node, &chain)
    case "Softmax", "LogSoftmax":
      guard isLast, try node.integer("axis").map({ [-1, 1].contains($0) }) ?? true else {
        throw node.refusal("is supported only over the classes, at the end of a network")
      }
      notes.append("\(node.label) at the end is left out: a network gives logits")
    default: throw unsupported(node)
    }
  }

  func checkIsImage(_ node: ONNXNode, _ chain: Chain) throws {
    guard !chain.flow.isFlat else {
      throw node.refusal("reads images, and its input has only features")
    }
  }

  func checkIsFlat(_ node: ONNXNode, _ chain: Chain) throws {
    guard chain.flow.isFlat else {
      throw node.refusal(
        "reads a vector of features, and its input has rows and columns: flatten it before")
    }
  }

  /// A constant input of a node.
  func constant(_ node: ONNXNode, _ index: Int) throws -> ONNXConstant {
    guard let name = node.input(index), let constant = graph.constant(name) else {
      throw node.refusal("input \(index) must be a constant")
    }
    return constant
  }

  /// Y = X · B + C, without factors.
  private mutating func addGemm(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("alpha", "beta", "transA", "transB")
    try node.requires("transA", 0)
    guard try node.real("alpha") ?? 1 == 1, try node.real("beta") ?? 1 == 1 else {
      throw node.refusal("factors alpha and beta other than 1 are not supported")
    }
    let isTransposed = try node.integer("transB") ?? 0
    guard [0, 1].contains(isTransposed) else { throw node.refusal("'transB' is neither 0 nor 1") }
    let weight = try constant(node, 1)
    let bias = node.input(2) == nil ? nil : try constant(node, 2)
    try addDense(node, weight, isTransposed: isTransposed == 1, bias: bias, &chain)
  }

  private mutating func addMatMul(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes()
    try addDense(node, try constant(node, 1), isTransposed: false, bias: nil, &chain)
  }

  /// - Parameter isTransposed: whether the matrix is outputs × inputs, as ours is.
  private mutating func addDense(
    _ node: ONNXNode, _ matrix: ONNXConstant, isTransposed: Bool, bias: ONNXConstant?,
    _ chain: inout Chain
  ) throws {
    try checkIsFlat(node, chain)
    guard matrix.shape.count == 2 else {
      throw node.refusal("its weights have the shape \(matrix.shape): a matrix is needed")
    }
    let weight = isTransposed ? matrix : .transposed(matrix)
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    guard inputs == chain.flow.shape.count, Self.sizes.contains(outputs) else {
      throw node.refusal(
        "its weights are for \(inputs) inputs and \(outputs) outputs, and \(chain.flow.shape.count) "
          + "inputs reach it; at most \(Self.sizes.upperBound) outputs are read")
    }
    if let bias { try checkIsBias(bias, of: outputs, node, positions: 0) }
    let numbers = [("weight", weight)] + (bias.map { [("bias", $0)] } ?? [])
    append(
      .dense(outputs: outputs, hasBias: bias != nil), node, &chain, numbers: numbers,
      Flow(shape: FeatureShape(channels: outputs), isFlat: true))
  }

  /// A bias has a number a channel: its last lengths are the channels and ones for the positions.
  func checkIsBias(
    _ bias: ONNXConstant, of channels: Int, _ node: ONNXNode, positions: Int
  ) throws {
    let expected = [channels] + [Int](repeating: 1, count: positions)
    let shape = Array(bias.shape.drop { $0 == 1 })
    guard shape == Array(expected.drop { $0 == 1 }), bias.shape.count <= expected.count + 1,
      bias.count == channels
    else {
      throw node.refusal(
        "its bias has the shape \(bias.shape): a number for each of \(channels) outputs is needed")
    }
  }

  /// The addition of a constant is the bias of the layer before it.
  private mutating func addBias(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes()
    let bias = try constant(node, graph.value(node.input(0) ?? "") == nil ? 0 : 1)
    let channels = chain.flow.shape.channels
    switch chain.layers.last {
    case .dense(let outputs, hasBias: false):
      try checkIsBias(bias, of: outputs, node, positions: 0)
      chain.layers[chain.layers.count - 1] = .dense(outputs: outputs, hasBias: true)
    case .convolution(var spec) where !spec.hasBias:
      try checkIsBias(bias, of: channels, node, positions: 2)
      spec.hasBias = true
      chain.layers[chain.layers.count - 1] = .convolution(spec)
    case .dense, .convolution, .maxPooling, .averagePooling, .globalAveragePooling, .relu,
      .clippedReLU, .flatten, .batchNormalization, .groupNormalization, .dropout, .residual, nil:
      throw node.refusal(
        "the addition of a constant is supported only as the bias of a layer before it")
    }
    sources[chain.source + ".bias"] = Source(constant: bias, node: node)
  }
}
