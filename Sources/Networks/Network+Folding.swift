extension Network {
  /// The same function for inference without batch normalization: each is folded into the convolution
  /// or dense layer before it.
  ///
  /// y = γ·(W·x + b − μ)/√(v + ε) + β has the weights γ/√(v + ε)·W and the bias
  /// γ/√(v + ε)·(b − μ) + β. Source: Jacob et al., *Quantization and training of neural networks for
  /// efficient integer-arithmetic-only inference*, CVPR 2018, section 3.2. Dropout, which inference
  /// does not see, goes too.
  ///
  /// - Throws: `TopologyError` at a batch normalization with no such layer before it.
  public func foldingBatchNormalization() throws(TopologyError) -> Network {
    var folding = Folding(network: self)
    let layers = try folding.fold(topology.layers, path: [])
    if case .learned = topology.logitScale { folding.parameters.append(logitScale) }
    return Network(
      topology: try NetworkTopology(
        name: topology.name, input: topology.input, layers: layers,
        logitScale: topology.logitScale),
      parameters: folding.parameters, statistics: [])
  }

  /// Walks the layers in the order of their parameters.
  private struct Folding {
    let network: Network
    var parameters: [Float] = []
    private var parameterIndex = 0
    private var statisticIndex = 0
    /// Of the layer with weights that came last.
    private var weightCount = 0
    private var blocks: ArraySlice<ParameterBlock>
    private var statisticBlocks: ArraySlice<ParameterBlock>

    init(network: Network) {
      self.network = network
      blocks = network.topology.parameters[...]
      statisticBlocks = network.topology.statistics[...]
    }

    private mutating func nextParameters() -> [Float] {
      let count = blocks.removeFirst().count
      defer { parameterIndex += count }
      return Array(network.parameters[parameterIndex..<parameterIndex + count])
    }

    private mutating func nextStatistics() -> [Float] {
      let count = statisticBlocks.removeFirst().count
      defer { statisticIndex += count }
      return Array(network.statistics[statisticIndex..<statisticIndex + count])
    }

    mutating func fold(
      _ specs: [LayerSpec], path: [String]
    ) throws(TopologyError) -> [LayerSpec] {
      var folded: [LayerSpec] = []
      for (index, spec) in specs.enumerated() {
        switch spec {
        case .dense(_, let hasBias):
          takeWeights(hasBias: hasBias)
          folded.append(spec)
        case .convolution(let convolution):
          takeWeights(hasBias: convolution.hasBias)
          folded.append(spec)
        case .groupNormalization:
          for _ in 0..<2 { parameters += nextParameters() }
          folded.append(spec)
        case .batchNormalization(let epsilon, _):
          guard let last = folded.popLast(), let changed = normalize(last, epsilon: epsilon) else {
            throw TopologyError(
              path: path + ["\(index)"], layer: spec.name,
              reason: "integers have no batch normalization of its own: a dense or convolution "
                + "layer must stand just before it")
          }
          folded.append(changed)
        case .dropout: break
        case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten:
          folded.append(spec)
        case .residual(let body, let shortcut):
          folded.append(
            .residual(
              body: try fold(body, path: path + ["\(index)", "body"]),
              shortcut: try fold(shortcut, path: path + ["\(index)", "shortcut"])))
        }
      }
      return folded
    }

    private mutating func takeWeights(hasBias: Bool) {
      let weights = nextParameters()
      weightCount = weights.count
      parameters += weights
      if hasBias { parameters += nextParameters() }
    }

    /// Changes the last layer's parameters; nil if it has no weights.
    private mutating func normalize(_ layer: LayerSpec, epsilon: Float) -> LayerSpec? {
      let (gamma, beta) = (nextParameters(), nextParameters())
      let (mean, variance) = (nextStatistics(), nextStatistics())
      let channels = gamma.count
      let changed: LayerSpec
      let hadBias: Bool
      switch layer {
      case .dense(let outputs, let hasBias):
        changed = .dense(outputs: outputs, hasBias: true)
        hadBias = hasBias
      case .convolution(var spec):
        hadBias = spec.hasBias
        spec.hasBias = true
        changed = .convolution(spec)
      case .maxPooling, .averagePooling, .globalAveragePooling, .relu, .clippedReLU, .flatten,
        .batchNormalization, .groupNormalization, .dropout, .residual:
        return nil
      }
      var bias =
        hadBias ? Array(parameters.suffix(channels)) : [Float](repeating: 0, count: channels)
      if hadBias { parameters.removeLast(channels) }
      // The weights of the layer are what stands last now: a row for each channel.
      let rowLength = weightCount / channels
      let start = parameters.count - rowLength * channels
      for channel in 0..<channels {
        let factor =
          Double(gamma[channel]) / (Double(variance[channel]) + Double(epsilon)).squareRoot()
        for index in start + channel * rowLength..<start + (channel + 1) * rowLength {
          parameters[index] = Float(Double(parameters[index]) * factor)
        }
        bias[channel] = Float(
          Double(beta[channel]) + factor * (Double(bias[channel]) - Double(mean[channel])))
      }
      parameters += bias
      return changed
    }
  }
}
