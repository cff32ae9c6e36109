import ErrorTables
import Foundation
import Networks
import QuantizedNetworks
import Randomness
import TableArithmetic
import TestSupport
import Testing

@testable import Training

@Suite struct GradientTests {
  @Test("the gradient of the cross-entropy is its central difference", arguments: [1, 0.5, 4])
  func crossEntropy(scale: Float) {
    var random = RandomStream(seed: 1, purpose: .test)
    let logits = FloatMatrix(
      rows: 5, columns: 4, values: (0..<20).map { _ in Float(2 * random.nextNormal()) })
    let labels: [UInt8] = [0, 3, 1, 1, 2]
    func loss(_ values: [Double]) -> Double {
      (0..<5).reduce(0) { sum, row in
        sum
          + NaiveDenseNetwork.crossEntropy(
            logits: Array(values[row * 4..<row * 4 + 4]), label: Int(labels[row]),
            scale: Double(scale)) / 5
      }
    }
    let values = logits.values.map(Double.init)
    let result = SoftmaxCrossEntropy.lossAndGradient(
      logits: logits, labels: labels[...], scale: scale)
    #expect(abs(result.loss - loss(values)) < 1e-6)
    for index in values.indices {
      var (above, below) = (values, values)
      above[index] += 1e-5
      below[index] -= 1e-5
      let difference = (loss(above) - loss(below)) / 2e-5
      #expect(abs(Double(result.gradient.values[index]) - difference) < 1e-6)
    }
  }

  @Test("a network's gradient by each parameter is its central difference in double precision")
  func network() {
    let network = Self.network
    let inputs = Self.inputs
    let naive = Self.naive(network)
    let rows = (0..<6).map { row in inputs.values[row * 5..<row * 5 + 5].map(Double.init) }
    let result = network.lossAndGradient(
      inputs: inputs, labels: Self.labels[...], logitScale: 2)
    let loss = { (naive: NaiveDenseNetwork) in
      naive.loss(inputs: rows, labels: Self.labels, scale: 2)
    }
    #expect(abs(result.loss - loss(naive)) < 1e-6)
    for (index, layer) in network.layers.enumerated() {
      for weight in layer.weights.indices {
        let difference = naive.difference(of: \.layers[index].weights[weight], loss: loss)
        #expect(abs(Double(result.gradient[index].weights[weight]) - difference) < 1e-5)
      }
      for output in layer.bias.indices {
        let difference = naive.difference(of: \.layers[index].bias[output], loss: loss)
        #expect(abs(Double(result.gradient[index].bias[output]) - difference) < 1e-5)
      }
    }
  }

  @Test("the straight-through gradient is the chain rule over the operands as read")
  func straightThrough() {
    let network = Self.network
    let inputs = Self.inputs.values.map { UInt8(255 * $0) }
    let real = FloatMatrix(activations: inputs, columns: 5)
    // Ranges below what the data reach, so that some activations are clamped above.
    let ranges = network.hiddenRanges(for: real).map { 0.6 * $0 }
    let quantized = QuantizedNetwork(quantizing: network, hiddenRanges: ranges)
    var stream = RandomStream(seed: 3, purpose: .trainingMemoryFaults)
    let hardware = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: .exact(widthA: 8, widthB: 8)),
      weightFaults: MemoryFaultMap.freshMasks(
        words: quantized.weightWords, probability: 0.05, stream: &stream),
      activationFaults: MemoryFaultMap.freshMasks(words: 30, probability: 0.05, stream: &stream))
    let passes = quantized.passes(inputs: inputs, count: 6, on: hardware)
    let result = quantized.lossAndGradient(of: passes, labels: Self.labels[...], logitScale: 2)

    var clamped = 0
    var expected = quantized.layers.map { [Double](repeating: 0, count: $0.weights.count) }
    for vector in 0..<6 {
      let last = quantized.layers.count - 1
      let logits = (0..<3).map {
        Double(passes[last].sums[vector * 3 + $0]) * quantized.layers[last].sumScale
      }
      var output = (0..<3).map { label in
        let probability = exp(2 * logits[label]) / logits.reduce(0) { $0 + exp(2 * $1) }
        return 2 * (probability - (label == Int(Self.labels[vector]) ? 1 : 0)) / 6
      }
      for index in quantized.layers.indices.reversed() {
        let (layer, pass) = (quantized.layers[index], passes[index])
        var input = [Double](repeating: 0, count: layer.inputCount)
        for k in 0..<layer.inputCount {
          let activation = Double(pass.inputs[vector * layer.inputCount + k]) * layer.inputScale
          for n in 0..<layer.outputCount {
            let weight = k * layer.outputCount + n
            expected[index][weight] += activation * output[n]
            input[k] += (Double(pass.weights[weight]) - 128) * layer.weightScale * output[n]
          }
          guard index > 0 else { continue }
          let before = quantized.layers[index - 1]
          let sum = passes[index - 1].sums[vector * layer.inputCount + k]
          let scaled = before.requantization.map { $0.scaled(sum) } ?? 0
          if scaled > 255 { clamped += 1 }
          if sum <= 0 || scaled > 255 { input[k] = 0 }
        }
        output = input
      }
    }
    #expect(clamped > 0)
    for (gradient, expected) in zip(result.gradient, expected) {
      for (value, exact) in zip(gradient.weights, expected) {
        #expect(abs(Double(value) - exact) < 1e-5)
      }
    }
  }

  @Test("without errors the straight-through gradient points where the float gradient does")
  func straightThroughDirection() {
    let network = Self.network
    let inputs = Self.inputs.values.map { UInt8(255 * $0) }
    let real = FloatMatrix(activations: inputs, columns: 5)
    let quantized = QuantizedNetwork(
      quantizing: network, hiddenRanges: network.hiddenRanges(for: real))
    let hardware = InferenceHardware(
      arithmetic: TableMatrixMultiplication(table: .exact(widthA: 8, widthB: 8)))
    let integer = quantized.lossAndGradient(
      of: quantized.passes(inputs: inputs, count: 6, on: hardware), labels: Self.labels[...],
      logitScale: 1)
    let float = network.lossAndGradient(inputs: real, labels: Self.labels[...], logitScale: 1)
    #expect(abs(integer.loss - float.loss) < 0.01)
    for (a, b) in zip(integer.gradient, float.gradient) {
      func dot(_ x: [Float], _ y: [Float]) -> Float { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
      let cosine =
        dot(a.weights, b.weights)
        / (dot(a.weights, a.weights) * dot(b.weights, b.weights)).squareRoot()
      #expect(cosine > 0.999)
    }
  }

  @Test("two steps of Adam are those of its definition")
  func adam() {
    var network = DenseNetwork(layers: [
      DenseLayer(inputCount: 1, outputCount: 1, weights: [1], bias: [0])
    ])
    var optimizer = Adam(for: network)
    var (first, second, weight) = (0.0, 0.0, 1.0)
    for (step, g) in [0.5, -0.25].enumerated() {
      let gradient = LayerGradient(
        inputs: FloatMatrix(rows: 1, columns: 1, values: [Float(g)]),
        output: FloatMatrix(rows: 1, columns: 1, values: [1]))
      optimizer.step(&network, gradient: [gradient], learningRate: 0.1)
      first = 0.9 * first + 0.1 * g
      second = 0.999 * second + 0.001 * g * g
      let mean = first / (1 - (step == 0 ? 0.9 : 0.81))
      let square = second / (1 - (step == 0 ? 0.999 : 0.998001))
      weight -= 0.1 * mean / (square.squareRoot() + 1e-8)
      #expect(abs(Double(network.layers[0].weights[0]) - weight) < 1e-6)
    }
  }

  private static let network = DenseNetwork(sizes: [5, 6, 4, 3], seed: 21)
  private static let labels: [UInt8] = [0, 1, 2, 2, 1, 0]
  /// Six rows in 0 ..< 1.
  private static let inputs: FloatMatrix = {
    var random = RandomStream(seed: 4, purpose: .test)
    return FloatMatrix(
      rows: 6, columns: 5, values: (0..<30).map { _ in Float(random.nextUniform()) })
  }()

  private static func naive(_ network: DenseNetwork) -> NaiveDenseNetwork {
    NaiveDenseNetwork(
      layers: network.layers.map {
        NaiveDenseNetwork.Layer(
          inputCount: $0.inputCount, outputCount: $0.outputCount,
          weights: $0.weights.map(Double.init), bias: $0.bias.map(Double.init))
      })
  }
}
