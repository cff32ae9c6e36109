extension Network {
  /// The gradient of the loss by every parameter, and what a Hessian–vector product needs of the
  /// pass; the arguments are those of `backward`.
  public func tracedBackward(
    _ logitGradient: consuming Tensor, memories: consuming [LayerMemory], mode: ForwardMode,
    into gradient: inout [Float], work: ChunkedWork = .serial
  ) -> [LayerTrace] {
    precondition(gradient.count == parameters.count, "a gradient of another network")
    let (logitGradient, memories) = (logitGradient, memories)
    let chain = topology.chain
    if case .learned = topology.logitScale { gradient[gradient.count - 1] = 0 }
    return parameters.withUnsafeBufferPointer { parameters in
      gradient.withUnsafeMutableBufferPointer { gradient in
        chain.tracedBackward(
          logitGradient, memories: memories, parameters: parameters.pointer,
          parameterGradient: gradient.pointer, needsInputGradient: false, mode: mode, work: work
        ).traces
      }
    }
  }

  /// H·v, the Hessian of the loss by the parameters times a direction, exact but for rounding: one
  /// pass forward along the direction and one backward, at about twice the cost of a gradient.
  ///
  /// Batch statistics of normalization and what dropout drops are those of the training pass, the
  /// former moving with the parameters.
  ///
  /// - Parameters:
  ///   - direction: v, as many numbers as `parameters`.
  ///   - traces: from `tracedBackward`, with the parameters as they are.
  ///   - mode: of that pass: training.
  ///   - product: overwritten; as many numbers as `parameters`. That of a learned logit scale is left
  ///     to the loss, which alone knows it, and is 0 here.
  ///   - lossTangent: given the logits' derivative along v, gives that of the loss's gradient by the
  ///     logits. Where the scale is learned, it moves by the last number of v.
  /// - Precondition: a batch that is not empty.
  public func hessianVectorProduct(
    direction: [Float], traces: [LayerTrace], mode: ForwardMode, into product: inout [Float],
    work: ChunkedWork = .serial, lossTangent: (_ logitTangent: Tensor?) -> Tensor
  ) {
    precondition(
      direction.count == parameters.count && product.count == parameters.count,
      "a direction of another network")
    precondition(mode.isTraining, "second derivatives need a training pass")
    let chain = topology.chain
    if case .learned = topology.logitScale { product[product.count - 1] = 0 }
    parameters.withUnsafeBufferPointer { values in
      direction.withUnsafeBufferPointer { direction in
        product.withUnsafeMutableBufferPointer { product in
          let parameters = DirectedParameters(
            values: values.pointer, direction: direction.pointer)
          let (logits, tangents) = chain.tangentForward(
            nil, memories: traces.map(\.memory), parameters: parameters, mode: mode, work: work)
          _ = chain.tangentBackward(
            lossTangent(logits), traces: traces, tangents: tangents, parameters: parameters,
            parameterTangent: product.pointer, needsInputTangent: false, mode: mode, work: work)
        }
      }
    }
  }
}
