import Networks

extension ONNXBuilder {
  mutating func addConvolution(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes(
      "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
    try checkIsImage(node, chain)
    let weight = try constant(node, 1)
    guard weight.shape.count == 4, weight.shape[2] == weight.shape[3] else {
      throw node.refusal(
        "its weights have the shape \(weight.shape): filters, channels, and as many rows as columns are "
          + "needed")
    }
    let (filters, channels, kernel) = (weight.shape[0], weight.shape[1], weight.shape[2])
    guard try side(node, "kernel_shape", in: Self.windows) ?? kernel == kernel else {
      throw node.refusal("its kernel_shape is not that of its weights")
    }
    let groups = try node.integer("group") ?? 1
    guard Self.sizes.contains(filters), Self.windows.contains(kernel), Self.sizes.contains(groups)
    else { throw node.refusal("filters, kernel or groups are outside their range") }
    var spec = ConvolutionSpec(
      filters: filters, kernel: kernel, stride: try side(node, "strides", in: Self.windows) ?? 1,
      dilation: try side(node, "dilations", in: Self.windows) ?? 1, groups: groups,
      hasBias: node.input(2) != nil)
    spec.padding = try padding(node, extent: spec.extent, stride: spec.stride, &chain)
    guard channels * groups == chain.flow.shape.channels else {
      throw node.refusal(
        "its weights are for \(channels * groups) channels, and \(chain.flow.shape.channels) reach it"
      )
    }
    var numbers = [("weight", weight)]
    if spec.hasBias {
      let bias = try constant(node, 2)
      try checkIsBias(bias, of: filters, node, positions: 0)
      numbers.append(("bias", bias))
    }
    append(
      .convolution(spec), node, &chain, numbers: numbers,
      Flow(shape: try output(node) { try spec.output(for: chain.flow.shape) }, isFlat: false))
  }

  mutating func addPooling(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes(
      "auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads",
      "storage_order", "strides")
    try checkIsImage(node, chain)
    try node.requires("ceil_mode", 0)
    guard try side(node, "dilations", in: Self.windows) ?? 1 == 1 else {
      throw node.refusal("dilated pooling is not supported")
    }
    guard let kernel = try side(node, "kernel_shape", in: Self.windows) else {
      throw node.refusal("'kernel_shape' is missing")
    }
    let stride = try side(node, "strides", in: Self.windows) ?? 1
    let isMaximum = node.operation == "MaxPool"
    // Zeros of a node before this one are part of its image.
    let isPadded = chain.pad != nil
    let spec = PoolingSpec(
      kernel: kernel, stride: stride,
      padding: try padding(node, extent: kernel, stride: stride, &chain),
      countsPadding: try !isMaximum && (isPadded || node.integer("count_include_pad") ?? 0 != 0))
    append(
      isMaximum ? .maxPooling(spec) : .averagePooling(spec), node, &chain,
      Flow(shape: try output(node) { try spec.output(for: chain.flow.shape) }, isFlat: false))
  }

  /// The mean over rows and columns.
  mutating func addMean(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("axes", "keepdims", "noop_with_empty_axes")
    try checkIsImage(node, chain)
    let axes = try node.integers("axes") ?? graph.integers(node, 1)
    guard Set(axes.map { $0 < 0 ? $0 &+ 4 : $0 }) == [2, 3] else {
      throw node.refusal("only the mean over rows and columns is supported")
    }
    let isFlat = try node.integer("keepdims") ?? 1 == 0
    append(
      .globalAveragePooling, node, &chain,
      Flow(shape: FeatureShape(channels: chain.flow.shape.channels), isFlat: isFlat))
  }

  /// What a layer's spec says of its outputs, with the node in its refusal.
  private func output(_ node: ONNXNode, _ shape: () throws -> FeatureShape) throws -> FeatureShape {
    do {
      return try shape()
    } catch let error as ShapeError {
      throw node.refusal(error.reason)
    }
  }

  /// An attribute of one number for rows and one for columns, which must be the same.
  private func side(_ node: ONNXNode, _ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let numbers = try node.integers(name) else { return nil }
    guard numbers.count == 2, numbers[0] == numbers[1], range.contains(numbers[0]) else {
      throw node.refusal(
        "'\(name)' is \(numbers.prefix(8)): two equal numbers from \(range.lowerBound) to "
          + "\(range.upperBound) are supported")
    }
    return numbers[0]
  }

  /// Zeros around the image, which PyTorch writes before an average that counts them.
  mutating func addPad(_ node: ONNXNode, _ chain: inout Chain) throws {
    try node.checkAttributes("mode", "pads", "value")
    try checkIsImage(node, chain)
    let pads = try node.integers("pads") ?? graph.integers(node, 1)
    let value =
      node.input(2) == nil ? try node.real("value") ?? 0 : try graph.reals(node, 2).values.first
    guard try node.text("mode") ?? "constant" == "constant", value == 0, node.input(3) == nil,
      pads.count == 8, let width = pads.last, Self.offsets.contains(width),
      pads == [0, 0, width, width, 0, 0, width, width]
    else { throw unsupported(pad: node) }
    if width > 0 { chain.pad = (width, node) }
  }

  /// The zeros on each side, which must be as many on all four; also those of a node before.
  private func padding(
    _ node: ONNXNode, extent: Int, stride: Int, _ chain: inout Chain
  ) throws -> Int {
    let own = try padding(node, extent: extent, stride: stride, chain.flow.shape)
    guard let pad = chain.pad else { return own }
    guard own == 0, ["NOTSET", "VALID"].contains(try node.text("auto_pad") ?? "NOTSET") else {
      throw unsupported(pad: pad.node)
    }
    chain.pad = nil
    return pad.width
  }

  private func padding(
    _ node: ONNXNode, extent: Int, stride: Int, _ shape: FeatureShape
  ) throws -> Int {
    let mode = try node.text("auto_pad") ?? "NOTSET"
    switch mode {
    case "NOTSET":
      guard let pads = try node.integers("pads") else { return 0 }
      guard pads.count == 4, pads.allSatisfy({ $0 == pads[0] }), Self.offsets.contains(pads[0])
      else {
        throw node.refusal(
          "'pads' is \(pads.prefix(8)): four equal numbers from 0 to 1024 are supported; pad the same "
            + "on each side")
      }
      return pads[0]
    case "VALID": return 0
    case "SAME_UPPER", "SAME_LOWER":
      // As many outputs as strides fit into the inputs, rounded up.
      let totals = [shape.rows, shape.columns].map { length in
        max(0, ((length + stride - 1) / stride - 1) * stride + extent - length)
      }
      guard totals[0] == totals[1], totals[0].isMultiple(of: 2),
        Self.offsets.contains(totals[0] / 2)
      else {
        throw node.refusal(
          "'auto_pad' pads \(totals[0]) rows and \(totals[1]) columns here: the same on each side is "
            + "supported")
      }
      return totals[0] / 2
    default: throw node.refusal("'auto_pad' is '\(mode)'")
    }
  }
}
