extension NetworkTopology {
  /// The topology as YAML with every setting written out: what `TopologyReader` reads back as the
  /// same topology.
  public var yaml: String {
    // A name of dashes or dots would be read as YAML's own.
    let isPlain = name.first.map { $0.isLetter || $0.isNumber } ?? false
    var lines = [isPlain ? "name: \(name)" : "name: \"\(name)\""]
    lines.append(
      input.isVector
        ? "input: \(input.channels)"
        : "input: {channels: \(input.channels), rows: \(input.rows), columns: \(input.columns)}")
    switch logitScale {
    case .fixed(let scale): lines.append("logit_scale: \(scale)")
    case .learned(let start): lines.append("logit_scale: {learned: \(start)}")
    }
    lines.append("layers:")
    lines += Self.lines(layers, indent: "  ")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ layers: [LayerSpec], indent: String) -> [String] {
    layers.flatMap { layer in
      switch layer {
      case .residual(let body, let shortcut):
        var lines = ["\(indent)- residual:", "\(indent)    body:"]
        if body.isEmpty { lines[1] += " []" }
        lines += Self.lines(body, indent: indent + "      ")
        lines.append("\(indent)    shortcut:" + (shortcut.isEmpty ? " []" : ""))
        return lines + Self.lines(shortcut, indent: indent + "      ")
      case .relu, .flatten, .globalAveragePooling, .dense, .convolution, .maxPooling,
        .averagePooling, .clippedReLU, .batchNormalization, .groupNormalization, .dropout:
        return ["\(indent)- \(layer.name)" + (settings(layer).map { ": {\($0)}" } ?? "")]
      }
    }
  }

  private static func settings(_ layer: LayerSpec) -> String? {
    switch layer {
    case .relu, .flatten, .globalAveragePooling, .residual: nil
    case .dense(let outputs, let hasBias): "outputs: \(outputs), bias: \(hasBias)"
    case .convolution(let spec):
      "filters: \(spec.filters), kernel: \(spec.kernel), stride: \(spec.stride), "
        + "padding: \(spec.padding), dilation: \(spec.dilation), groups: \(spec.groups), "
        + "bias: \(spec.hasBias)"
    case .maxPooling(let spec):
      "kernel: \(spec.kernel), stride: \(spec.stride), padding: \(spec.padding)"
    case .averagePooling(let spec):
      "kernel: \(spec.kernel), stride: \(spec.stride), padding: \(spec.padding), "
        + "counts_padding: \(spec.countsPadding)"
    case .clippedReLU(let ceiling): "ceiling: \(ceiling)"
    case .batchNormalization(let epsilon, let momentum):
      "epsilon: \(epsilon), momentum: \(momentum)"
    case .groupNormalization(let groups, let epsilon): "groups: \(groups), epsilon: \(epsilon)"
    case .dropout(let probability): "probability: \(probability)"
    }
  }
}
