import Networks

extension ONNXBuilder {
  /// Ceilings of a clipped ReLU, as in a topology.
  static let ceilings: ClosedRange<Float> = 1e-6...1e6

  mutating func addBatchNormalization(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("epsilon", "momentum", "spatial", "training_mode")
    try node.requires("training_mode", 0)
    try node.requires("spatial", 1)
    let channels = chain.flow.shape.channels
    let numbers = try ["weight", "bias", "running_mean", "running_var"].enumerated().map {
      ($0.element, try perChannel(node, $0.offset + 1, channels))
    }
    // ONNX weighs the old statistics, PyTorch and we the new ones. Seven decimals are kept.
    let kept = try node.real("momentum") ?? 0.9
    let momentum = Float(((1 - Double(kept)) * 1e7).rounded() / 1e7)
    guard (0...1).contains(momentum) else { throw node.refusal("'momentum' is \(kept)") }
    append(
      .batchNormalization(epsilon: try epsilon(node), momentum: momentum), node, &chain,
      numbers: numbers, chain.flow)
  }

  mutating func addGroupNormalization(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("epsilon", "num_groups", "stash_type")
    guard version >= 21 else {
      throw node.refusal("is read from version 21 of the operators on, which changed its scale")
    }
    try node.requires("stash_type", 1)
    let channels = chain.flow.shape.channels
    guard let groups = try node.integer("num_groups"), Self.sizes.contains(groups) else {
      throw node.refusal("'num_groups' is missing or outside its range")
    }
    append(
      .groupNormalization(groups: groups, epsilon: try epsilon(node)), node, &chain,
      numbers: [
        ("weight", try perChannel(node, 1, channels)), ("bias", try perChannel(node, 2, channels)),
      ], chain.flow)
  }

  private func epsilon(_ node: ONNXNode) throws -> Float {
    let epsilon = try node.real("epsilon") ?? 1e-5
    guard (1e-12...1).contains(epsilon) else {
      throw node.refusal("'epsilon' is \(epsilon): 1e-12 to 1 is supported")
    }
    return epsilon
  }

  private func perChannel(_ node: ONNXNode, _ index: Int, _ channels: Int) throws -> ONNXConstant {
    let constant = try constant(node, index)
    guard constant.shape == [channels] else {
      throw node.refusal(
        "input \(index) has the shape \(constant.shape) where \(channels) channels reach it")
    }
    return constant
  }

  /// min(max(x, 0), ceiling); the limits are inputs from version 11 on and attributes before.
  mutating func addClip(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("min", "max")
    func limit(_ index: Int, _ name: String) throws -> Float? {
      guard node.input(index) != nil else { return try node.real(name) }
      let constant = try constant(node, index)
      // An unlimited side is the largest number, or none at all.
      guard constant.count == 1 else { throw node.refusal("a limit is one number") }
      return try constant.reals()[0]
    }
    guard try limit(1, "min") == 0 else {
      throw node.refusal("only a lower limit of 0 is supported")
    }
    guard let ceiling = try limit(2, "max"), ceiling < .greatestFiniteMagnitude else {
      append(.relu, node, &chain, chain.flow)
      return
    }
    guard Self.ceilings.contains(ceiling) else {
      throw node.refusal("an upper limit of \(ceiling) is outside 1e-6 … 1e6")
    }
    append(.clippedReLU(ceiling: ceiling), node, &chain, chain.flow)
  }

  /// `Flatten` is a layer; a `Reshape` to a vector is the same, and no layer where there is one
  /// position a channel and nothing moves.
  mutating func addFlatten(_ node: ONNXNode, _ chain: inout Chain) throws {
    let features = chain.flow.shape.count
    if node.operation == "Flatten" {
      try node.checkAttributes("axis")
      let axis = try node.integer("axis") ?? 1
      guard axis == 1 || axis == (chain.flow.isFlat ? -1 : -3) else {
        throw node.refusal("'axis' is \(axis): examples stay apart only with 1")
      }
    } else {
      try node.checkAttributes("allowzero")
      try node.requires("allowzero", 0)
      var lengths = ONNXLengths(of: node, graph, chain.flow)
      let target = try lengths.values()
      // 0 keeps the length of the batch, −1 stands for what remains.
      guard target.count == 2, [0, -1, batch ?? 1].contains(target[0]),
        target[1] == features || (target[1] == -1 && target[0] != -1)
      else {
        throw node.refusal(
          "gives the shape \(target.prefix(8)): only a batch of vectors of \(features) features is "
            + "supported")
      }
    }
    let flow = Flow(shape: FeatureShape(channels: features), isFlat: true)
    if node.operation == "Reshape", chain.flow.shape.isVector {
      chain.flow = flow
    } else {
      append(.flatten, node, &chain, flow)
    }
  }

  /// Does nothing in inference; its probability is kept for training.
  mutating func addDropout(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("ratio", "seed")
    if node.input(2) != nil {
      let training = try graph.integers(node, 2)
      guard training == [0] else { throw node.refusal("drops features in inference too") }
    }
    let ratio =
      node.input(1) == nil
      ? try node.real("ratio") ?? 0.5 : try graph.reals(node, 1).values.first ?? 0.5
    guard (0...0.99).contains(ratio) else {
      throw node.refusal("a probability of \(ratio) is outside 0 … 0.99")
    }
    append(.dropout(probability: ratio), node, &chain, chain.flow)
  }
}
