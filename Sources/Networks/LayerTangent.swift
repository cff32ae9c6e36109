/// How a layer's passes change when its inputs and parameters move along a direction: the operator R
/// of Pearlmutter, *Fast exact multiplication by the Hessian*, Neural Computation 6(1), 1994.
///
/// A dot stands for the derivative along the direction. Piecewise linear layers have no second
/// derivative where they have a first one: dots pass as gradients do.
public protocol TangentLayer: Sendable {
  /// A backward pass that also keeps what `tangentBackward` needs of it; the arguments are those of
  /// `backward`.
  func tracedBackward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> (inputs: Tensor, trace: LayerTrace)

  /// ẏ of the outputs, and what `tangentBackward` needs of this pass.
  ///
  /// - Parameters:
  ///   - tangent: ẋ of the inputs; nil: 0, as of a network's inputs.
  ///   - memory: of the training pass.
  ///   - parameters: of this layer, and their direction.
  /// - Returns: nil for 0.
  func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory)

  /// The dot of the gradient by the inputs, for that of the gradient by the outputs.
  ///
  /// - Parameters:
  ///   - tangent: of the shape `output`.
  ///   - trace: of the training pass.
  ///   - tangents: of `tangentForward`.
  ///   - parameterTangent: room for the dot of the gradient by the parameters: overwritten.
  ///   - needsInputTangent: false for the first layer: it may return any tensor then.
  func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor
}

/// The parameters of a layer and the direction in which they move, number by number.
public struct DirectedParameters {
  public let values: UnsafePointer<Float>
  public let direction: UnsafePointer<Float>

  public init(values: UnsafePointer<Float>, direction: UnsafePointer<Float>) {
    self.values = values
    self.direction = direction
  }

  /// Those that stand `offset` numbers later.
  func advanced(by offset: Int) -> DirectedParameters {
    DirectedParameters(values: values + offset, direction: direction + offset)
  }
}

/// What second derivatives need of a layer's training pass.
public struct LayerTrace: Sendable {
  public let memory: LayerMemory
  /// Of the loss by the outputs; nil where a layer does without.
  public let gradient: Tensor?
  /// Of the layers within, one list a branch.
  public let branches: [[LayerTrace]]

  public init(memory: LayerMemory, gradient: Tensor?, branches: [[LayerTrace]] = []) {
    self.memory = memory
    self.gradient = gradient
    self.branches = branches
  }
}

extension Layer {
  public func tracedBackward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> (inputs: Tensor, trace: LayerTrace) {
    // A layer without parameters may write over its only copy.
    let trace = LayerTrace(
      memory: memory, gradient: self.parameters.isEmpty ? nil : copy gradient)
    let inputs = backward(
      consume gradient, memory: trace.memory, parameters: parameters,
      parameterGradient: parameterGradient, needsInputGradient: needsInputGradient, pass: pass)
    return (inputs, trace)
  }

  /// Of a layer without parameters whose Jacobian does not move: its transpose, once more.
  public func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor {
    backward(
      tangent, memory: trace.memory, parameters: parameters.values,
      parameterGradient: parameterTangent, needsInputGradient: needsInputTangent, pass: pass)
  }

  /// ẏ of a layer that is linear in its inputs and has neither parameters nor statistics.
  func linearTangent(
    _ tangent: consuming Tensor?, parameters: DirectedParameters, pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    guard let tangent else { return (nil, .none) }
    precondition(parameterCount == 0 && statisticCount == 0, "a layer with numbers of its own")
    var none: Float = 0
    return withUnsafeMutablePointer(to: &none) { none in
      (forward(tangent, parameters: parameters.values, statistics: none, pass: pass).outputs, .none)
    }
  }
}

extension Tensor {
  /// - Precondition: a tensor that is not empty.
  func withBase<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress, !values.isEmpty else {
        preconditionFailure("an empty batch")
      }
      return body(base)
    }
  }

  /// The base of a tensor, or nil of none.
  static func withBase<Result>(
    of tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result
  ) -> Result {
    guard let tensor else { return body(nil) }
    return tensor.withBase { body($0) }
  }
}
