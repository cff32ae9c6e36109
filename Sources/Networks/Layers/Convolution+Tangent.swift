extension Convolution {
  /// ẏ = W·patches(ẋ) + Ẇ·patches(x) + ḃ. Keeps ẋ.
  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    guard let inputs = memory.tensor else {
      preconditionFailure("a tangent without a training pass")
    }
    let tangent = tangent
    let outputs = inputs.withBase { values in
      Tensor.withBase(of: tangent) { tangent in
        Tensor(count: inputs.count, shape: output) { outputs in
          pass.work.forEachChunk(of: inputs.count, size: Self.images) { _, chunk in
            withPatches { scratch in
              for image in chunk {
                let target = outputs + image * output.count
                let columns = gathered(values + image * input.count, scratch)
                write(columns, parameters.direction, into: target)
                guard let tangent else { continue }
                let moved = gathered(tangent + image * input.count, scratch)
                writeProduct(moved, parameters.values, into: target, adding: true)
              }
            }
          }
        }
      }
    }
    return (outputs, LayerMemory(tensor: tangent))
  }

  /// With ġ for the dot of g: Σ over images of ġ·patches(x)ᵀ + g·patches(ẋ)ᵀ by W, the sums of ġ by
  /// b, Wᵀ·ġ + Ẇᵀ·g by the patches.
  public func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor {
    guard let inputs = trace.memory.tensor, let gradient = trace.gradient else {
      preconditionFailure("a tangent without a traced pass")
    }
    let tangent = tangent
    return gradient.withBase { gradient in
      Tensor.withBase(of: tangents.tensor) { inputTangent in
        backward(
          tangent, inputs: inputs,
          moving: Moving(
            gradient: gradient, inputTangent: inputTangent, direction: parameters.direction),
          parameters: parameters.values, parameterGradient: parameterTangent,
          needsInputGradient: needsInputTangent, work: pass.work)
      }
    }
  }
}
