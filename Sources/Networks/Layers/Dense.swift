/// A fully connected layer: y = x·Wᵀ + b.
///
/// `weight` is outputs × inputs, `bias` has a number for each output, as in PyTorch's `Linear`.
public struct Dense: Layer, Hashable {
  public let input: FeatureShape
  public let output: FeatureShape
  public let hasBias: Bool

  /// Examples of a chunk forward and backward, and outputs of a chunk of the weights' gradient.
  private static let (examples, outputs) = (32, 64)

  /// - Parameter input: all its features are read, in their order.
  public init(input: FeatureShape, outputs: Int, hasBias: Bool = true) {
    self.input = input
    output = FeatureShape(channels: outputs)
    self.hasBias = hasBias
  }

  public var parameters: [ParameterBlock] {
    let weight = ParameterBlock(
      name: "weight", shape: [output.count, input.count], start: .normal(inputs: input.count))
    return hasBias
      ? [weight, ParameterBlock(name: "bias", shape: [output.count], start: .constant(0))]
      : [weight]
  }

  public var keepsOnlyInputs: Bool { true }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let (k, n) = (input.count, output.count)
    let bias = parameters + k * n
    let outputs = inputs.values.withUnsafeBufferPointer { values in
      Tensor(count: inputs.count, shape: output) { outputs in
        guard let values = values.baseAddress else { return }
        pass.work.forEachChunk(of: inputs.count, size: Self.examples) { _, chunk in
          let rows = outputs + chunk.lowerBound * n
          if hasBias {
            for row in 0..<chunk.count { (rows + row * n).update(from: bias, count: n) }
          }
          FloatProduct.multiply(
            values + chunk.lowerBound * k, parameters, into: rows, m: chunk.count, k: k, n: n,
            transposingRight: true, adding: hasBias)
        }
      }
    }
    return (outputs, pass.mode.isTraining ? LayerMemory(tensor: inputs) : .none)
  }

  /// ∂L/∂W = gᵀ·x, ∂L/∂b the sums of g over the examples in their order, ∂L/∂x = g·W.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    guard let inputs = memory.tensor, gradient.count > 0 else {
      preconditionFailure("backward without a training pass")
    }
    let (k, n, count) = (input.count, output.count, gradient.count)
    return gradient.values.withUnsafeBufferPointer { gradient in
      inputs.values.withUnsafeBufferPointer { inputs in
        guard let gradient = gradient.baseAddress, let inputs = inputs.baseAddress else {
          preconditionFailure("an empty batch")
        }
        pass.work.forEachChunk(of: n, size: Self.outputs) { _, chunk in
          FloatProduct.multiply(
            gradient + chunk.lowerBound, inputs, into: parameterGradient + chunk.lowerBound * k,
            m: chunk.count, k: count, n: k, transposingLeft: true, leftStride: n)
        }
        if hasBias {
          let bias = parameterGradient + k * n
          bias.update(repeating: 0, count: n)
          for example in 0..<count {
            for output in 0..<n { bias[output] += gradient[example &* n &+ output] }
          }
        }
        guard needsInputGradient else { return Tensor(count: 0, shape: input, values: []) }
        return Tensor(count: count, shape: input) { result in
          pass.work.forEachChunk(of: count, size: Self.examples) { _, chunk in
            FloatProduct.multiply(
              gradient + chunk.lowerBound * n, parameters, into: result + chunk.lowerBound * k,
              m: chunk.count, k: n, n: k)
          }
        }
      }
    }
  }

  /// ẏ = ẋ·Wᵀ + x·Ẇᵀ + ḃ. Keeps ẋ.
  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    guard let inputs = memory.tensor else {
      preconditionFailure("a tangent without a training pass")
    }
    let tangent = tangent
    let (k, n) = (input.count, output.count)
    let bias = parameters.direction + k * n
    let outputs = inputs.withBase { values in
      Tensor.withBase(of: tangent) { tangent in
        Tensor(count: inputs.count, shape: output) { outputs in
          pass.work.forEachChunk(of: inputs.count, size: Self.examples) { _, chunk in
            let (first, rows) = (chunk.lowerBound * k, outputs + chunk.lowerBound * n)
            if hasBias {
              for row in 0..<chunk.count { (rows + row * n).update(from: bias, count: n) }
            }
            FloatProduct.multiply(
              values + first, parameters.direction, into: rows, m: chunk.count, k: k, n: n,
              transposingRight: true, adding: hasBias)
            if let tangent {
              FloatProduct.multiply(
                tangent + first, parameters.values, into: rows, m: chunk.count, k: k, n: n,
                transposingRight: true, adding: true)
            }
          }
        }
      }
    }
    return (outputs, LayerMemory(tensor: tangent))
  }

  /// With ġ for the dot of g: ġᵀ·x + gᵀ·ẋ by W, the sums of ġ by b, ġ·W + g·Ẇ by x.
  public func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor {
    guard let gradient = trace.gradient else {
      preconditionFailure("a tangent without a traced pass")
    }
    let (k, n, count) = (input.count, output.count, gradient.count)
    // The transpose of the layer, applied to ġ, is its backward pass; the rest is added.
    var result = backward(
      tangent, memory: trace.memory, parameters: parameters.values,
      parameterGradient: parameterTangent, needsInputGradient: needsInputTangent, pass: pass)
    gradient.withBase { gradient in
      if let inputs = tangents.tensor {
        inputs.withBase { inputs in
          pass.work.forEachChunk(of: n, size: Self.outputs) { _, chunk in
            FloatProduct.multiply(
              gradient + chunk.lowerBound, inputs, into: parameterTangent + chunk.lowerBound * k,
              m: chunk.count, k: count, n: k, transposingLeft: true, adding: true, leftStride: n)
          }
        }
      }
      guard needsInputTangent else { return }
      result.values.withUnsafeMutableBufferPointer { result in
        guard let result = result.baseAddress else { return }
        pass.work.forEachChunk(of: count, size: Self.examples) { _, chunk in
          FloatProduct.multiply(
            gradient + chunk.lowerBound * n, parameters.direction,
            into: result + chunk.lowerBound * k, m: chunk.count, k: n, n: k, adding: true)
        }
      }
    }
    return result
  }
}
