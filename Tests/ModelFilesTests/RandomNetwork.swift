import Networks
import Randomness

/// Small networks of every kind of layer, drawn at random.
struct RandomNetwork {
  private var stream: RandomStream
  /// ONNX keeps seven decimals of a momentum.
  private static let momenta: [Float] = [0.1, 0.01, 0.25, 0.003, 1]

  init(index: UInt64) { stream = RandomStream(seed: 7, purpose: .test, index: index) }

  private mutating func draw(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(stream.nextWord()) % range.count
  }

  private mutating func flag() -> Bool { draw(0...1) == 1 }

  /// - Parameter withGroups: whether group normalization may be among the layers.
  static func network(_ index: UInt64, withGroups: Bool) throws -> Network {
    var random = RandomNetwork(index: index)
    let isVector = random.draw(0...4) == 0
    let input =
      isVector
      ? FeatureShape(channels: random.draw(1...9))
      : FeatureShape(
        channels: random.draw(1...4), rows: random.draw(4...12), columns: random.draw(4...12))
    var layers: [LayerSpec] = []
    var shape = input
    if !isVector {
      for _ in 0..<random.draw(1...5) {
        try random.add(&layers, &shape, withGroups: withGroups, nesting: 0)
      }
      if random.draw(0...2) == 0 {
        layers.append(.globalAveragePooling)
        shape = FeatureShape(channels: shape.channels)
      }
      if !shape.isVector || random.flag() { layers.append(.flatten) }
    }
    for _ in 0..<random.draw(0...2) {
      layers.append(.dense(outputs: random.draw(1...8), hasBias: random.flag()))
      if random.flag() { layers.append(random.activation()) }
      if random.draw(0...3) == 0 { layers.append(.dropout(probability: 0.25)) }
      if random.draw(0...3) == 0 {
        layers.append(.batchNormalization(epsilon: 1e-4, momentum: 0.1))
      }
      if random.draw(0...3) == 0 {
        layers.append(.residual(body: [random.activation()], shortcut: []))
      }
    }
    layers.append(.dense(outputs: random.draw(1...10), hasBias: random.flag()))
    let topology = try NetworkTopology(name: "random-\(index)", input: input, layers: layers)
    var network = Network(topology: topology, seed: index)
    // Biases, scales and statistics begin with constants, which would hide their order.
    for place in network.parameters.indices {
      network.parameters[place] += Float(random.stream.nextUniform() - 0.5) / 4
    }
    for place in network.statistics.indices {
      network.statistics[place] += Float(random.stream.nextUniform()) / 2
    }
    return network
  }

  private mutating func activation() -> LayerSpec {
    flag() ? .relu : .clippedReLU(ceiling: Float(draw(1...12)) / 4)
  }

  /// Adds a layer that reads images; one that does not fit is left out.
  private mutating func add(
    _ layers: inout [LayerSpec], _ shape: inout FeatureShape, withGroups: Bool, nesting: Int
  ) throws {
    switch draw(0...8) {
    case 0...2:
      let groups = flag() ? 1 : draw(0...1) == 0 ? shape.channels : 1
      let spec = ConvolutionSpec(
        filters: groups * draw(1...3), kernel: draw(1...3), stride: draw(1...2),
        padding: draw(0...2), dilation: draw(1...2), groups: groups, hasBias: flag())
      guard let output = try? spec.output(for: shape) else { return }
      layers.append(.convolution(spec))
      shape = output
    case 3:
      let kernel = draw(1...3)
      let spec = PoolingSpec(
        kernel: kernel, stride: draw(1...3), padding: draw(0...kernel / 2), countsPadding: flag())
      guard let output = try? spec.output(for: shape) else { return }
      // The setting is one of averages alone.
      let isMaximum = flag()
      layers.append(
        isMaximum
          ? .maxPooling(
            PoolingSpec(kernel: spec.kernel, stride: spec.stride, padding: spec.padding))
          : .averagePooling(spec))
      shape = output
    case 4: layers.append(activation())
    case 5:
      layers.append(
        .batchNormalization(
          epsilon: Float(draw(1...9)) * 1e-5,
          momentum: Self.momenta[draw(0...Self.momenta.count - 1)]))
    case 6 where withGroups:
      let groups = shape.channels.isMultiple(of: 2) ? 2 : 1
      layers.append(.groupNormalization(groups: groups, epsilon: 1e-5))
    case 6: layers.append(.dropout(probability: 0.5))
    default:
      guard nesting < 2 else { return }
      var (body, bodyShape): ([LayerSpec], FeatureShape) = ([], shape)
      for _ in 0..<draw(1...3) {
        try add(&body, &bodyShape, withGroups: withGroups, nesting: nesting + 1)
      }
      let filters = draw(1...4)
      guard !body.isEmpty else { return }
      if bodyShape == shape, flag() {
        layers.append(.residual(body: body, shortcut: []))
      } else if shape.rows == bodyShape.rows, shape.columns == bodyShape.columns {
        let last = LayerSpec.convolution(ConvolutionSpec(filters: filters, kernel: 1))
        layers.append(.residual(body: body + [last], shortcut: [last, .relu]))
        shape = FeatureShape(
          channels: filters, rows: bodyShape.rows, columns: bodyShape.columns)
      }
    }
  }
}
