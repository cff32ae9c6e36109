extension Residual {
  public func tracedBackward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> (inputs: Tensor, trace: LayerTrace) {
    precondition(memory.branches.count == 2, "backward without a training pass")
    let (gradient, kept) = (gradient, memory)
    var (result, bodyTraces) = body.tracedBackward(
      gradient, memories: kept.branches[0], parameters: parameters,
      parameterGradient: parameterGradient, needsInputGradient: needsInputGradient,
      mode: pass.mode, work: pass.work)
    let (other, shortcutTraces) = shortcut.tracedBackward(
      gradient, memories: kept.branches[1], parameters: parameters + bodyParameters,
      parameterGradient: parameterGradient + bodyParameters,
      needsInputGradient: needsInputGradient, mode: pass.mode, work: pass.work)
    if needsInputGradient { Self.add(other, to: &result) }
    return (
      result, LayerTrace(memory: kept, gradient: nil, branches: [bodyTraces, shortcutTraces])
    )
  }

  /// ẏ is the sum of the branches'.
  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    precondition(memory.branches.count == 2, "a tangent without a training pass")
    let tangent = tangent
    let (moved, bodyTangents) = body.tangentForward(
      tangent, memories: memory.branches[0], parameters: parameters, mode: pass.mode,
      work: pass.work)
    let (other, shortcutTangents) = shortcut.tangentForward(
      tangent, memories: memory.branches[1],
      parameters: parameters.advanced(by: bodyParameters), mode: pass.mode, work: pass.work)
    var tangents = LayerMemory.none
    tangents.branches = [bodyTangents, shortcutTangents]
    guard var sum = moved, let other else { return (moved ?? other, tangents) }
    Self.add(other, to: &sum)
    return (sum, tangents)
  }

  /// Both branches get ġ; what they give is added.
  public func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor {
    precondition(
      trace.branches.count == 2 && tangents.branches.count == 2,
      "a tangent without a traced pass")
    let tangent = tangent
    var result = body.tangentBackward(
      tangent, traces: trace.branches[0], tangents: tangents.branches[0], parameters: parameters,
      parameterTangent: parameterTangent, needsInputTangent: needsInputTangent, mode: pass.mode,
      work: pass.work)
    let other = shortcut.tangentBackward(
      tangent, traces: trace.branches[1], tangents: tangents.branches[1],
      parameters: parameters.advanced(by: bodyParameters),
      parameterTangent: parameterTangent + bodyParameters,
      needsInputTangent: needsInputTangent, mode: pass.mode, work: pass.work)
    if needsInputTangent { Self.add(other, to: &result) }
    return result
  }
}
