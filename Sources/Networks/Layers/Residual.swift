/// Two branches from the same inputs, added: y = body(x) + shortcut(x); an empty shortcut is x.
public struct Residual: Layer {
  let body: LayerChain
  let shortcut: LayerChain

  /// - Throws: `ShapeError` if the branches give different shapes.
  init(body: LayerChain, shortcut: LayerChain) throws(ShapeError) {
    precondition(body.input == shortcut.input, "branches of different inputs")
    guard body.output == shortcut.output else {
      throw ShapeError(
        "its body gives \(body.output), its shortcut \(shortcut.output)")
    }
    self.body = body
    self.shortcut = shortcut
  }

  public var input: FeatureShape { body.input }
  public var output: FeatureShape { body.output }
  public var parameters: [ParameterBlock] { blocks { $0.parameters } }
  public var statistics: [ParameterBlock] { blocks { $0.statistics } }

  private func blocks(_ of: (any Layer) -> [ParameterBlock]) -> [ParameterBlock] {
    [("body", body), ("shortcut", shortcut)].flatMap { name, chain in
      chain.layers.enumerated().flatMap { index, layer in
        of(layer).map { $0.within("\(name).\(index)") }
      }
    }
  }

  var bodyParameters: Int { body.parameterStarts[body.layers.count] }
  private var bodyStatistics: Int { body.statisticStarts[body.layers.count] }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let inputs = inputs
    var (outputs, bodyMemories) = body.forward(
      inputs, parameters: parameters, statistics: statistics, mode: pass.mode, work: pass.work,
      hook: pass.hook)
    let (added, shortcutMemories) = shortcut.forward(
      inputs, parameters: parameters + bodyParameters, statistics: statistics + bodyStatistics,
      mode: pass.mode, work: pass.work, hook: pass.hook)
    Self.add(added, to: &outputs)
    var memory = LayerMemory.none
    if pass.mode.isTraining { memory.branches = [bodyMemories, shortcutMemories] }
    return (outputs, memory)
  }

  /// Both branches get the gradient; their gradients by the inputs are added.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    precondition(memory.branches.count == 2, "backward without a training pass")
    let gradient = gradient
    var result = body.backward(
      gradient, memories: memory.branches[0], parameters: parameters,
      parameterGradient: parameterGradient, needsInputGradient: needsInputGradient,
      mode: pass.mode, work: pass.work,
      hook: pass.hook)
    let other = shortcut.backward(
      gradient, memories: memory.branches[1], parameters: parameters + bodyParameters,
      parameterGradient: parameterGradient + bodyParameters,
      needsInputGradient: needsInputGradient, mode: pass.mode, work: pass.work,
      hook: pass.hook)
    if needsInputGradient { Self.add(other, to: &result) }
    return result
  }

  static func add(_ other: Tensor, to sum: inout Tensor) {
    precondition(other.values.count == sum.values.count, "shapes differ")
    other.values.withUnsafeBufferPointer { other in
      sum.values.withUnsafeMutableBufferPointer { sum in
        for index in sum.indices { sum[index] += other[index] }
      }
    }
  }
}
