extension LayerChain {
  /// A backward pass that keeps what the tangents need.
  func tracedBackward(
    _ gradient: consuming Tensor, memories: consuming [LayerMemory],
    parameters: UnsafePointer<Float>, parameterGradient: UnsafeMutablePointer<Float>,
    needsInputGradient: Bool, mode: ForwardMode, work: ChunkedWork
  ) -> (inputs: Tensor, traces: [LayerTrace]) {
    var gradient = gradient
    var memories = memories
    var traces: [LayerTrace] = []
    for (index, layer) in layers.enumerated().reversed() {
      guard let memory = memories.popLast() else {
        preconditionFailure("backward without a training pass")
      }
      let (inputs, trace) = layer.tracedBackward(
        consume gradient, memory: memory, parameters: parameters + parameterStarts[index],
        parameterGradient: parameterGradient + parameterStarts[index],
        needsInputGradient: needsInputGradient || index > 0,
        pass: LayerPass(mode: mode, work: work, layer: numbers[index]))
      gradient = inputs
      traces.append(trace)
    }
    return (gradient, traces.reversed())
  }

  /// ẏ of the last layer and each layer's tangents, for ẋ of the inputs; nil is 0.
  func tangentForward(
    _ tangent: consuming Tensor?, memories: [LayerMemory], parameters: DirectedParameters,
    mode: ForwardMode, work: ChunkedWork
  ) -> (outputs: Tensor?, tangents: [LayerMemory]) {
    precondition(memories.count == layers.count, "memories of another network")
    var values = tangent
    var tangents: [LayerMemory] = []
    for (index, layer) in layers.enumerated() {
      let (outputs, memory) = layer.tangentForward(
        consume values, memory: memories[index],
        parameters: parameters.advanced(by: parameterStarts[index]),
        pass: LayerPass(mode: mode, work: work, layer: numbers[index]))
      values = outputs
      tangents.append(memory)
    }
    return (values, tangents)
  }

  /// The dot of the gradient by the inputs and by every parameter.
  func tangentBackward(
    _ tangent: consuming Tensor, traces: [LayerTrace], tangents: [LayerMemory],
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, mode: ForwardMode, work: ChunkedWork
  ) -> Tensor {
    precondition(
      traces.count == layers.count && tangents.count == layers.count, "traces of another network")
    var tangent = tangent
    for (index, layer) in layers.enumerated().reversed() {
      tangent = layer.tangentBackward(
        consume tangent, trace: traces[index], tangents: tangents[index],
        parameters: parameters.advanced(by: parameterStarts[index]),
        parameterTangent: parameterTangent + parameterStarts[index],
        needsInputTangent: needsInputTangent || index > 0,
        pass: LayerPass(mode: mode, work: work, layer: numbers[index]))
    }
    return tangent
  }
}
