/// The tangents of batch and group normalization, which differ in what is normalized together.
///
/// For a set of n numbers with mean μ, variance v and d = 1/√(v + ε): x̂ = (x − μ)·d, y = γ·x̂ + β and,
/// with h = γ·g, ∂L/∂x = d·(h − Σh/n − x̂·Σ(h·x̂)/n). Derived along a direction, with Σ over the set:
/// x̂̇ = d·(ẋ − Σẋ/n − x̂·Σ(ẋ·x̂)/n), ḋ = −d²·Σ(ẋ·x̂)/n.
struct NormalizationTangent {
  let shape: FeatureShape
  /// Of an example's channels, each normalized by itself; nil: a channel over the batch.
  let groups: Int?
  /// Examples.
  let count: Int
  let work: ChunkedWork

  /// Sets of a chunk.
  private var chunk: Int { groups.map { 8 * $0 } ?? 1 }
  private var sets: Int { groups.map { $0 * count } ?? shape.channels }
  /// Numbers of a set.
  private var size: Int { groups.map { shape.count / $0 } ?? count * shape.positions }

  /// ẏ = γ̇·x̂ + γ·x̂̇ + β̇, and x̂̇ and ḋ to be kept.
  func forward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    let (normalized, deviations) = Self.kept(of: memory)
    var tangents = LayerMemory.none
    if let tangent {
      let moved = normalize(tangent, normalized, deviations)
      tangents.tensor = moved.normalized
      tangents.values = [moved.deviations]
    }
    let channels = shape.channels
    let outputs = normalized.withBase { normalized in
      Tensor.withBase(of: tangents.tensor) { moved in
        Tensor(count: count, shape: shape) { outputs in
          work.forEachChunk(of: channels, size: 1) { channel, _ in
            let slope = parameters.values[channel]
            let (weight, bias) = (
              parameters.direction[channel], parameters.direction[channels + channel]
            )
            for example in 0..<count {
              let plane = plane(example, channel)
              for index in plane { outputs[index] = weight * normalized[index] + bias }
              if let moved { for index in plane { outputs[index] += slope * moved[index] } }
            }
          }
        }
      }
    }
    return (outputs, tangents)
  }

  private func normalize(
    _ tangent: consuming Tensor, _ normalized: Tensor, _ deviations: [Float]
  ) -> (normalized: Tensor, deviations: [Float]) {
    var moved = tangent
    var rates = [Float](repeating: 0, count: sets)
    moved.values.withUnsafeMutableBufferPointer { moved in
      rates.withUnsafeMutableBufferPointer { rates in
        normalized.withBase { normalized in
          guard let moved = moved.baseAddress, let rates = rates.baseAddress else { return }
          work.forEachChunk(of: sets, size: chunk) { _, chunk in
            for set in chunk {
              let (sum, products) = (sum(moved, set), self.products(moved, normalized, set))
              let (mean, slope) = (Float(sum / Double(size)), Float(products / Double(size)))
              let deviation = deviations[set]
              rates[set] = -deviation * deviation * slope
              forEachRange(set) { range in
                for index in range {
                  moved[index] = deviation * (moved[index] - mean - normalized[index] * slope)
                }
              }
            }
          }
        }
      }
    }
    return (moved, rates)
  }

  /// ġ of the inputs: d·(ḣ − Σḣ/n − x̂·Σ(ḣ·x̂ + h·x̂̇)/n − x̂̇·Σ(h·x̂)/n) + ḋ·(h − Σh/n − x̂·Σ(h·x̂)/n)
  /// with ḣ = γ̇·g + γ·ġ; of the parameters: Σġ·x̂ + g·x̂̇ for γ and Σġ for β, over the batch.
  func backward(
    _ tangent: consuming Tensor, trace: LayerTrace, tangents: LayerMemory,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>
  ) -> Tensor {
    let (normalized, deviations) = Self.kept(of: trace.memory)
    guard var scaled = trace.gradient else {
      preconditionFailure("a tangent without a traced pass")
    }
    var result = tangent
    result.values.withUnsafeMutableBufferPointer { result in
      scaled.values.withUnsafeMutableBufferPointer { scaled in
        normalized.withBase { normalized in
          Tensor.withBase(of: tangents.tensor) { moved in
            guard let result = result.baseAddress, let scaled = scaled.baseAddress else { return }
            work.forEachChunk(of: shape.channels, size: 1) { channel, _ in
              scale(
                result, scaled, normalized, moved, channel: channel, parameters: parameters,
                parameterTangent: parameterTangent)
            }
            work.forEachChunk(of: sets, size: chunk) { _, chunk in
              for set in chunk {
                differentiate(
                  result, scaled, normalized, moved, set: set, deviation: deviations[set],
                  rate: tangents.values.first?[set] ?? 0)
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The parameters' tangents; then g becomes h = γ·g and ġ becomes ḣ.
  private func scale(
    _ tangent: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>,
    _ normalized: UnsafePointer<Float>, _ moved: UnsafePointer<Float>?, channel: Int,
    parameters: DirectedParameters, parameterTangent: UnsafeMutablePointer<Float>
  ) {
    let (weight, rate) = (parameters.values[channel], parameters.direction[channel])
    var (sum, products) = (0.0, 0.0)
    for example in 0..<count {
      let plane = plane(example, channel)
      let start = plane.lowerBound
      sum += PlaneSums.sum(tangent + start, plane.count)
      products += PlaneSums.products(tangent + start, normalized + start, plane.count)
      if let moved {
        products += PlaneSums.products(gradient + start, moved + start, plane.count)
      }
      for index in plane {
        tangent[index] = rate * gradient[index] + weight * tangent[index]
        gradient[index] *= weight
      }
    }
    parameterTangent[channel] = Float(products)
    parameterTangent[shape.channels + channel] = Float(sum)
  }

  private func differentiate(
    _ tangent: UnsafeMutablePointer<Float>, _ scaled: UnsafePointer<Float>,
    _ normalized: UnsafePointer<Float>, _ moved: UnsafePointer<Float>?, set: Int,
    deviation: Float, rate: Float
  ) {
    let numbers = Double(size)
    let mean = Float(sum(tangent, set) / numbers)
    guard let moved else {
      let slope = Float(products(tangent, normalized, set) / numbers)
      forEachRange(set) { range in
        for index in range {
          tangent[index] = deviation * (tangent[index] - mean - normalized[index] * slope)
        }
      }
      return
    }
    let slope = Float(
      (products(tangent, normalized, set) + products(scaled, moved, set)) / numbers)
    let scaledMean = Float(sum(scaled, set) / numbers)
    let scaledSlope = Float(products(scaled, normalized, set) / numbers)
    forEachRange(set) { range in
      for index in range {
        let still = scaled[index] - scaledMean - normalized[index] * scaledSlope
        let moving =
          tangent[index] - mean - normalized[index] * slope - moved[index] * scaledSlope
        tangent[index] = deviation * moving + rate * still
      }
    }
  }

  private static func kept(of memory: LayerMemory) -> (normalized: Tensor, deviations: [Float]) {
    guard let normalized = memory.tensor, let deviations = memory.values.first else {
      preconditionFailure("a tangent without a training pass")
    }
    return (normalized, deviations)
  }

  private func sum(_ x: UnsafePointer<Float>, _ set: Int) -> Double {
    var sum = 0.0
    forEachRange(set) { sum += PlaneSums.sum(x + $0.lowerBound, $0.count) }
    return sum
  }

  private func products(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ set: Int
  ) -> Double {
    var sum = 0.0
    forEachRange(set) {
      sum += PlaneSums.products(x + $0.lowerBound, y + $0.lowerBound, $0.count)
    }
    return sum
  }

  /// Calls the body with the places of a set, consecutive ones at once.
  @inline(__always)
  private func forEachRange(_ set: Int, _ body: (Range<Int>) -> Void) {
    if groups != nil {
      body(set * size..<(set + 1) * size)
    } else {
      for example in 0..<count { body(plane(example, set)) }
    }
  }

  @inline(__always)
  private func plane(_ example: Int, _ channel: Int) -> Range<Int> {
    let start = (example &* shape.channels &+ channel) &* shape.positions
    return start..<start + shape.positions
  }
}
