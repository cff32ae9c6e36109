import Networks
import QuantizedNetworks

/// The gradient of the loss with respect to one layer's parameters.
public struct LayerGradient: Hashable, Sendable {
  /// K × N, row-major.
  public var weights: [Float]
  /// N values.
  public var bias: [Float]

  /// Backward through y = x·W + b, for the gradient `output` of y: ∂L/∂W = xᵀ·output, and ∂L/∂b the
  /// sums of its columns, added up from the first row to the last.
  ///
  /// - Parameters:
  ///   - inputs: x, M × K.
  ///   - output: M × N.
  init(inputs: FloatMatrix, output: FloatMatrix) {
    weights = FloatMatrix.product(inputs, output, transposingLeft: true).values
    bias = [Float](repeating: 0, count: output.columns)
    for row in 0..<output.rows {
      let start = row * output.columns
      for column in 0..<output.columns { bias[column] += output.values[start + column] }
    }
  }

  /// The mean of two gradients of one layer.
  static func mean(_ first: LayerGradient, _ second: LayerGradient) -> LayerGradient {
    var mean = first
    for index in mean.weights.indices {
      mean.weights[index] = (first.weights[index] + second.weights[index]) / 2
    }
    for index in mean.bias.indices {
      mean.bias[index] = (first.bias[index] + second.bias[index]) / 2
    }
    return mean
  }
}
