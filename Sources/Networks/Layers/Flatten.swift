/// Reads channels of rows × columns as one vector, in their order.
public struct Flatten: Layer, Hashable {
  public let input: FeatureShape

  public init(input: FeatureShape) { self.input = input }

  public var output: FeatureShape { FeatureShape(channels: input.count) }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    (inputs.reshaped(to: output), .none)
  }

  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    gradient.reshaped(to: input)
  }

  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    linearTangent(tangent, parameters: parameters, pass: pass)
  }
}
