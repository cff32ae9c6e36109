/// Normalizes groups of channels of each example: y = γ·(x − μ)/√(v + ε) + β, with mean and population
/// variance over a group, and γ and β a channel.
///
/// It knows no batch, so training and inference are the same. Source: Wu, He, *Group normalization*,
/// ECCV 2018; conventions of PyTorch's `GroupNorm`.
public struct GroupNormalization: Layer, Hashable {
  public let input: FeatureShape
  public let groups: Int
  public let epsilon: Float

  /// Examples of a chunk.
  private static let examples = 8

  /// - Throws: `ShapeError` if the groups do not divide the channels.
  /// - Precondition: `epsilon` is positive.
  public init(input: FeatureShape, groups: Int, epsilon: Float = 1e-5) throws(ShapeError) {
    precondition(epsilon > 0, "epsilon is positive")
    guard groups > 0, input.channels.isMultiple(of: groups) else {
      throw ShapeError("\(groups) groups do not divide \(input.channels) channels")
    }
    self.input = input
    self.groups = groups
    self.epsilon = epsilon
  }

  public var output: FeatureShape { input }

  public var parameters: [ParameterBlock] {
    [
      ParameterBlock(name: "weight", shape: [input.channels], start: .constant(1)),
      ParameterBlock(name: "bias", shape: [input.channels], start: .constant(0)),
    ]
  }

  /// Numbers of a group.
  private var size: Int { input.count / groups }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    var normalized = inputs
    let count = normalized.count
    var deviations = [Float](repeating: 0, count: count * groups)
    normalized.values.withUnsafeMutableBufferPointer { values in
      deviations.withUnsafeMutableBufferPointer { deviations in
        guard let values = values.baseAddress, let deviations = deviations.baseAddress else {
          return
        }
        pass.work.forEachChunk(of: count, size: Self.examples) { _, chunk in
          for group in chunk.lowerBound * groups..<chunk.upperBound * groups {
            let numbers = values + group * size
            let mean = PlaneSums.sum(numbers, size) / Double(size)
            let variance = PlaneSums.squares(numbers, size, around: mean) / Double(size)
            let scale = 1 / (Float(variance) + epsilon).squareRoot()
            deviations[group] = scale
            let center = Float(mean)
            for index in 0..<size { numbers[index] = (numbers[index] - center) * scale }
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
      pass.work.forEachChunk(of: count, size: Self.examples) { _, chunk in
        for example in chunk {
          for channel in 0..<input.channels {
            let (weight, bias) = (parameters[channel], parameters[input.channels + channel])
            for index in plane(example, channel) { values[index] = weight * values[index] + bias }
          }
        }
      }
    }
    return (outputs, memory)
  }

  /// With h = γ·g, n numbers a group and x̂ the normalized ones: ∂L/∂β = Σg, ∂L/∂γ = Σg·x̂,
  /// ∂L/∂x = (h − Σh/n − x̂·Σ(h·x̂)/n)/√(v + ε).
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    guard let normalized = memory.tensor, let deviations = memory.values.first else {
      preconditionFailure("backward without a training pass")
    }
    var result = gradient
    let count = result.count
    normalized.values.withUnsafeBufferPointer { normalized in
      result.values.withUnsafeMutableBufferPointer { values in
        guard let values = values.baseAddress, let normalized = normalized.baseAddress else {
          return
        }
        pass.work.forEachChunk(of: input.channels, size: 1) { channel, _ in
          var (sum, products) = (0.0, 0.0)
          for example in 0..<count {
            let plane = plane(example, channel)
            sum += PlaneSums.sum(values + plane.lowerBound, plane.count)
            products += PlaneSums.products(
              values + plane.lowerBound, normalized + plane.lowerBound, plane.count)
          }
          parameterGradient[channel] = Float(products)
          parameterGradient[input.channels + channel] = Float(sum)
        }
        pass.work.forEachChunk(of: count, size: Self.examples) { _, chunk in
          for example in chunk {
            for channel in 0..<input.channels {
              for index in plane(example, channel) { values[index] *= parameters[channel] }
            }
          }
          for group in chunk.lowerBound * groups..<chunk.upperBound * groups {
            let (numbers, ofGroup) = (values + group * size, normalized + group * size)
            let mean = Float(PlaneSums.sum(numbers, size) / Double(size))
            let slope = Float(PlaneSums.products(numbers, ofGroup, size) / Double(size))
            for index in 0..<size {
              numbers[index] =
                deviations[group] * (numbers[index] - mean - ofGroup[index] * slope)
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
      shape: input, groups: groups, count: memory.tensor?.count ?? 0, work: pass.work)
  }

  @inline(__always)
  private func plane(_ example: Int, _ channel: Int) -> Range<Int> {
    let start = (example &* input.channels &+ channel) &* input.positions
    return start..<start + input.positions
  }
}
