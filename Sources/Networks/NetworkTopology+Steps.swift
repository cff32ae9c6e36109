extension NetworkTopology {
  /// A layer at its place, with the shapes before and after it.
  public struct Step: Sendable {
    /// `layers.3`, or `layers.3.body.0` within a residual.
    public let name: String
    public let layer: LayerSpec
    public let input: FeatureShape
    public let output: FeatureShape
  }

  /// All layers in the order of the forward pass; a residual stands after its branches.
  public var steps: [Step] { Self.steps(layers, chain, prefix: "layers") }

  private static func steps(_ specs: [LayerSpec], _ chain: LayerChain, prefix: String) -> [Step] {
    zip(specs, chain.layers).enumerated().flatMap { index, pair in
      let (spec, layer) = pair
      let name = "\(prefix).\(index)"
      var steps: [Step] = []
      if case .residual(let body, let shortcut) = spec, let residual = layer as? Residual {
        steps += Self.steps(body, residual.body, prefix: "\(name).body")
        steps += Self.steps(shortcut, residual.shortcut, prefix: "\(name).shortcut")
      }
      steps.append(Step(name: name, layer: spec, input: layer.input, output: layer.output))
      return steps
    }
  }
}
