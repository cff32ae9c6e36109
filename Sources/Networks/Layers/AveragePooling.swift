/// The mean of each window.
public struct AveragePooling: Layer, Hashable {
  public let input: FeatureShape
  public let output: FeatureShape
  public let spec: PoolingSpec

  /// Images of a chunk.
  private static let images = 8

  /// - Throws: `ShapeError` if the window does not fit.
  public init(input: FeatureShape, spec: PoolingSpec) throws(ShapeError) {
    self.input = input
    self.spec = spec
    output = try spec.output(for: input)
  }

  public func forward(
    _ inputs: consuming Tensor, parameters: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, pass: LayerPass
  ) -> (outputs: Tensor, memory: LayerMemory) {
    let inputs = inputs
    let outputs = inputs.values.withUnsafeBufferPointer { values in
      Tensor(count: inputs.count, shape: output) { outputs in
        guard let values = values.baseAddress else { return }
        pass.work.forEachChunk(of: inputs.count, size: Self.images) { _, chunk in
          for plane in chunk.lowerBound * input.channels..<chunk.upperBound * input.channels {
            let source = values + plane * input.positions
            let target = outputs + plane * output.positions
            forEachWindow { position, rows, columns, divisor in
              var sum: Float = 0
              for row in rows {
                for column in columns { sum += source[row &* input.columns &+ column] }
              }
              target[position] = sum / divisor
            }
          }
        }
      }
    }
    return (outputs, .none)
  }

  /// Each feature of a window gets its share of the window's gradient.
  public func backward(
    _ gradient: consuming Tensor, memory: consuming LayerMemory, parameters: UnsafePointer<Float>,
    parameterGradient: UnsafeMutablePointer<Float>, needsInputGradient: Bool, pass: LayerPass
  ) -> Tensor {
    let gradient = gradient
    return Tensor(count: gradient.count, shape: input) { result in
      gradient.values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        pass.work.forEachChunk(of: gradient.count, size: Self.images) { _, chunk in
          for plane in chunk.lowerBound * input.channels..<chunk.upperBound * input.channels {
            let target = result + plane * input.positions
            let source = values + plane * output.positions
            target.update(repeating: 0, count: input.positions)
            forEachWindow { position, rows, columns, divisor in
              let share = source[position] / divisor
              for row in rows {
                for column in columns { target[row &* input.columns &+ column] += share }
              }
            }
          }
        }
      }
    }
  }

  public func tangentForward(
    _ tangent: consuming Tensor?, memory: LayerMemory, parameters: DirectedParameters,
    pass: LayerPass
  ) -> (outputs: Tensor?, memory: LayerMemory) {
    linearTangent(tangent, parameters: parameters, pass: pass)
  }

  /// Calls the body with each output position of a plane, its window and what its sum is divided by.
  @inline(__always)
  private func forEachWindow(_ body: (Int, Range<Int>, Range<Int>, Float) -> Void) {
    for outputRow in 0..<output.rows {
      let rows = spec.window(outputRow, of: input.rows)
      for outputColumn in 0..<output.columns {
        let columns = spec.window(outputColumn, of: input.columns)
        let features = spec.countsPadding ? spec.kernel * spec.kernel : rows.count * columns.count
        body(outputRow &* output.columns &+ outputColumn, rows, columns, Float(features))
      }
    }
  }
}
