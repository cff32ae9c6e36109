/// A rectifier: y = min(max(x, 0), ceiling); without a ceiling it is the usual ReLU, with one the
/// clipped ReLU of low-precision networks (ReLU6 has 6).
public struct ReLU: Layer, Hashable {
  public let input: FeatureShape
  /// Positive; nil: none.
  public let ceiling: Float?

  /// - Precondition: a ceiling is positive and finite.
  public init(input: FeatureShape, ceiling: Float? = nil) {
    precondition(ceiling.map { $0 > 0 && $0.isFinite } ?? true, "a ceiling is positive")
    self.input = input
    self.ceiling = ceiling
  }

  public var output: FeatureShape { input }

  /// Numbers of a chunk.
  private static let numbers = 1 << 15

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    var outputs = inputs
    let most = ceiling ?? .infinity
    outputs.values.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      pass.work.forEachChunk(of: outputs.count * input.count, size: Self.numbers) { _, chunk in
        for index in chunk {
          // Not a number passes, so that training stops at it.
          let value = values[index] < 0 ? 0 : values[index]
          values[index] = value > most ? most : value
        }
      }
    }
    return (outputs, pass.mode.isTraining ? LayerMemory(tensor: outputs) : .none)
  }

  /// Passes a gradient where 0 < y < ceiling.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    guard let outputs = memory.tensor else {
      preconditionFailure("backward without a training pass")
    }
    var result = gradient
    let count = result.values.count
    let most = ceiling ?? .infinity
    outputs.values.withUnsafeBufferPointer { outputs in
      result.values.withUnsafeMutableBufferPointer { result in
        guard let outputs = outputs.baseAddress, let result = result.baseAddress else { return }
        pass.work.forEachChunk(of: count, size: Self.numbers) { _, chunk in
          for index in chunk {
            let (output, gradient) = (outputs[index], result[index])
            // Two selections and no branch: signs of features cannot be predicted.
            result[index] = output > 0 ? (output < most ? gradient : 0) : 0
          }
        }
      }
    }
    return result
  }

  /// ẏ = ẋ where 0 < y < ceiling, as gradients pass.
  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    // Written over, not copied.
    guard let tangent = consume tangent else { return (nil, .none) }
    var none: Float = 0
    let outputs = backward(
      consume tangent, memory: memory, parameters: parameters.values, parameterGradient: &none,
      needsInputGradient: true, pass: pass)
    return (outputs, .none)
  }
}
