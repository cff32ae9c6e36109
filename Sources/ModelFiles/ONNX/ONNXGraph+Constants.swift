extension ONNXGraph {
  /// Constants that more nodes than this made one after the other are not read.
  private static let maximumDepth = 8

  /// What a node makes of constants; nil if it is not known here.
  ///
  /// - Throws: `InputError` 65 if the node is known and wrong.
  func folded(_ node: ONNXNode) throws -> ONNXConstant? {
    if node.operation == "Constant", node.domain.isEmpty { return try constant(of: node) }
    guard let name = node.input(0), let source = constant(name), source.depth < Self.maximumDepth
    else { return nil }
    switch (node.domain, node.operation) {
    case ("", "Identity"): return source
    case ("", "Unsqueeze"): return source.count == 1 ? source : nil
    case ("", "Cast"):
      guard let tensor = source.tensor, let target = try node.integer("to") else { return nil }
      return try tensor.cast(to: target).map { .tensor($0) }
    case ("", "Transpose"):
      guard source.shape.count == 2, try node.integers("perm") ?? [1, 0] == [1, 0] else {
        return nil
      }
      return .transposed(source)
    case ("", "QuantizeLinear"):
      return .integers(source, try linear(node, kind: nil, shape: source.shape))
    case ("", "DequantizeLinear"):
      switch source {
      case .integers(let reals, let hint):
        guard try linear(node, kind: nil, shape: source.shape) == hint else {
          throw node.refusal("has another scale or zero point than the integers it makes real")
        }
        return .quantized(reals, hint)
      case .tensor(let tensor):
        return .dequantized(tensor, try linear(node, kind: tensor.kind, shape: tensor.shape))
      case .transposed, .dequantized, .quantized: return nil
      }
    default:
      guard isQuant(node) else { return nil }
      return .quantized(source, try quant(node, shape: source.shape))
    }
  }

  private func constant(of node: ONNXNode) throws -> ONNXConstant {
    var tensor = ONNXTensorProto()
    if let value = try node.tensor("value") {
      tensor = value
    } else if let value = try node.real("value_float") {
      (tensor.dataType, tensor.floatData) = (ONNXTensor.Kind.float.rawValue, [value])
    } else if let value = try node.integer("value_int") {
      (tensor.dataType, tensor.int64Data) = (ONNXTensor.Kind.int64.rawValue, [Int64(value)])
    } else if let values = try node.reals("value_floats") {
      (tensor.dataType, tensor.floatData) = (ONNXTensor.Kind.float.rawValue, values)
      tensor.dims = [Int64(values.count)]
    } else if let values = try node.integers("value_ints") {
      (tensor.dataType, tensor.int64Data) = (
        ONNXTensor.Kind.int64.rawValue, values.map { Int64($0) }
      )
      tensor.dims = [Int64(values.count)]
    } else {
      throw node.refusal("holds no tensor of numbers")
    }
    return .tensor(try ONNXTensor(tensor, label: node.label, file: file))
  }

  /// Whether a node is QONNX's `Quant`, under any of the domains that its tools write.
  func isQuant(_ node: ONNXNode) -> Bool {
    node.operation == "Quant"
      && ["qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"].contains(
        node.domain)
  }

  /// The real numbers of a constant input of a node.
  func reals(_ node: ONNXNode, _ index: Int) throws -> (values: [Float], shape: [Int]) {
    guard let name = node.input(index), let constant = constant(name) else {
      throw node.refusal("input \(index) must be a constant")
    }
    return (try constant.reals(), constant.shape)
  }

  /// The integers of a constant input of a node.
  func integers(_ node: ONNXNode, _ index: Int) throws -> [Int] {
    guard let name = node.input(index), let tensor = constant(name)?.tensor else {
      throw node.refusal("input \(index) must be a constant")
    }
    return try tensor.integers()
  }

  /// The scale and zero point of `QuantizeLinear` or `DequantizeLinear`.
  ///
  /// - Parameters:
  ///   - kind: of the integers, where the file stores them.
  ///   - shape: of the numbers, where it is known: they may have a scale for each index of an axis.
  func linear(
    _ node: ONNXNode, kind: ONNXTensor.Kind?, shape: [Int]?
  ) throws -> QuantizationHint {
    try node.checkAttributes("axis", "saturate")
    let zeroPoint = try node.input(2).map { name in
      guard let tensor = constant(name)?.tensor else {
        throw node.refusal("its zero point must be a constant")
      }
      return tensor
    }
    guard let (bits, isSigned) = (zeroPoint?.kind ?? kind ?? .uint8).quantized,
      kind == nil || zeroPoint == nil || zeroPoint?.kind == kind
    else {
      throw node.refusal("integers of this kind are not read: 8, 16 and 32 bits are")
    }
    let (scales, scaleShape) = try reals(node, 1)
    let zeroPoints = try zeroPoint?.integers() ?? [Int](repeating: 0, count: scales.count)
    var axis: Int?
    if scaleShape.count == 1, scales.count > 1 {
      let rank = shape?.count ?? 0
      let given = try node.integer("axis") ?? 1
      axis = given < 0 ? given + rank : given
      guard let axis, let shape, shape.indices.contains(axis), shape[axis] == scales.count else {
        throw node.refusal("its \(scales.count) scales fit no axis of what it quantizes")
      }
    }
    return try hint(
      node, scales: scales, zeroPoints: zeroPoints, bits: bits, isSigned: isSigned, isNarrow: false,
      axis: axis)
  }

  /// The scale, zero point and bits of QONNX's `Quant`.
  func quant(_ node: ONNXNode, shape: [Int]?) throws -> QuantizationHint {
    try node.checkAttributes("signed", "narrow", "rounding_mode")
    let mode = try node.text("rounding_mode") ?? "ROUND"
    guard ["ROUND", "HALF_EVEN"].contains(mode.uppercased()) else {
      throw node.refusal("rounding mode '\(mode)' is not supported: ROUND is")
    }
    let (scales, scaleShape) = try reals(node, 1)
    let zeroPoints = try reals(node, 2).values
    let bits = try reals(node, 3).values
    guard bits.count == 1, (2...32).contains(bits[0]), bits[0] == bits[0].rounded() else {
      throw node.refusal("one whole number of bits from 2 to 32 is needed")
    }
    guard zeroPoints.allSatisfy({ $0 == $0.rounded() && abs($0) < 0x1p32 }) else {
      throw node.refusal("a zero point is no integer")
    }
    var axis: Int?
    if scales.count > 1 {
      // Broadcast from the right.
      let place = scaleShape.firstIndex { $0 > 1 } ?? 0
      let found = (shape?.count ?? 0) - scaleShape.count + place
      guard let shape, scaleShape.filter({ $0 > 1 }).count == 1, shape.indices.contains(found),
        shape[found] == scales.count
      else { throw node.refusal("its \(scales.count) scales fit no axis of what it quantizes") }
      axis = found
    }
    return try hint(
      node, scales: scales, zeroPoints: zeroPoints.map { Int($0) }, bits: Int(bits[0]),
      isSigned: (try node.integer("signed") ?? 1) != 0,
      isNarrow: (try node.integer("narrow") ?? 0) != 0, axis: axis)
  }

  private func hint(
    _ node: ONNXNode, scales: [Float], zeroPoints: [Int], bits: Int, isSigned: Bool, isNarrow: Bool,
    axis: Int?
  ) throws -> QuantizationHint {
    let range = QuantizationHint.range(bits: bits, isSigned: isSigned, isNarrow: isNarrow)
    guard !scales.isEmpty, axis != nil || scales.count == 1,
      scales.allSatisfy({ $0 > 0 && $0.isFinite })
    else { throw node.refusal("scales must be positive and finite") }
    // One zero point may stand for all.
    let spread =
      zeroPoints.count == 1 ? [Int](repeating: zeroPoints[0], count: scales.count) : zeroPoints
    guard spread.count == scales.count, spread.allSatisfy(range.contains) else {
      throw node.refusal("a zero point for each scale is needed, within \(range)")
    }
    return QuantizationHint(
      scales: scales, zeroPoints: spread, bits: bits, isSigned: isSigned, isNarrow: isNarrow,
      axis: axis)
  }
}
