/// The mean of each channel: a vector of as many features as channels.
public struct GlobalAveragePooling: Layer, Hashable {
  public let input: FeatureShape

  public init(input: FeatureShape) { self.input = input }

  public var output: FeatureShape { FeatureShape(channels: input.channels) }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let inputs = inputs
    let outputs = inputs.values.withUnsafeBufferPointer { values in
      Tensor(count: inputs.count, shape: output) { outputs in
        guard let values = values.baseAddress else { return }
        for plane in 0..<inputs.count * input.channels {
          outputs[plane] =
            Float(PlaneSums.sum(values + plane * input.positions, input.positions))
            / Float(input.positions)
        }
      }
    }
    return (outputs, .none)
  }

  /// Each feature gets its share of its channel's gradient.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    let gradient = gradient
    return Tensor(count: gradient.count, shape: input) { result in
      for plane in 0..<gradient.count * input.channels {
        (result + plane * input.positions).update(
          repeating: gradient.values[plane] / Float(input.positions), count: input.positions)
      }
    }
  }

  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    linearTangent(tangent, parameters: parameters, pass: pass)
  }
}
