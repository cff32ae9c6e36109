import Datasets
import Networks
import Randomness
import Testing

@testable import QuantizedNetworks

@Suite struct QuantizingTests {
  @Test("the extremes of weights are those found one by one", arguments: [0, 1, 7, 8, 29])
  func extremes(count: Int) {
    var random = RandomStream(seed: 5, purpose: .test)
    for sign in [-1.0, 1, 0] {
      let numbers = (0..<count + 3).map { _ in
        Float(sign == 0 ? random.nextNormal() : sign * abs(random.nextNormal()))
      }
      let (low, high) = AffineQuantization.extremes(of: numbers[3...])
      #expect(low == numbers[3...].reduce(0, min) && high == numbers[3...].reduce(0, max))
    }
  }

  @Test("weights become whole steps of max|w| / 127, rounded half away from zero, plus 128")
  func weights() throws {
    // The largest weight is 127, so a step is 1 exactly.
    let layer = try layer(weights: [127, 0.5, -0.5, 2.5, -2.5, 0.49, -127, 0])
    #expect(layer.weights == [255, 129, 127, 131, 125, 128, 1, 128])
  }

  @Test("a layer of zeros is stored as zero points")
  func zeros() throws {
    let layer = try layer(weights: [0, 0])
    #expect(layer.weights == [128, 128])
    #expect(layer.weightScales == [1 / 127.0])
  }

  @Test("biases are counted in products of input and weight steps, and limited")
  func biases() throws {
    #expect(try layer(weights: [127, 1], bias: Float(2) / Float(255)).bias == [2])
    let limited = try layer(weights: [127, 1], bias: -.greatestFiniteMagnitude).bias
    #expect(limited == [-IntegerLinear.maximumBias])
  }

  @Test("a feature v becomes v·255 / maximum, rounded half away from zero")
  func inputs() throws {
    let data = Dataset(
      name: "ramp", features: (0...16).map { UInt8($0) }, featureCount: 1, featureMaximum: 16,
      labels: [UInt8](repeating: 0, count: 17), classCount: 1)
    let words = try network(weights: [1], bias: 0).words(of: data)
    #expect(
      words == (0...16).map { UInt8((Double($0) * 255 / 16).rounded(.toNearestOrAwayFromZero)) })
    // 8·255/16 = 127.5.
    #expect(words[8] == 128)
  }

  @Test("of equal logits the lowest class wins")
  func argmax() {
    let predictions = Classification.predictions(logits: [1, 3, 3, 2, 2, 2], classCount: 3)
    #expect(predictions == [1, 0])
    let accuracy = Classification.accuracy(
      logits: [1, 3, 3, 2, 2, 2], labels: [1, 2], classCount: 3)
    #expect(accuracy == 0.5)
  }

  @Test("the mean of a plane whose sum passes 32 bits is exact")
  func largePlane() throws {
    let side = 3_000
    let topology = try NetworkTopology(
      name: "plane", input: FeatureShape(channels: 1, rows: side, columns: side),
      layers: [.globalAveragePooling, .dense(outputs: 1, hasBias: false)])
    let network = try IntegerNetwork(
      quantizing: Network(topology: topology, parameters: [1], statistics: []),
      spec: QuantizationSpec(), ranges: ActivationRanges(outputs: [:]))
    let trace = IntegerInference(network, multiplier: .exact(.offset)).trace(
      [UInt8](repeating: 255, count: side * side), count: 1)
    #expect(trace.slots[1] == [255])
  }

  @Test("logits that are flattened are the sums that they were")
  func flattened() throws {
    let (input, filters) = (FeatureShape(channels: 2, rows: 3, columns: 3), 4)
    let layer = LayerSpec.convolution(ConvolutionSpec(filters: filters, kernel: 3))
    let topologies = try [[layer], [layer, .flatten], [layer, .flatten, .flatten]].map {
      try NetworkTopology(name: "end", input: input, layers: $0)
    }
    let logits = try topologies.map { topology in
      let network = try IntegerNetwork(
        quantizing: Network(topology: topology, seed: 4), spec: QuantizationSpec(),
        ranges: ActivationRanges(outputs: [:]))
      return IntegerInference(network, multiplier: .exact(.offset)).logits(
        (0..<5 * input.count).map { UInt8($0 * 37 % 256) }, count: 5)
    }
    #expect(logits[0].count == 5 * filters && Set(logits[0]).count > 1)
    #expect(logits[1] == logits[0] && logits[2] == logits[0])
    // Of several positions a filter: in the order of a vector.
    let wide = try NetworkTopology(
      name: "wide", input: FeatureShape(channels: 2, rows: 3, columns: 4),
      layers: [layer, .flatten])
    let network = try IntegerNetwork(
      quantizing: Network(topology: wide, seed: 4), spec: QuantizationSpec(),
      ranges: ActivationRanges(outputs: [:]))
    let words = (0..<24).map { UInt8($0 * 37 % 256) }
    let whole = IntegerInference(network, multiplier: .exact(.offset)).logits(words, count: 1)
    let parts = try [0, 1].map { column in
      let part = try IntegerNetwork(
        quantizing: Network(topology: topologies[0], seed: 4), spec: QuantizationSpec(),
        ranges: ActivationRanges(outputs: [:]))
      let seen = words.indices.filter { (column..<column + 3).contains($0 % 4) }.map { words[$0] }
      return IntegerInference(part, multiplier: .exact(.offset)).logits(seen, count: 1)
    }
    #expect(whole == (0..<filters).flatMap { [parts[0][$0], parts[1][$0]] })
  }

  private func layer(weights: [Float], bias: Float = 0) throws -> IntegerLinear {
    try network(weights: weights, bias: bias).linears[0]
  }

  /// One output of 8-bit offset words.
  private func network(weights: [Float], bias: Float) throws -> IntegerNetwork {
    try IntegerNetwork(
      quantizing: Network(
        topology: .perceptron([weights.count, 1]), parameters: weights + [bias], statistics: []),
      spec: QuantizationSpec(), ranges: ActivationRanges(outputs: [:]))
  }
}
