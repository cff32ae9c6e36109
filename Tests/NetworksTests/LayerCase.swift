import Networks
import Randomness
import Testing

/// Layers and the inputs that they are tried on: one battery for every kind.
struct LayerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let layers: [LayerSpec]
  let input: FeatureShape
  var count = 2

  var testDescription: String { name }

  func run(count: Int? = nil) throws -> LayerRun {
    try LayerRun(layers, input: input, count: count ?? self.count)
  }

  private static let image = FeatureShape(channels: 4, rows: 5, columns: 6)
  private static let vector = FeatureShape(channels: 7)

  /// Every kind of layer, with each of its settings.
  static let chosen: [LayerCase] = kinds + normalizations + residuals

  private static let kinds = [
    LayerCase(name: "dense", layers: [.dense(outputs: 5, hasBias: true)], input: vector),
    LayerCase(
      name: "dense without bias", layers: [.dense(outputs: 1, hasBias: false)], input: vector),
    LayerCase(
      name: "dense of one input", layers: [.dense(outputs: 3, hasBias: true)],
      input: FeatureShape(channels: 1)),
    convolution("convolution", ConvolutionSpec(filters: 3, kernel: 3)),
    convolution("1x1 convolution", ConvolutionSpec(filters: 3, kernel: 1)),
    convolution("1x1 convolution with stride", ConvolutionSpec(filters: 3, kernel: 1, stride: 2)),
    convolution(
      "1x1 convolution with padding", ConvolutionSpec(filters: 3, kernel: 1, padding: 1)),
    convolution(
      "convolution with stride and padding",
      ConvolutionSpec(filters: 2, kernel: 3, stride: 2, padding: 1, hasBias: false)),
    convolution(
      "dilated convolution", ConvolutionSpec(filters: 2, kernel: 2, padding: 1, dilation: 3)),
    convolution(
      "grouped convolution", ConvolutionSpec(filters: 6, kernel: 2, stride: 3, groups: 2)),
    convolution(
      "grouped 1x1 convolution", ConvolutionSpec(filters: 6, kernel: 1, groups: 2)),
    convolution("depthwise convolution", ConvolutionSpec(filters: 8, kernel: 3, groups: 4)),
    convolution(
      "convolution whose padding is wider than the image",
      ConvolutionSpec(filters: 2, kernel: 3, stride: 2, padding: 9)),
    LayerCase(name: "max pooling", layers: [.maxPooling(PoolingSpec(kernel: 2))], input: image),
    LayerCase(
      name: "max pooling of four columns", layers: [.maxPooling(PoolingSpec(kernel: 2))],
      input: FeatureShape(channels: 2, rows: 5, columns: 9)),
    LayerCase(
      name: "max pooling of seven columns", layers: [.maxPooling(PoolingSpec(kernel: 2))],
      input: FeatureShape(channels: 2, rows: 4, columns: 14)),
    LayerCase(
      name: "max pooling that overlaps",
      layers: [.maxPooling(PoolingSpec(kernel: 3, stride: 1, padding: 2))], input: image),
    LayerCase(
      name: "max pooling with gaps", layers: [.maxPooling(PoolingSpec(kernel: 2, stride: 3))],
      input: image),
    LayerCase(
      name: "average pooling", layers: [.averagePooling(PoolingSpec(kernel: 2))], input: image),
    LayerCase(
      name: "average pooling that overlaps",
      layers: [.averagePooling(PoolingSpec(kernel: 3, stride: 2, padding: 1))], input: image),
    LayerCase(
      name: "average pooling that counts padding",
      layers: [
        .averagePooling(PoolingSpec(kernel: 3, stride: 2, padding: 2, countsPadding: true))
      ], input: image),
    LayerCase(name: "global average pooling", layers: [.globalAveragePooling], input: image),
    LayerCase(name: "relu", layers: [.relu], input: image),
    LayerCase(name: "clipped relu", layers: [.clippedReLU(ceiling: 0.5)], input: image),
    LayerCase(name: "flatten", layers: [.flatten], input: image),
    LayerCase(name: "dropout", layers: [.dropout(probability: 0.3)], input: image),
    LayerCase(name: "no dropout", layers: [.dropout(probability: 0)], input: image),
    LayerCase(
      name: "dropouts that differ",
      layers: [
        .dropout(probability: 0.5), .residual(body: [.dropout(probability: 0.5)], shortcut: []),
      ],
      input: FeatureShape(channels: 3, rows: 3, columns: 3)),
  ]

  private static let normalizations = [
    LayerCase(
      name: "batch normalization", layers: [.batchNormalization(epsilon: 1e-5, momentum: 0.1)],
      input: image, count: 3),
    LayerCase(
      name: "batch normalization of vectors",
      layers: [.batchNormalization(epsilon: 0.1, momentum: 1)], input: vector, count: 5),
    LayerCase(
      name: "group normalization", layers: [.groupNormalization(groups: 2, epsilon: 1e-5)],
      input: image),
    LayerCase(
      name: "group normalization of one group",
      layers: [.groupNormalization(groups: 1, epsilon: 0.1)], input: image),
    LayerCase(
      name: "group normalization of each channel",
      layers: [.groupNormalization(groups: 4, epsilon: 1e-3)], input: image),
    LayerCase(
      name: "group normalization of vectors",
      layers: [.groupNormalization(groups: 2, epsilon: 1e-3)],
      input: FeatureShape(channels: 6)),
  ]

  private static let residuals = [
    LayerCase(
      name: "residual",
      layers: [
        .residual(
          body: [
            .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)), .relu,
          ], shortcut: [])
      ], input: image),
    LayerCase(
      name: "residual with shortcut",
      layers: [
        .residual(
          body: [
            .convolution(ConvolutionSpec(filters: 3, kernel: 3, stride: 2, padding: 1)),
            .batchNormalization(epsilon: 1e-5, momentum: 0.1), .relu,
          ],
          shortcut: [
            .convolution(ConvolutionSpec(filters: 3, kernel: 1, stride: 2, hasBias: false)),
            .batchNormalization(epsilon: 1e-3, momentum: 0.5),
          ])
      ], input: image, count: 3),
    LayerCase(
      name: "residual of nothing", layers: [.residual(body: [], shortcut: [])], input: image),
    LayerCase(
      name: "residuals within residuals",
      layers: [
        .residual(
          body: [
            .residual(body: [.dense(outputs: 7, hasBias: true)], shortcut: []),
            .dropout(probability: 0.25),
          ], shortcut: [.dense(outputs: 7, hasBias: true), .clippedReLU(ceiling: 1)]),
        .dropout(probability: 0.25), .dense(outputs: 3, hasBias: true),
      ], input: vector),
  ]

  private static func convolution(_ name: String, _ spec: ConvolutionSpec) -> LayerCase {
    LayerCase(name: name, layers: [.convolution(spec)], input: image)
  }

  /// Convolutions and poolings of random shapes.
  static func random(count: Int) -> [LayerCase] {
    var stream = RandomStream(seed: 7, purpose: .test)
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &stream) }
    return (0..<count).map { index in
      let (kernel, stride) = (draw(1...4), draw(1...3))
      if index.isMultiple(of: 3) {
        let padding = draw(0...kernel - 1)
        let spec = PoolingSpec(
          kernel: kernel, stride: stride, padding: padding,
          countsPadding: index.isMultiple(of: 2))
        return LayerCase(
          name: "\(index): \(spec)",
          layers: [index.isMultiple(of: 2) ? .averagePooling(spec) : .maxPooling(spec)],
          input: FeatureShape(
            channels: draw(1...3), rows: max(1, kernel - 2 * padding + draw(0...5)),
            columns: max(1, kernel - 2 * padding + draw(0...5))))
      }
      let groups = draw(1...3)
      let spec = ConvolutionSpec(
        filters: groups * draw(1...3), kernel: kernel, stride: stride, padding: draw(0...3),
        dilation: draw(1...3), groups: groups, hasBias: draw(0...1) == 1)
      let least = max(1, spec.extent - 2 * spec.padding)
      return LayerCase(
        name: "\(index): \(spec)", layers: [.convolution(spec)],
        input: FeatureShape(
          channels: groups * draw(1...3), rows: least + draw(0...5),
          columns: least + draw(0...5)))
    }
  }
}
