import Networks
import Randomness

@testable import Training

/// A network and a batch, on which penalties are tried.
struct PenaltyBatch {
  var network: Network
  let inputs: Tensor
  let labels: [UInt8]
  let smoothing: Float

  static let networks = ["digits", "image", "smooth"]

  static func named(_ name: String, count: Int = 5) throws -> PenaltyBatch {
    let topology = try topology(name)
    var stream = RandomStream(seed: 3, purpose: .test)
    let inputs = Tensor(
      count: count, shape: topology.input,
      values: (0..<count * topology.input.count).map { _ in Float(stream.nextNormal()) })
    let labels = (0..<count).map { _ in UInt8(stream.next() % UInt64(topology.classCount)) }
    return PenaltyBatch(
      network: Network(topology: topology, seed: 4), inputs: inputs, labels: labels,
      smoothing: 0.1)
  }

  /// `digits` and `image` have kinks, `smooth` has none.
  private static func topology(_ name: String) throws -> NetworkTopology {
    let image = FeatureShape(channels: 2, rows: 7, columns: 6)
    let start: [LayerSpec] = [
      .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1)),
      .batchNormalization(epsilon: 1e-3, momentum: 0.1),
    ]
    let branch = LayerSpec.residual(
      body: [
        .convolution(ConvolutionSpec(filters: 4, kernel: 3, padding: 1, groups: 2)),
        .groupNormalization(groups: 2, epsilon: 1e-3),
      ], shortcut: [])
    let end: [LayerSpec] = [
      .averagePooling(PoolingSpec(kernel: 2, stride: 1)), .flatten,
      .dense(outputs: 3, hasBias: true),
    ]
    switch name {
    case "digits":
      return try NetworkTopology(
        name: name, input: FeatureShape(channels: 12),
        layers: [
          .dense(outputs: 9, hasBias: true), .relu, .dropout(probability: 0.25),
          .dense(outputs: 4, hasBias: true),
        ], logitScale: .learned(start: 2))
    case "smooth":
      return try NetworkTopology(
        name: name, input: image, layers: start + [branch] + end,
        logitScale: .learned(start: 1.5))
    default:
      return try NetworkTopology(
        name: name, input: image,
        layers: start + [.relu, branch, .clippedReLU(ceiling: 2)]
          + [.maxPooling(PoolingSpec(kernel: 2))] + end,
        logitScale: .fixed(1.5))
    }
  }

  /// The gradient of the loss, and the pass that gave it; the network stays.
  func gradient(
    work: ChunkedWork = .serial
  ) -> (gradient: [Float], pass: SensitivityPenalty.Pass) {
    var network = network
    let mode = ForwardMode.training(seed: 7, step: 3)
    let (logits, memories) = network.forward(inputs, mode: mode, work: work)
    let loss = ClassificationLoss(
      logits: logits, labels: labels, scale: network.logitScale, smoothing: smoothing)
    var gradient = [Float](repeating: .nan, count: network.parameters.count)
    let traces = network.tracedBackward(
      loss.gradient, memories: memories, mode: mode, into: &gradient, work: work)
    if case .learned = network.topology.logitScale {
      gradient[gradient.count - 1] = loss.scaleGradient
    }
    return (
      gradient,
      SensitivityPenalty.Pass(
        logits: logits, labels: labels, smoothing: smoothing, traces: traces, mode: mode)
    )
  }

  /// The penalty on the outputs along a direction of them, and its gradient; the network stays.
  func outputGradient(
    _ penalty: SensitivityPenalty, along projection: [Float], work: ChunkedWork = .serial
  ) -> (penalty: Double, gradient: [Float]) {
    var network = network
    let mode = ForwardMode.training(seed: 7, step: 3)
    let (logits, memories) = network.forward(inputs, mode: mode, work: work)
    return penalty.outputGradient(
      network: network,
      pass: SensitivityPenalty.OutputPass(
        projection: Tensor(count: logits.count, shape: logits.shape, values: projection),
        logits: logits, memories: memories, mode: mode), work: work)
  }

  /// Outputs of the batch.
  var outputCount: Int { labels.count * network.topology.classCount }

  /// Deviations from 0.5 to 1.5.
  func penalty() -> SensitivityPenalty {
    var stream = RandomStream(seed: 8, purpose: .test)
    return SensitivityPenalty(
      strength: 0.5,
      deviations: network.parameters.map { _ in Float(0.5 + stream.nextUniform()) })
  }

  func normals(seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .test)
    return network.parameters.map { _ in Float(stream.nextNormal()) }
  }
}
