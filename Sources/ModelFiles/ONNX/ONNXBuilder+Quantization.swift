import Networks

extension ONNXBuilder {
  /// `QuantizeLinear` and `DequantizeLinear`: a value flows on, and how it is quantized is noted.
  mutating func noteLinear(_ node: ONNXNode, _ chain: inout Chain) throws {
    let hint = try graph.linear(node, kind: nil, shape: nil)
    if node.operation == "QuantizeLinear" {
      guard graph.consumers(node).allSatisfy({ $0.operation == "DequantizeLinear" }),
        graph.value(node.outputs.first ?? "") != graph.output
      else {
        throw node.refusal("integers that flow on are not supported: DequantizeLinear must follow")
      }
      note(hint, node, &chain)
    } else {
      guard let value = graph.value(node.input(0) ?? ""), let index = graph.values[value].node,
        graph.nodes[index].operation == "QuantizeLinear",
        try graph.linear(graph.nodes[index], kind: nil, shape: nil) == hint
      else {
        throw node.refusal("must follow QuantizeLinear with the same scale and zero point")
      }
    }
  }

  /// QONNX's `Quant`.
  mutating func noteQuant(_ node: ONNXNode, _ chain: inout Chain) throws {
    note(try graph.quant(node, shape: nil), node, &chain)
  }

  /// Notes how the value that flows is quantized.
  ///
  /// Quantizers take a ReLU away where integers have no room below 0, and clamping does its work: it is
  /// put back, with the largest number that the integers stand for as its ceiling.
  private mutating func note(_ hint: QuantizationHint, _ node: ONNXNode, _ chain: inout Chain) {
    if hint.zeroPoints[0] == hint.range.lowerBound, !chain.isNonNegative {
      let ceiling = hint.scales[0] * Float(hint.range.upperBound - hint.zeroPoints[0])
      append(
        Self.ceilings.contains(ceiling) ? .clippedReLU(ceiling: ceiling) : .relu, node, &chain,
        chain.flow)
      notes.append("\(node.label) clamps at 0, which is read as clipped_relu")
    }
    if let other = hints.activations[chain.source], other != hint {
      notes.append(
        "\(chain.source): its first quantization is left out: \(node.label) quantizes it once more")
    }
    hints.activations[chain.source] = hint
  }
}
