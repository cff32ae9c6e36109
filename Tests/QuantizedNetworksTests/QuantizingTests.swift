import Datasets
import QuantizedNetworks
import Testing

@Suite struct QuantizingTests {
  @Test("weights become whole steps of max|w| / 127, rounded half away from zero, plus 128")
  func weights() {
    // The largest weight is 127, so a step is 1 exactly.
    let network = network(weights: [127, 0.5, -0.5, 2.5, -2.5, 0.49, -127, 0])
    let stored = QuantizedNetwork(quantizing: network, hiddenRanges: []).layers[0].weights
    #expect(stored == [255, 129, 127, 131, 125, 128, 1, 128])
  }

  @Test("a layer of zeros is stored as zero points")
  func zeros() {
    let network = network(weights: [0, 0])
    let layer = QuantizedNetwork(quantizing: network, hiddenRanges: []).layers[0]
    #expect(layer.weights == [128, 128])
    #expect(layer.weightScale == 1 / 127.0)
  }

  @Test("biases are counted in products of input and weight steps, and limited")
  func biases() {
    var network = network(weights: [127, 1])
    network.layers[0].bias = [Float(2) / Float(255)]
    #expect(QuantizedNetwork(quantizing: network, hiddenRanges: []).layers[0].bias == [2])
    network.layers[0].bias = [-.greatestFiniteMagnitude]
    let limited = QuantizedNetwork(quantizing: network, hiddenRanges: []).layers[0].bias
    #expect(limited == [-QuantizedDense.maximumBias])
  }

  @Test("a feature v becomes v·255 / maximum, rounded half away from zero")
  func inputs() {
    let data = Dataset(
      name: "ramp", features: (0...16).map { UInt8($0) }, featureCount: 1, featureMaximum: 16,
      labels: [UInt8](repeating: 0, count: 17), classCount: 1)
    #expect(
      data.activations
        == (0...16).map { UInt8((Double($0) * 255 / 16).rounded(.toNearestOrAwayFromZero)) })
    // 8·255/16 = 127.5.
    #expect(data.activations[8] == 128)
  }

  @Test("of equal logits the lowest class wins")
  func argmax() {
    let predictions = Classification.predictions(logits: [1, 3, 3, 2, 2, 2], classCount: 3)
    #expect(predictions == [1, 0])
    let accuracy = Classification.accuracy(
      logits: [1, 3, 3, 2, 2, 2], labels: [1, 2], classCount: 3)
    #expect(accuracy == 0.5)
  }

  private func network(weights: [Float]) -> DenseNetwork {
    DenseNetwork(layers: [
      DenseLayer(inputCount: weights.count, outputCount: 1, weights: weights, bias: [0])
    ])
  }
}
