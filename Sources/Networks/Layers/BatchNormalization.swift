/// Normalizes each channel over the batch: y = γ·(x − μ)/√(v + ε) + β.
///
/// In training μ and v are the mean and the population variance of the batch, and the running ones
/// move by `momentum` towards the mean and the sample variance; in inference the running ones are
/// used. Source: Ioffe, Szegedy, *Batch normalization*, ICML 2015; conventions of PyTorch's
/// `BatchNorm2d`.
public struct BatchNormalization: Layer, Hashable {
  public let input: FeatureShape
  public let epsilon: Float
  /// The weight of a new batch in the running statistics, 0 to 1.
  public let momentum: Float

  /// - Precondition: `epsilon` is positive, `momentum` in 0 … 1.
  public init(input: FeatureShape, epsilon: Float = 1e-5, momentum: Float = 0.1) {
    precondition(epsilon > 0 && (0...1).contains(momentum), "settings outside their range")
    self.input = input
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public var output: FeatureShape { input }

  public var parameters: [ParameterBlock] {
    [
      ParameterBlock(name: "weight", shape: [input.channels], start: .constant(1)),
      ParameterBlock(name: "bias", shape: [input.channels], start: .constant(0)),
    ]
  }

  public var statistics: [ParameterBlock] {
    [
      ParameterBlock(name: "running_mean", shape: [input.channels], start: .constant(0)),
      ParameterBlock(name: "running_var", shape: [input.channels], start: .constant(1)),
    ]
  }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    var normalized = inputs
    let count = normalized.count
    var deviations = [Float](repeating: 0, count: input.channels)
    normalized.values.withUnsafeMutableBufferPointer { values in
      deviations.withUnsafeMutableBufferPointer { deviations in
        guard let values = values.baseAddress, let deviations = deviations.baseAddress else {
          return
        }
        pass.work.forEachChunk(of: input.channels, size: 1) { channel, _ in
          var mean = statistics[channel]
          var variance = statistics[input.channels + channel]
          if pass.mode.isTraining {
            let (batchMean, batchVariance) = moments(values, channel: channel, count: count)
            (mean, variance) = (Float(batchMean), Float(batchVariance))
            let numbers = Double(count * input.positions)
            statistics[channel] += momentum * (mean - statistics[channel])
            // One number has no sample variance: the running one stays.
            if numbers > 1 {
              statistics[input.channels + channel] +=
                momentum
                * (Float(batchVariance * numbers / (numbers - 1))
                  - statistics[input.channels + channel])
            }
          }
          let scale = 1 / (variance + epsilon).squareRoot()
          deviations[channel] = scale
          forEachPlane(channel, count) { plane in
            for index in plane { values[index] = (values[index] - mean) * scale }
          }
        }
      }
    }
    var memory = LayerMemory.none
    if pass.mode.isTraining {
      memory.tensor = normalized
      memory.values = [deviations]
    }
    var outputs = normalized
    outputs.values.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      pass.work.forEachChunk(of: input.channels, size: 1) { channel, _ in
        let (weight, bias) = (parameters[channel], parameters[input.channels + channel])
        forEachPlane(channel, count) { plane in
          for index in plane { values[index] = weight * values[index] + bias }
        }
      }
    }
    return (outputs, memory)
  }

  /// With n numbers a channel and x̂ the normalized ones: ∂L/∂β = Σg, ∂L/∂γ = Σg·x̂,
  /// ∂L/∂x = γ/√(v + ε)·(g − Σg/n − x̂·Σ(g·x̂)/n).
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    guard let normalized = memory.tensor, let deviations = memory.values.first else {
      preconditionFailure("backward without a training pass")
    }
    var result = gradient
    let count = result.count
    let numbers = Double(count * input.positions)
    normalized.values.withUnsafeBufferPointer { normalized in
      result.values.withUnsafeMutableBufferPointer { values in
        guard let values = values.baseAddress, let normalized = normalized.baseAddress else {
          return
        }
        pass.work.forEachChunk(of: input.channels, size: 1) { channel, _ in
          var (sum, products) = (0.0, 0.0)
          forEachPlane(channel, count) { plane in
            sum += PlaneSums.sum(values + plane.lowerBound, plane.count)
            products += PlaneSums.products(
              values + plane.lowerBound, normalized + plane.lowerBound, plane.count)
          }
          parameterGradient[channel] = Float(products)
          parameterGradient[input.channels + channel] = Float(sum)
          let scale = parameters[channel] * deviations[channel]
          let (mean, slope) = (Float(sum / numbers), Float(products / numbers))
          forEachPlane(channel, count) { plane in
            for index in plane {
              values[index] = scale * (values[index] - mean - normalized[index] * slope)
            }
          }
        }
      }
    }
    return result
  }

  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    tangents(of: memory, pass).forward(tangent, memory: memory, parameters: parameters)
  }

  public func tangentBackward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>,
    needsInputTangent: Bool, pass: LayerPass
  ) -> Tensor {
    self.tangents(of: trace.memory, pass).backward(
      tangent, trace: trace, tangents: tangents, parameters: parameters,
      parameterTangent: parameterTangent)
  }

  private func tangents(of memory: LayerMemory, _ pass: LayerPass) -> NormalizationTangent {
    NormalizationTangent(
      shape: input, groups: nil, count: memory.tensor?.count ?? 0, work: pass.work)
  }

  /// Mean and population variance of a channel over the batch.
  private func moments(
    _ values: UnsafePointer<Float>, channel: Int, count: Int
  ) -> (mean: Double, variance: Double) {
    let numbers = Double(count * input.positions)
    var sum = 0.0
    forEachPlane(channel, count) { sum += PlaneSums.sum(values + $0.lowerBound, $0.count) }
    let mean = sum / numbers
    var squares = 0.0
    forEachPlane(channel, count) {
      squares += PlaneSums.squares(values + $0.lowerBound, $0.count, around: mean)
    }
    return (mean, squares / numbers)
  }

  /// Calls the body with the places of a channel in each example.
  @inline(__always)
  private func forEachPlane(_ channel: Int, _ count: Int, _ body: (Range<Int>) -> Void) {
    for example in 0..<count {
      let start = (example &* input.channels &+ channel) &* input.positions
      body(start..<start + input.positions)
    }
  }
}
