import Foundation

/// A multi-layer perceptron in double precision, one example at a time, with loops only: what
/// float networks and their gradients are compared with.
public struct NaiveDenseNetwork {
  public var layers: [Layer]

  public struct Layer {
    public let inputCount: Int
    public let outputCount: Int
    /// K × N, row-major.
    public var weights: [Double]
    public var bias: [Double]

    public init(inputCount: Int, outputCount: Int, weights: [Double], bias: [Double]) {
      self.inputCount = inputCount
      self.outputCount = outputCount
      self.weights = weights
      self.bias = bias
    }
  }

  public init(layers: [Layer]) { self.layers = layers }

  /// A perceptron from parameters layer by layer, weights [output][input], then biases.
  public init(sizes: [Int], parameters: [Float]) {
    self.init(sizes: sizes, parameters: parameters.map(Double.init))
  }

  /// A perceptron from parameters in the same order.
  public init(sizes: [Int], parameters: [Double]) {
    var rest = parameters[...]
    layers = zip(sizes, sizes.dropFirst()).map { inputs, outputs in
      let weights = Array(rest.prefix(inputs * outputs))
      let bias = Array(rest.dropFirst(inputs * outputs).prefix(outputs))
      rest = rest.dropFirst(inputs * outputs + outputs)
      return Layer(
        inputCount: inputs, outputCount: outputs,
        weights: (0..<inputs * outputs).map { weights[$0 % outputs * inputs + $0 / outputs] },
        bias: bias)
    }
  }

  /// The logits of one example.
  public func logits(_ inputs: [Double]) -> [Double] {
    var values = inputs
    for (index, layer) in layers.enumerated() {
      var outputs = layer.bias
      for k in 0..<layer.inputCount {
        for n in 0..<layer.outputCount {
          outputs[n] += values[k] * layer.weights[k * layer.outputCount + n]
        }
      }
      values = index == layers.count - 1 ? outputs : outputs.map { max(0, $0) }
    }
    return values
  }

  /// The mean cross-entropy of softmax(scale · logits) over a batch.
  public func loss(inputs: [[Double]], labels: [UInt8], scale: Double) -> Double {
    let losses = zip(inputs, labels).map { input, label in
      Self.crossEntropy(logits: logits(input), label: Int(label), scale: scale)
    }
    return losses.reduce(0, +) / Double(labels.count)
  }

  /// −ln softmax(scale · logits)[label].
  public static func crossEntropy(logits: [Double], label: Int, scale: Double) -> Double {
    log(logits.reduce(0) { $0 + exp(scale * ($1 - logits[label])) })
  }
}
