import Networks
import Randomness

/// A fully connected layer in floating point: y = x·W + b.
public struct DenseLayer: Hashable, Sendable {
  public let inputCount: Int
  public let outputCount: Int
  /// K × N, row-major: one row for each input.
  public var weights: [Float]
  public var bias: [Float]

  /// - Precondition: positive sizes; `inputCount` × `outputCount` weights, `outputCount` biases.
  public init(inputCount: Int, outputCount: Int, weights: [Float], bias: [Float]) {
    precondition(inputCount > 0 && outputCount > 0, "a layer has inputs and outputs")
    precondition(weights.count == inputCount * outputCount && bias.count == outputCount)
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.weights = weights
    self.bias = bias
  }

  /// The largest |w|, 0 or more.
  public var weightRange: Float { weights.reduce(0) { max($0, abs($1)) } }
}

/// A multi-layer perceptron in floating point: dense layers with ReLU between them; the last gives
/// the logits. It holds the master weights that training moves.
public struct DenseNetwork: Hashable, Sendable {
  public var layers: [DenseLayer]

  /// - Precondition: at least one layer; each takes what the one before gives.
  public init(layers: [DenseLayer]) {
    precondition(!layers.isEmpty, "a network has layers")
    precondition(zip(layers, layers.dropFirst()).allSatisfy { $0.outputCount == $1.inputCount })
    self.layers = layers
  }

  /// A network with random weights: normal, standard deviation √(2/K); biases zero.
  ///
  /// Layer l draws from the stream (seed, `.weightInitialization`, l). Source: He, Zhang, Ren, Sun,
  /// *Delving deep into rectifiers*, ICCV 2015, equation 10.
  ///
  /// - Parameter sizes: inputs, hidden units, and so on to the classes: at least two, all positive.
  public init(sizes: [Int], seed: UInt64) {
    precondition(sizes.count >= 2, "a network has inputs and outputs")
    self.init(
      layers: zip(sizes, sizes.dropFirst()).enumerated().map { index, size in
        var stream = RandomStream(
          seed: seed, purpose: .weightInitialization, index: UInt64(index))
        let deviation = (2 / Double(size.0)).squareRoot()
        return DenseLayer(
          inputCount: size.0, outputCount: size.1,
          weights: (0..<size.0 * size.1).map { _ in Float(deviation * stream.nextNormal()) },
          bias: [Float](repeating: 0, count: size.1))
      })
  }

  public var inputCount: Int { layers[0].inputCount }
  public var outputCount: Int { layers[layers.count - 1].outputCount }

  /// Whether no weight and no bias is infinite or not a number.
  public var isFinite: Bool {
    layers.allSatisfy { layer in
      // 0·x is 0 for every finite x, and not a number for the others.
      layer.weights.reduce(0) { $0 + 0 * $1 } == 0 && layer.bias.reduce(0) { $0 + 0 * $1 } == 0
    }
  }

  /// What each layer gives for a batch: after ReLU for hidden layers, the logits for the last.
  ///
  /// - Parameter inputs: one row of `inputCount` values for each example.
  public func forward(_ inputs: FloatMatrix) -> [FloatMatrix] {
    precondition(inputs.columns == inputCount, "inputs do not fit the first layer")
    var outputs: [FloatMatrix] = []
    for (index, layer) in layers.enumerated() {
      let weights = FloatMatrix(
        rows: layer.inputCount, columns: layer.outputCount, values: layer.weights)
      var output = FloatMatrix.product(outputs.last ?? inputs, weights)
      let lowest: Float = index == layers.count - 1 ? -.infinity : 0
      for row in 0..<output.rows {
        let start = row * layer.outputCount
        for column in 0..<layer.outputCount {
          output.values[start + column] = max(
            lowest, output.values[start + column] + layer.bias[column])
        }
      }
      outputs.append(output)
    }
    return outputs
  }

  /// The largest output of each hidden layer over these inputs: the ranges that its 8-bit
  /// activations have to cover.
  public func hiddenRanges(for inputs: FloatMatrix) -> [Float] {
    forward(inputs).dropLast().map { $0.values.reduce(0, max) }
  }
}
