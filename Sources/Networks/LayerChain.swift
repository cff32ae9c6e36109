/// Layers that run one after the other.
struct LayerChain: Sendable {
  let layers: [any Layer]
  let input: FeatureShape
  /// Of each layer within the parameters and the statistics of the chain, and one past the last.
  let parameterStarts: [Int]
  let statisticStarts: [Int]
  /// Each layer's number among all of the network.
  let numbers: [Int]

  /// - Parameters:
  ///   - layers: each takes what the one before gives.
  ///   - numbers: one a layer.
  init(_ layers: [any Layer], input: FeatureShape, numbers: [Int]) {
    precondition(numbers.count == layers.count, "one number a layer")
    self.layers = layers
    self.input = input
    self.numbers = numbers
    parameterStarts = layers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.parameterCount) }
    statisticStarts = layers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.statisticCount) }
  }

  var output: FeatureShape { layers.last?.output ?? input }

  /// Numbers that an example has after all the layers together, those of branches included.
  var outputTotal: Int {
    layers.reduce(0) { sum, layer in
      let within = (layer as? Residual).map { $0.body.outputTotal + $0.shortcut.outputTotal } ?? 0
      return sum + layer.output.count + within
    }
  }

  func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, mode: ForwardMode, work: ChunkedWork,
    hook: LayerHook? = nil
  ) -> (outputs: Tensor, memories: [LayerMemory]) {
    var values = inputs
    var memories: [LayerMemory] = []
    for (index, layer) in layers.enumerated() {
      let replacement = hook?.replacement(of: numbers[index])
      if let replacement,
        let memory = replacement.memory
          ?? (layer.keepsOnlyInputs ? LayerMemory(tensor: values) : nil)
      {
        memories.append(mode.isTraining ? memory : .none)
        values = replacement.outputs
        continue
      }
      let (outputs, memory) = layer.forward(
        consume values, parameters: parameters + parameterStarts[index],
        statistics: statistics + statisticStarts[index],
        pass: LayerPass(mode: mode, work: work, layer: numbers[index], hook: hook))
      if case .observe(let observe)? = hook { observe(numbers[index], outputs) }
      values = replacement?.outputs ?? outputs
      memories.append(memory)
    }
    return (values, memories)
  }

  func backward(
    _ gradient: consuming Tensor, memories: consuming [LayerMemory],
    parameters: UnsafePointer<Float>, parameterGradient: UnsafeMutablePointer<Float>,
    needsInputGradient: Bool, mode: ForwardMode, work: ChunkedWork, hook: LayerHook? = nil
  ) -> Tensor {
    var gradient = gradient
    var memories = memories
    for (index, layer) in layers.enumerated().reversed() {
      guard let memory = memories.popLast() else {
        preconditionFailure("backward without a training pass")
      }
      let ofOutputs = hook == nil ? nil : gradient
      let parameterGradient = parameterGradient + parameterStarts[index]
      let needsInputGradient = needsInputGradient || index > 0
      gradient = layer.backward(
        consume gradient, memory: memory, parameters: parameters + parameterStarts[index],
        parameterGradient: parameterGradient, needsInputGradient: needsInputGradient,
        pass: LayerPass(mode: mode, work: work, layer: numbers[index], hook: hook))
      if case .correct(let correct)? = hook, let ofOutputs,
        let added = correct(numbers[index], ofOutputs, parameterGradient), needsInputGradient
      {
        Residual.add(added, to: &gradient)
      }
    }
    return gradient
  }
}

extension LayerHook {
  fileprivate func replacement(of layer: Int) -> LayerReplacement? {
    switch self {
    case .observe, .correct: nil
    case .replace(let replacement): replacement(layer)
    }
  }
}
